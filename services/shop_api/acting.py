"""One call in one shop: what the platform cannot do is refused first, then the shop is asked, then what came of it is told."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import httpx

from services.shop_api.careful import Careful, Dry, Trail
from services.shop_api.following import Following
from services.shop_api.problems import Problem
from services.shop_api.settings import ShopApiSettings
from services.shop_api.shops import Chosen
from services.shop_api.showing import shown
from shoprelay_relays.actions import Action, Call, Endpoint
from shoprelay_relays.actions.bodies.base import Body, outer
from shoprelay_relays.errors import CannotDo, CredentialsRejected, PayloadInvalid, Refused, RelayError, ShopTrouble
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.spec import Connection
from shoprelay_runtime.admin import AdminError, relearn
from shoprelay_runtime.admin.lacking import refuse_incomplete
from shoprelay_runtime.budgeted import BudgetedTransport
from shoprelay_runtime.budgets import Budget, Lane
from shoprelay_runtime.logs import logger
from shoprelay_runtime.reachable import AddressRefused
from shoprelay_runtime.shop_tokens import tokens_of
from shoprelay_runtime.store import Store

_LATER: Final = 503
_log = logger(__name__)
_OURS: Final = 500
_MEANS: Final[tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], int, str, str], ...]] = (
    (CannotDo, 422, "unsupported", "{0}: {1}"),
    (NotThere, 404, "not_in_shop", "{0} does not have what the call names"),
    (CredentialsRejected, 502, "credentials_rejected", "{0}: {1}"),
    (ShopTrouble, _LATER, "shop_trouble", "{0} cannot answer now: {1}"),
    (PayloadInvalid, 502, "unreadable", "{0} answers what cannot be read: {1}"),
    (RelayError, 422, "refused_by_shop", "{0} refuses this: {1}"),
    (AddressRefused, 502, "address_refused", "{0} is not called: {1}"),
    ((TimeoutError, httpx.HTTPError), _LATER, "shop_trouble", "{0} did not answer in time"),
)
"""What an error of a relay means to the caller; the first that fits."""


Noted = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Acting:
    """Does calls. `transport`: the guarded way out that all of them share."""

    store: Store
    settings: ShopApiSettings
    transport: httpx.AsyncBaseTransport
    following: Following

    def careful(self, chosen: Chosen, before: Noted, *, dry: bool = False) -> Careful:
        """The way to one shop, in the lane of those who wait for an answer."""
        limits = chosen.relay.limits
        budget = Budget(self.store, chosen.webshop.webshop_id, limits, Lane.INTERACTIVE, self.settings.patience_seconds)
        return Careful(self.transport, before, dry=dry, turns=partial(BudgetedTransport, budget=budget))

    def client(self, chosen: Chosen, careful: Careful) -> httpx.AsyncClient:
        """The relay's client of the shop. Problem 502 names the credentials that it cannot do without."""
        try:
            refuse_incomplete(chosen.relay, chosen.webshop.config)
        except CredentialsRejected as error:
            raise Problem(502, "credentials_rejected", str(error)) from error
        tokens = tokens_of(self.store, chosen.webshop, chosen.relay)
        return chosen.relay.client(chosen.webshop.config, Connection(careful, tokens))

    async def act(self, chosen: Chosen, endpoint: Endpoint, data: Body, noted: Noted, *, dry: bool) -> Any:
        """Do it; what the caller is told. `noted`: called ahead of the first change. Raises Problem."""
        action = served(chosen, endpoint)
        _takes(chosen, action, data)

        async def before() -> None:
            await noted()
            await self.following.ahead(chosen, reads)

        careful = self.careful(chosen, before, dry=dry)
        async with self.client(chosen, careful) as client:
            call = Call(client, chosen.webshop.config, chosen.target, data)
            with_problems = told(careful.trail, chosen)
            try:
                async with with_problems:
                    reads = action.reads(call)
                    async with asyncio.timeout(self.settings.action_seconds):
                        done = await action.run(call)
            except Dry as found:
                return shown(chosen, found.request)
            except Problem:
                if careful.trail.touched:
                    self._unsettled(chosen, endpoint, action, call)
                raise
            finally:
                self.following.begin(self.following.charge(chosen, endpoint, careful.trail.requests))
        if dry:
            return {"dry_run": True, "request": None, "comment": "nothing would be changed in the shop"}
        self.following.begin(self.following.now(chosen, [*reads, *done.reads]))
        if endpoint.key == "webshops/update":
            self.following.begin(self._relearn(chosen, endpoint))
        return done.result

    async def _relearn(self, chosen: Chosen, endpoint: Endpoint) -> None:
        """The shop's own settings are others now: what the webshop's config keeps of them follows."""

        async def never() -> None:
            raise ShopTrouble("its settings cannot be read without changing it")

        careful = self.careful(chosen, never)
        try:
            async with asyncio.timeout(self.settings.action_seconds), self.client(chosen, careful) as client:
                webshop = chosen.webshop
                await relearn(self.store, webshop.project, webshop.webshop_id, chosen.relay, client)
        except (RelayError, AdminError, httpx.HTTPError, TimeoutError) as error:
            _log.warning("settings are not learnt anew", webshop=str(chosen.webshop.webshop_id), error=type(error).__name__)
        finally:
            await self.following.charge(chosen, endpoint, careful.trail.requests)

    def _unsettled(self, chosen: Chosen, endpoint: Endpoint, action: Action, call: Call[Any]) -> None:
        """It is not known how the shop stands: look."""
        reads, following = action.reads(call), self.following
        following.begin(following.now(chosen, reads) if reads else following.poll(chosen, endpoint.resource))


def served(chosen: Chosen, endpoint: Endpoint) -> Action:
    """The relay's action; Problem 422 says what the platform has in its place."""
    action = chosen.relay.actions.get(endpoint.key)
    if action is not None:
        return action
    has = sorted(key.partition("/")[2] for key in chosen.relay.actions if key.startswith(f"{endpoint.resource}/"))
    instead = f"of {endpoint.resource} it can {', '.join(has)}" if has else f"it can do nothing to {endpoint.resource}"
    text = f"{chosen.relay.label} cannot do {endpoint.key}; {instead}"
    raise Problem(422, "unsupported", text, platform=chosen.relay.name, supported=has)


def _takes(chosen: Chosen, action: Action, data: Body) -> None:
    takes = sorted(map(outer, action.takes))
    given = {outer(name) for name, value in data.given().items() if value is not None}
    if unknown := sorted(given - set(takes)):
        taken = f"it takes {', '.join(takes)}" if takes else "it takes no data"
        text = f"data.{unknown[0]}: {chosen.relay.label} cannot be told this here; {taken}"
        raise Problem(422, "unsupported", text, field=f"data.{unknown[0]}", platform=chosen.relay.name, supported=takes)


class told:  # noqa: N801 - reads as a phrase
    """Turns what goes wrong in a shop into the Problem that says so, in mind of what was changed before."""

    def __init__(self, trail: Trail, chosen: Chosen) -> None:
        self._trail = trail
        self._label, self._platform = chosen.relay.label, chosen.relay.name

    async def __aenter__(self) -> None:
        return None

    async def __aexit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is None or isinstance(error, Dry | Problem):
            return
        if isinstance(error, Refused):
            self._trail.refused()
        cause = error.__cause__ if isinstance(error.__cause__, AddressRefused) else error
        if (problem := self._problem(cause)) is not None:
            raise problem from error
        if self._trail.touched and isinstance(error, Exception):
            said = f"a mistake of ours after {', '.join(self._trail.changed)}: what it touched is read now"
            raise Problem(502, "incomplete", said, done=self._trail.changed) from error

    def _problem(self, error: BaseException) -> Problem | None:
        done = self._trail.changed or None
        if self._trail.unsure and isinstance(error, Exception):
            said = (
                f"{self._label} did not say what became of {self._trail.unsure}: it is not repeated, and what it touched is read"
            )
            return Problem(504, "unknown", said, done=done, result="unknown")
        for kinds, status, kind, text in _MEANS:
            if isinstance(error, kinds):
                if done and status >= _OURS:
                    # No Retry-After here: whoever repeats the call repeats what is done.
                    said = f"{self._label} did {', '.join(done)}, and then failed: {error or type(error).__name__}"
                    return Problem(502, "incomplete", f"{said}. What it touched is read now.", done=done)
                wait = {"retry-after": str(max(1, round(getattr(error, "retry_after", None) or 5)))} if status == _LATER else None
                field = f"data.{error.field}" if isinstance(error, CannotDo) and error.field else None
                platform = self._platform if isinstance(error, CannotDo) else None
                said = text.format(self._label, error)
                return Problem(status, kind, said, headers=wait, field=field, done=done, platform=platform)
        return None
