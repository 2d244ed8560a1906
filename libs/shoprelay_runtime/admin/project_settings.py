"""What an operator may set for a whole project."""

from collections.abc import Callable
from typing import Any, Final

from shoprelay_runtime.admin.errors import AdminError
from shoprelay_runtime.admin.modes import DATE, catch_all_date
from shoprelay_runtime.projects import Project
from shoprelay_runtime.store import Control, Store

LIMIT: Final = "max_simultaneous_synchronizations"
"""Shops of the project that are worked on at once, over all pollers; 0 or absent: no limit."""


def _limit(text: str) -> int:
    if not text.isdecimal():
        raise AdminError(f"{LIMIT}: expected a whole number, 0 for no limit, got {text!r}")
    return int(text)


def _date(text: str) -> str:
    try:
        catch_all_date({DATE: text}, {})
    except ValueError as error:
        raise AdminError(str(error)) from None
    return text


_KNOWN: Final[dict[str, Callable[[str], Any]]] = {LIMIT: _limit, DATE: _date}


async def set_setting(store: Store, project: Project, name: str, text: str) -> Any:
    """Set it from its text; "" takes it away. Services see it within 15 seconds. AdminError names what was expected."""
    if name not in _KNOWN:
        raise AdminError(f"there is no setting {name!r}; there are: {', '.join(_KNOWN)}")
    value = _KNOWN[name](text) if text else None
    change = {"$set": {f"settings.{name}": value}} if text else {"$unset": {f"settings.{name}": ""}}
    await store.collection(Control.PROJECTS).update_one({"_id": project.id}, change)
    return value
