"""What a real shop was seen to do (WooCommerce 10.0, WordPress 6.8), and the relay through it: each has its tests.

The simulated shop does as the real one did; the tests in tests/unit/test_simulator_woo_*.py hold it to that.
"""

from tests.contract.relays.woocommerce import seen_changes, seen_lists, seen_words
from tests.support.named import missing

SEEN = {**seen_lists.SEEN, **seen_changes.SEEN, **seen_words.HOOKS, **seen_words.CALLS}
OUT_OF_SIGHT = {"how many seconds an answer takes": "a matter of the host"}

_SHOP = "moves stock sales orders filters sorting queue shapes coupons cron dates pages failures lists hooks writes acts auth"
_RELAY = {
    "polled": "lists",
    "hidden": "hidden",
    "places": "places",
    "goods": "goods",
    "counted": "stock",
    "bought": "orders",
    "carts": "carts",
    "words": "words",
    "refusals": "refusals",
}
_PARTS = "walk client webhooks mapping permalinks actions"
_HERE = "tests/contract/relays/woocommerce"
FILES = {
    **{name: f"tests/unit/test_simulator_woo_{name}.py" for name in _SHOP.split()},
    **{name: f"{_HERE}/test_verified_{file}.py" for name, file in _RELAY.items()},
    **{name: f"tests/unit/relays/woocommerce/test_{name}.py" for name in _PARTS.split()},
    "simulated": f"{_HERE}/test_simulated_shop.py",
    "conduct": "tests/contract/relays/test_conduct.py",
}


def _test(name: str) -> str:
    file, _, test = name.partition(".")
    return f"{FILES[file]}::{test}"


def test_every_behaviour_that_was_seen_has_its_tests() -> None:
    assert not missing([_test(one) for tests in SEEN.values() for one in tests])
    assert all(SEEN.values())
    assert OUT_OF_SIGHT.keys().isdisjoint(SEEN)
