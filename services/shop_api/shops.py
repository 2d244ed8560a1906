"""Which shop a call is for, and what it names there: only what belongs to the caller's project, and to that shop."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bson import ObjectId

from services.shop_api.problems import Problem
from shoprelay_relays.actions import Endpoint, Reference
from shoprelay_relays.actions.bodies.base import Body, references
from shoprelay_relays.registry import by_id
from shoprelay_relays.spec import Relay
from shoprelay_runtime.access import KEPT_SECONDS
from shoprelay_runtime.codec import unseal
from shoprelay_runtime.projects import Project, Webshop, webshop_of
from shoprelay_runtime.store import Store

_MOST: Final = 10_000


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a call is about: a shop, its relay, and what the path names in it."""

    webshop: Webshop
    relay: Relay
    target: Reference


@dataclass(frozen=True, slots=True)
class Shops:
    """Looks up webshops, which are remembered for a second, and documents of projects."""

    store: Store
    _kept: dict[ObjectId, tuple[float, Webshop]] = field(default_factory=dict, init=False, repr=False)

    async def choose(
        self, project: Project, endpoint: Endpoint, given: str, webshop_id: str | None, body: Body, *, bypass: bool
    ) -> Chosen:
        """The shop and the target of a call; each reference of its body is given its document.

        Problem 404 for what the project does not have; 422 for another shop's document, and for a reference to none.
        """
        named = [] if bypass else list(references(body))
        chosen: Chosen | BaseException
        # To their end, whatever the other finds: what is asked of the database does not tell whether the target is there.
        chosen, found = await asyncio.gather(
            self._chosen(project, endpoint, given, webshop_id, bypass=bypass),
            self._referenced(project, named),
            return_exceptions=True,
        )
        if isinstance(chosen, BaseException):
            raise chosen
        if isinstance(found, BaseException):
            raise found
        for each in named:
            each.document = _of_shop(chosen.webshop, each, found.get((each.collection, each.given)))
        return chosen

    async def _chosen(self, project: Project, endpoint: Endpoint, given: str, webshop_id: str | None, *, bypass: bool) -> Chosen:
        target = Reference(endpoint.resource, given)
        if endpoint.resource == "webshops":
            webshop_id = await self._same_shop(given, webshop_id)
        elif endpoint.targets and not bypass:
            target.document = await self._document(project, endpoint.resource, given)
            webshop_id = await self._same_shop(str(target.document.get("webshop_id")), webshop_id)
        webshop = await self._webshop(project, webshop_id)
        return Chosen(webshop, _relay(webshop), target)

    async def _referenced(self, project: Project, named: Iterable[Reference]) -> dict[tuple[str, str], dict[str, Any]]:
        """The documents that are there, by collection and _id."""
        wanted: dict[str, list[str]] = defaultdict(list)
        for each in named:
            wanted[each.collection].append(each.given)
        found = await asyncio.gather(*(self._documents(project, name, given) for name, given in wanted.items()))
        return {(name, each): row for name, rows in zip(wanted, found, strict=True) for each, row in rows.items()}

    async def _same_shop(self, own: str, asked: str | None) -> str:
        if asked is not None and asked != own:
            raise Problem(422, "other_webshop", "webshop_id: what the path names belongs to another webshop", field="webshop_id")
        return own

    async def _webshop(self, project: Project, webshop_id: str | None) -> Webshop:
        if webshop_id is None:
            raise Problem(422, "invalid", "webshop_id: expected the _id of the webshop to act in", field="webshop_id")
        wanted, now = _object_id(webshop_id, "webshop"), time.monotonic()
        kept = self._kept.get(wanted)
        # Of this very project, with the keys and settings that the call was begun with.
        if kept is not None and now - kept[0] < KEPT_SECONDS and kept[1].project is project:
            return kept[1]
        found = await self.store.documents(project.database, "webshops", [wanted])
        if not found:
            raise _missing("webshop", webshop_id)
        if len(self._kept) >= _MOST:
            self._kept.clear()
        webshop = webshop_of(project, found[0])
        self._kept[wanted] = now, webshop
        return webshop

    def forget(self) -> None:
        """Read every webshop anew: one may have been changed in this process."""
        self._kept.clear()

    async def _document(self, project: Project, collection: str, given: str) -> Mapping[str, Any]:
        found = await self._documents(project, collection, [str(_object_id(given, collection))])
        if given not in found:
            raise _missing(collection, given)
        return found[given]

    async def _documents(self, project: Project, collection: str, given: Iterable[str]) -> dict[str, dict[str, Any]]:
        ids = [ObjectId(each) for each in given if ObjectId.is_valid(each)]
        rows = await self.store.documents(project.database, collection, ids)
        return {str(row["_id"]): unseal(project.cipher, collection, row) for row in rows}


def _object_id(given: str, what: str) -> ObjectId:
    if not ObjectId.is_valid(given):
        raise _missing(what, given)
    return ObjectId(given)


def _missing(what: str, given: str) -> Problem:
    """Also for what another project has: the two cannot be told apart."""
    shown = given if ObjectId.is_valid(given) else "an _id of 24 hexadecimal digits is expected"
    return Problem(404, "not_found", f"{what}: there is none with this _id in your database ({shown})")


def _of_shop(webshop: Webshop, named: Reference, document: Mapping[str, Any] | None) -> Mapping[str, Any]:
    if document is None:
        known = "expected the _id of a document, or bypass_db with the shop's own identifiers"
        raise Problem(422, "unknown_reference", f"{named.collection}: {known}", field=named.collection)
    if document.get("webshop_id") != webshop.webshop_id:
        text = f"{named.collection}: the document {named.given} belongs to another webshop"
        raise Problem(422, "other_webshop", text, field=named.collection)
    return document


def _relay(webshop: Webshop) -> Relay:
    try:
        return by_id(webshop.relay_id)
    except KeyError:
        raise Problem(422, "unknown_relay", "this version does not have the webshop's platform") from None
