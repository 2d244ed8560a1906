"""`make relay name=x` begins a relay that works against its own simulated shop, and refuses names that cannot be one."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from shoprelay_relays.coverage import Watched, unread
from shoprelay_relays.scaffold.__main__ import scaffold
from shoprelay_relays.trial import records, try_payload
from tests.contract.relays import test_conduct as conduct
from tests.contract.relays import test_conduct_documents as windows

RELAY, SIMULATOR = "libs/shoprelay_relays/acme_shop.py", "libs/shoprelay_simulators/acme_shop.py"
SUITE = "tests/contract/relays/acme_shop"
CONDUCT = [
    conduct.test_an_answer_that_is_too_large_is_asked_for_in_smaller_pieces,
    conduct.test_a_thousand_orders_of_one_second_come_once_each,
    conduct.test_nothing_is_missed_and_the_list_ends_while_the_shop_changes_at_every_request,
    conduct.test_a_list_is_resumed_from_every_cursor,
    conduct.test_a_shop_that_never_answers_well_is_in_trouble,
    conduct.test_a_record_that_was_deleted_is_gone_with_evidence,
    conduct.test_what_is_read_is_what_is_listed_and_becomes_the_same_documents_every_time,
    windows.test_each_mode_finds_what_is_in_its_window_and_nothing_from_before,
]


@pytest.fixture
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, ModuleType]:
    """What was written, as modules; by path."""
    scaffold("acme_shop", tmp_path)
    return {
        path: _loaded(path, tmp_path, monkeypatch) for path in (RELAY, SIMULATOR, f"{SUITE}/facts.py", f"{SUITE}/simulated.py")
    }


def _loaded(path: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    name = path.removeprefix("libs/").removesuffix(".py").replace("/", ".")
    found = importlib.util.spec_from_file_location(name, root / path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    monkeypatch.setitem(sys.modules, name, module)
    found.loader.exec_module(module)
    return module


def _written(root: Path) -> list[Path]:
    return [path for path in root.rglob("*.*") if path.suffix != ".pyc"]


def test_what_is_written_is_a_relay_that_lacks_what_only_a_person_knows(tmp_path: Path, begun: dict[str, ModuleType]) -> None:
    relay = begun[RELAY].RELAY
    assert (relay.name, relay.label) == ("acme_shop", "Acme Shop")
    assert (relay.docs, relay.author, relay.blind_spots) == ("", "", ())
    left = [path for path in _written(tmp_path) if "To fill in" in path.read_text()]
    assert {RELAY, SIMULATOR, f"{SUITE}/test_simulated.py", f"{SUITE}/payloads/order.json"} == {
        str(path.relative_to(tmp_path)) for path in left
    }


@pytest.mark.parametrize("holds", CONDUCT, ids=lambda holds: holds.__name__)
async def test_what_is_written_passes_the_conduct_suite(
    holds: object, begun: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(conduct.RELAYS, "acme_shop", begun[RELAY].RELAY)
    monkeypatch.setitem(conduct.HELD, "acme_shop", begun[f"{SUITE}/simulated.py"].SIMULATED)
    assert callable(holds)
    await holds("acme_shop")


def test_its_payload_becomes_an_order_with_a_line(tmp_path: Path, begun: dict[str, ModuleType]) -> None:
    payload = (tmp_path / SUITE / "payloads" / "order.json").read_bytes()
    relay = begun[RELAY].RELAY
    documents = try_payload(relay, begun[f"{SUITE}/facts.py"].FACTS.resource("order"), payload)["documents"]
    assert {collection: len(found) for collection, found in documents.items()} == {"orders": 1, "order_lines": 1}
    ((_, record),) = records(payload, None)
    watched = Watched(record)
    relay.resource("orders").map(watched.body, conduct.DemoShop())
    assert unread([watched]) == ["/note"]


async def test_its_own_tests_pass(tmp_path: Path, begun: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch) -> None:
    module = _loaded(f"{SUITE}/test_simulated.py", tmp_path, monkeypatch)
    tests = [test for name, test in vars(module).items() if name.startswith("test_")]
    assert tests
    for test in tests:
        shop = begun[SIMULATOR].AcmeShop(7, orders=3, clock=conduct.ManualClock(module.NOON))
        async with (
            conduct.serve(shop) as url,
            begun[RELAY].RELAY.client({"shop_url": url, **shop.credentials()}, conduct.Connection()) as client,
        ):
            await test(shop, module.Asked(begun[RELAY].RELAY, client))


def test_the_shop_of_a_short_name(tmp_path: Path) -> None:
    scaffold("acme", tmp_path)
    assert "class AcmeShop:" in (tmp_path / "libs" / "shoprelay_simulators" / "acme.py").read_text()


def test_a_relay_that_exists_is_not_overwritten(tmp_path: Path) -> None:
    scaffold("acme", tmp_path)
    with pytest.raises(ValueError, match="exists already"):
        scaffold("acme", tmp_path)


@pytest.mark.parametrize("name", ["", "Acme", "1st", "a-b", "../x", "a"])
def test_a_name_that_cannot_be_one_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="small letters"):
        scaffold(name, tmp_path)
