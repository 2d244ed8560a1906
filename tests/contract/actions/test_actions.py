"""Each endpoint that a relay serves, in that platform's simulated shop: what the shop then holds, and what is read of it."""

import pkgutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from services.shop_api.careful import Careful, Dry
from shoprelay_relays.actions import BY_KEY, Call, Done, Reference
from shoprelay_relays.http.tokens import MemoryTokens
from shoprelay_relays.registry import RELAYS
from shoprelay_relays.spec import Connection, Draft, Gone, Relay
from shoprelay_runtime.codec import plain
from shoprelay_simulators import serve
from tests.support.acting import Acted, Case
from tests.unit.relays.woocommerce.shop import FakeShop

FOUND: dict[str, Acted] = {
    module.name: import_module(f"tests.contract.actions.{module.name}").ACTED
    for module in pkgutil.iter_modules([str(Path(__file__).parent)])
    if not module.name.startswith("test_")
}
CASES = [pytest.param(RELAYS[name], acted, case, id=f"{name}-{case}") for name, acted in FOUND.items() for case in acted.cases]
each_case = pytest.mark.parametrize(("relay", "acted", "case"), CASES)


@dataclass
class Side:
    """One case in its shop."""

    relay: Relay
    case: Case
    shop: Any
    config: dict[str, Any]
    client: httpx.AsyncClient
    careful: Careful

    def call(self) -> Call[Any]:
        """The call, by the shop's own identifiers."""
        endpoint = BY_KEY[self.case.endpoint]
        target = Reference(endpoint.resource, self.case.target(self.shop))
        return Call(self.client, self.config, target, endpoint.body.model_validate(self.case.data(self.shop)))

    async def run(self, call: Call[Any]) -> Done:
        return await self.relay.actions[self.case.endpoint].run(call)


@asynccontextmanager
async def side(relay: Relay, acted: Acted, case: Case, *, dry: bool = False) -> AsyncIterator[Side]:
    async def before() -> None:
        return None

    async with httpx.AsyncHTTPTransport(verify=False) as wire:
        shop, careful = acted.shop(), Careful(wire, before, dry=dry)
        async with serve(shop) as url:
            config = acted.config(shop, url)
            async with relay.client(config, Connection(careful, MemoryTokens())) as client:
                known = {**config, **await relay.settings(client, config)}
                yield Side(relay, case, shop, known, client, careful)


@each_case
async def test_the_shop_is_changed_and_what_was_touched_says_so(relay: Relay, acted: Acted, case: Case) -> None:
    async with side(relay, acted, case) as one:
        call = one.call()
        assert one.relay.actions[case.endpoint].takes >= set(call.data.given())
        done = await one.run(call)
        assert one.careful.trail.changed, "a request that changes the shop is not marked as one that reads"
        assert not one.careful.trail.unsure
        assert case.shop_says(one.shop) == case.holds
        assert {name: done.result.get(name) for name in case.result} == case.result
        orjson.dumps(done.result)
        if case.document is not None:
            await _says(one, [*one.relay.actions[case.endpoint].reads(call), *done.reads], *case.document)


async def _says(one: Side, reads: list[tuple[str, str]], collection: str, wanted: dict[str, Any] | None) -> None:
    drafts, gone = await _read(one, reads)
    found = [plain(draft.document) for draft in drafts if draft.document.collection == collection]
    if wanted is None:
        given = one.case.target(one.shop)
        assert gone or not any(given in {document.get("remote_id"), document.get("sku_2")} for document in found)
        return
    assert any(wanted.items() <= document.items() for document in found), found


async def _read(one: Side, reads: list[tuple[str, str]]) -> tuple[list[Draft], list[Gone]]:
    """What direct reads find, as the poller makes them."""
    drafts: list[Draft] = []
    gone: list[Gone] = []
    for resource, remote_id in reads:
        rule = one.relay.resource(resource)
        assert rule.read is not None, f"{resource} cannot be read directly"
        answer = await rule.read(one.client, remote_id, one.config)
        if isinstance(answer, Gone):
            gone.append(answer)
            continue
        for record in answer:
            drafts += one.relay.resource(record.resource).map(orjson.loads(record.body), FakeShop(one.config)).drafts
    return drafts, gone


@each_case
async def test_a_dry_run_changes_nothing(relay: Relay, acted: Acted, case: Case) -> None:
    async with side(relay, acted, case, dry=True) as one:
        call = one.call()
        before = repr(case.shop_says(one.shop))
        with pytest.raises(Dry) as found:
            await one.run(call)
        assert isinstance(found.value.request.content, bytes), "a request that cannot be shown"
        assert repr(case.shop_says(one.shop)) == before


@pytest.mark.parametrize("name", sorted(FOUND))
def test_every_action_of_a_relay_has_a_case(name: str) -> None:
    # What an index lists is asked for in tests/integration/test_shop_api_indexes.py.
    served = {key for key in RELAYS[name].actions if not key.endswith("/index")}
    assert served == {case.endpoint for case in FOUND[name].cases}


@pytest.mark.parametrize("relay", RELAYS.values(), ids=list(RELAYS))
def test_actions_are_the_contract_s(relay: Relay) -> None:
    for key, action in relay.actions.items():
        fields = BY_KEY[key].body.model_fields
        assert action.takes <= fields.keys(), f"{key} takes what its body does not have"


@pytest.mark.parametrize("relay", [relay for relay in RELAYS.values() if relay.actions], ids=lambda relay: relay.name)
def test_the_actions_of_every_relay_are_tried(relay: Relay) -> None:
    assert any(relay.actions is RELAYS[name].actions for name in FOUND), f"write tests/contract/actions/{relay.name}.py"
