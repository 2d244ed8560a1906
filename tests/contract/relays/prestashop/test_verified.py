"""What a real shop was seen to do (PrestaShop 8.2.1), and the relay through it: each has its tests.

The simulated shop does as the real one did; the tests in tests/unit/test_simulator_prestashop*.py hold it to that.
"""

from tests.contract.relays.prestashop import seen_amounts, seen_answers, seen_changes, seen_lists, seen_writes
from tests.support.named import ROOT, missing, named_in

PARTS = (seen_lists, seen_changes, seen_answers, seen_writes, seen_amounts)
SEEN = {behaviour: tests for part in PARTS for behaviour, tests in part.SEEN.items()}
ALONE = {
    "lines of an order that is shipped cannot be edited in the back office": (
        "the relay edits no lines",
        ["amounts.test_lines_of_an_order_that_is_shipped_cannot_be_edited"],
    ),
    "a method may be put in the address": (
        "the relay sends each verb itself",
        ["writes.test_a_method_may_be_put_in_the_address"],
    ),
    "fields that nobody knows are ignored": (
        "the relay writes fields that every shop knows",
        ["writes.test_fields_that_nobody_knows_are_ignored"],
    ),
    "a body that is known by its hash is not sent again": (
        "the shop does the work all the same, and the relay keeps no bodies",
        ["keys.test_a_body_that_is_known_by_its_hash_is_not_sent_again"],
    ),
    "there are no webhooks": ("there is nothing to receive", ["keys.test_there_are_no_webhooks"]),
    "conversations after the order, in threads, move nothing": (
        "the documents have no place for them; what a buyer writes with the order is a message",
        ["dates.test_what_is_written_beside_a_record_changes_the_shop_and_moves_no_date"],
    ),
}
"""What the relay does not meet: why, and the tests of the simulated shop alone."""
OUT_OF_SIGHT = {
    "how many seconds an answer takes, and how many requests a host bears at once": "a matter of the host; nothing is refused",
    "people who work in the shop are listed with their hashes": "the simulated shop has none, and the relay asks for none",
    "sale prices that are made on the product's page": "no page makes them in the simulated shop; the rows are as programs'",
}

_HERE, _PARTS = "tests/contract/relays/prestashop", "tests/unit/relays/prestashop"
SHOP = {
    path.stem.removeprefix("test_simulator_prestashop").lstrip("_") or "shop": str(path.relative_to(ROOT))
    for path in ROOT.glob("tests/unit/test_simulator_prestashop*.py")
}
_RELAY = {
    "asked": "asked",
    "doors": "doors",
    "listed": "lists",
    "times": "times",
    "hidden": "hidden",
    "goods": "goods",
    "gone": "deletes",
    "shapes": "forms",
    "sums": "amounts",
    "office": "backoffice",
    "simulated": "simulated",
}
RELAY = {
    **{name: f"{_HERE}/test_{file}.py" for name, file in _RELAY.items()},
    **{name: f"{_PARTS}/test_{name}.py" for name in ("actions", "mapping", "payload", "signing")},
    "counts": f"{_PARTS}/test_stock.py",
    "conduct": "tests/contract/relays/test_conduct.py",
    "rivals": "tests/contract/test_rival_defects.py",
    "acted": "tests/contract/actions/test_actions.py",
    "poller": "tests/integration/test_poller_parts.py",
}
FILES = {**SHOP, **RELAY}


def _file(name: str) -> str:
    return name.partition(".")[0]


def _test(name: str) -> str:
    return f"{FILES[_file(name)]}::{name.partition('.')[2]}"


def _named() -> set[str]:
    return {_test(one) for tests in [*SEEN.values(), *(tests for _, tests in ALONE.values())] for one in tests}


def test_every_behaviour_that_was_seen_has_its_tests() -> None:
    assert not missing(sorted(_named()))


def test_every_behaviour_is_held_for_the_shop_and_for_the_relay() -> None:
    files = {behaviour: {_file(one) for one in tests} for behaviour, tests in SEEN.items()}
    assert not [behaviour for behaviour, found in files.items() if not found & SHOP.keys()], "without a test of the shop"
    assert not [behaviour for behaviour, found in files.items() if not found & RELAY.keys()], "without a test of the relay"


def test_what_the_relay_does_not_meet_says_why_and_is_held_for_the_shop() -> None:
    assert all(reason and tests for reason, tests in ALONE.values())
    assert {_file(one) for _, tests in ALONE.values() for one in tests} <= SHOP.keys()


def test_a_behaviour_is_in_one_table() -> None:
    told = [*(behaviour for part in PARTS for behaviour in part.SEEN), *ALONE, *OUT_OF_SIGHT]
    assert len(told) == len(set(told))


def test_every_test_of_the_simulated_shop_holds_a_behaviour() -> None:
    """So that what is added there is asked of the relay as well."""
    there = {f"{path}::{name}" for path in SHOP.values() for name in named_in(path)}
    assert there - _named() == {f"{SHOP['shop']}::test_the_same_seed_lives_the_same_life"}
