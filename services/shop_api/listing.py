"""`index`: what the shop itself lists right now, in the words of the document model. Nothing of it is stored."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast

import orjson

from services.shop_api.problems import Problem
from services.shop_api.shops import Chosen
from shoprelay_relays.actions import Endpoint
from shoprelay_relays.spec import Draft, Mode, Page, Record, Resource, Window
from shoprelay_runtime.codec import plain

_PASSED: Final = 25


@dataclass(frozen=True, slots=True)
class Wish:
    """What to list. `cursor`: where the page before ended."""

    created_since: datetime | None = None
    updated_since: datetime | None = None
    cursor: str | None = None
    unfiltered: bool = False

    def window(self, resource: Resource) -> Window:
        """Problem 422 for what the platform cannot filter by."""
        if self.created_since and self.updated_since:
            raise Problem(
                422, "invalid", "created_since: expected created_since or updated_since, not both", field="created_since"
            )
        for name, mode in (
            ("created_since", Mode.CREATED_SINCE_LAST_REQUEST),
            ("updated_since", Mode.UPDATED_SINCE_LAST_REQUEST),
        ):
            if (since := getattr(self, name)) is not None:
                if mode not in resource.modes:
                    raise Problem(422, "unsupported", f"{name}: the shop cannot list {resource.name} by it", field=name)
                return Window(mode, since, datetime.now(UTC))
        mode = (
            Mode.CREATED_SINCE_LAST_REQUEST
            if Mode.CREATED_SINCE_LAST_REQUEST in resource.modes
            else Mode.UPDATED_SINCE_LAST_REQUEST
        )
        return Window(mode, None, datetime.now(UTC))


def listed(chosen: Chosen, endpoint: Endpoint) -> Resource:
    """The relay's resource; Problem 422 when the shop has no such list."""
    try:
        resource = chosen.relay.resource(endpoint.resource)
    except KeyError:
        resource = None
    if resource is None or resource.pages is None:
        has = sorted(each.name for each in chosen.relay.resources if each.pages)
        text = f"{chosen.relay.label} has no list of {endpoint.resource}; it lists {', '.join(has)}"
        raise Problem(422, "unsupported", text, platform=chosen.relay.name, supported=has)
    return resource


async def page(chosen: Chosen, client: Any, resource: Resource, wish: Wish) -> dict[str, Any]:
    """One page: {result, cursor}."""
    assert resource.pages is not None
    pages = resource.pages(client, wish.window(resource), wish.cursor or resource.at_once, chosen.webshop.config)
    async with aclosing(cast(AsyncGenerator[Page, None], pages)) as listing:
        found = await _filled(listing)
    if found is None:
        return {"result": [], "cursor": None}
    result = [_item(chosen, each, unfiltered=wish.unfiltered) for each in found.records]
    # A record that becomes no document (the root of a tree of categories) is none in the words of the model.
    return {"result": [each for each in result if each], "cursor": found.cursor}


async def _filled(listing: AsyncGenerator[Page, None]) -> Page | None:
    """The first page with something in it: a list that is cut by time has empty ones. Not without end: each costs a request."""
    found, passed = None, 0
    async for found in listing:
        passed += 1
        if found.records or passed == _PASSED:
            break
    return found


def _item(chosen: Chosen, record: Record, *, unfiltered: bool) -> Any:
    raw = orjson.loads(record.body)
    if unfiltered:
        return raw
    resource = chosen.relay.resource(record.resource)
    mapped = resource.map(raw, chosen.webshop)
    return _whole(chosen, resource.collection or resource.name, mapped.drafts)


def _whole(chosen: Chosen, collection: str, drafts: Iterable[Draft]) -> dict[str, Any]:
    """The document that the record chiefly becomes, and beside it, by collection, those that come with it."""
    whole: dict[str, Any] = {}
    beside: dict[str, list[dict[str, Any]]] = {}
    for draft in drafts:
        name = draft.document.collection
        document = {"_id": chosen.webshop.id(name, draft.key), **plain(draft.document)}
        if name == collection and not whole:
            whole = document
        elif not draft.derived:
            beside.setdefault(name, []).append(document)
    return {**whole, **{f"{name}": rows for name, rows in beside.items()}}
