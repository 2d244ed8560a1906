"""Asking for a change, and reading what is to be changed. A refusal is a SOAP fault: nothing was done then.

https://api.hostedshop.dk/doc/
"""

from typing import Any

import httpx

from shoprelay_relays.errors import CredentialsRejected, Refused, ShopTrouble
from shoprelay_relays.fields import Raw
from shoprelay_relays.hostedshop.client import call, listed, one
from shoprelay_relays.hostedshop.soap import Fault
from shoprelay_relays.http.asking import NotThere
from shoprelay_relays.spec import Json

_LONGEST = 200
_NO = {"false", "0"}


async def change(shop: httpx.AsyncClient, operation: str, **arguments: Any) -> Json:
    """Its result. Refused for a fault; ShopTrouble where it is not known what became of it."""
    try:
        return (await call(shop, operation, **arguments)).value
    except Fault as fault:
        raise Refused(f"{fault.text or operation} ({fault.code})"[:_LONGEST]) from None
    except NotThere:
        raise Refused(f"{operation}: the shop does not have what it names") from None
    except CredentialsRejected:
        raise Refused(
            f"{operation}: the session has ended, or the API user may not do this. Nothing was done: call again."
        ) from None


async def done(shop: httpx.AsyncClient, operation: str, **arguments: Any) -> None:
    """A change that is answered with yes or no."""
    if str(await change(shop, operation, **arguments)).lower() in _NO:
        raise Refused(f"{operation}: the shop says no, and not why")


async def made(shop: httpx.AsyncClient, operation: str, **arguments: Any) -> str:
    """The id of what was made."""
    return number(await change(shop, operation, **arguments), operation)


async def row(shop: httpx.AsyncClient, operation: str, **arguments: str | int) -> Raw:
    """A record as it stands. NotThere; ShopTrouble where it comes without its fields."""
    return Raw((await one(shop, operation, **arguments)).value)


async def rows(shop: httpx.AsyncClient, operation: str, **arguments: str | int) -> list[Raw]:
    """A list as it stands."""
    return [Raw(each) for each in (await listed(shop, operation, **arguments)).rows]


def number(value: Json, operation: str) -> str:
    """An id that the shop gave."""
    if not is_id(str(value)):
        raise ShopTrouble(f"{operation}: expected an id, got {str(value)[:40]!r}")
    return str(value)


def is_id(text: str) -> bool:
    """Whether the platform can have given this id."""
    return text.isascii() and text.isdigit() and int(text) > 0


def items(values: list[Any]) -> dict[str, list[Any]]:
    """A list as SOAP has it."""
    return {"item": values}
