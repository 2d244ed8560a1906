"""`shoprelay deliveries`: what the operator's webhook was told, what it answered, and telling it again."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

import typer
from bson import ObjectId

from shoprelay_cli.console import AsJson, table, within
from shoprelay_cli.dlq_choosing import named_project
from shoprelay_runtime.admin import AdminError
from shoprelay_runtime.crypto import Cipher, DecryptionFailed
from shoprelay_runtime.projects import Projects, Unknown
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Bson, Control, Store
from shoprelay_schema.documents.base import jsonable

app = typer.Typer(name="deliveries", help="What the operator's webhook was told.", no_args_is_help=True)
OneProject = Annotated[str | None, typer.Option("--project", "-p", help="One project, by name or id.")]
Since = Annotated[str | None, typer.Option(help="Created since: a time such as 2026-03-04T05:06Z, or 30m, 2h, 3d ago.")]

_STATES: Final = ("pending", "done", "failed", "disabled")
_LOST: Final = ("failed", "disabled")
_SHOWN: Final = ("_id", "event", "kind", "project", "company", "endpoint", "state", "tries", "created_at", "due_at", "done_at",
                 "last_status", "last_error")  # fmt: skip
_AGO: Final = {"m": "minutes", "h": "hours", "d": "days"}


@app.command("list")
def list_(
    project: OneProject = None,
    state: Annotated[str | None, typer.Option(help=f"One of {', '.join(_STATES)}.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The newest so many.")] = 50,
    *,
    as_json: AsJson = False,
) -> None:
    """List deliveries, the newest first; times are UTC. Exits 2 when there is no such project.

    Example: shoprelay deliveries list --state failed
    """
    if state is not None and state not in _STATES:
        raise typer.BadParameter(f"expected one of {', '.join(_STATES)}", param_hint="--state")
    found = [_shown(row) for row in within(lambda store, settings: _list(store, settings, project, state, limit))]
    if as_json:
        typer.echo(json.dumps(found))
    else:
        table(found, ("_id", "created_at", "kind", "state", "tries", "last_status", "last_error"), as_json=False)


@app.command()
def show(
    delivery: Annotated[str, typer.Argument(help="Its id, or the webhook-id that the operator saw.")],
    *,
    body: Annotated[bool, typer.Option("--body", help="Show what was sent, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show one delivery and every attempt at it. Exits 1 when there is no such delivery, 2 when the id cannot be one.

    Example: shoprelay deliveries show msg_6651f0c2a7b4c0d1e2f30415 --body
    """
    asked = _id(delivery)
    found = within(lambda store, settings: _show(store, settings, asked, with_body=body))
    if as_json:
        typer.echo(json.dumps(found))
        return
    for name, value in found.items():
        if name != "attempts" and value not in (None, ""):
            typer.echo(f"{name:<12} {value}")
    typer.echo()
    table(found["attempts"], ("at", "status", "error", "seconds", "excerpt"), as_json=False)


@app.command()
def replay(
    delivery: Annotated[str | None, typer.Argument(help="Its id, or the webhook-id that the operator saw.")] = None,
    project: OneProject = None,
    since: Since = None,
    *,
    failed: Annotated[bool, typer.Option("--failed", help="All that were given up.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tell the operator's webhook again, with the same webhook-id: it can know what it has had already.

    Exits 1 when there is no such delivery, or its webhook is switched off.

    Examples:
    shoprelay deliveries replay msg_6651f0c2a7b4c0d1e2f30415

    shoprelay deliveries replay --failed --since 2h

    """
    if (delivery is None) != failed:
        raise typer.BadParameter("expected the id of a delivery, or --failed")
    begin, asked = _time(since), _id(delivery) if delivery else None
    number = within(
        lambda store, settings: _replay_one(store, asked) if asked else _replay_failed(store, settings, project, begin)
    )
    typer.echo(json.dumps({"replayed": number}) if as_json else f"{number} will be sent again")


async def _list(store: Store, settings: Settings, project: str | None, state: str | None, limit: int) -> list[Bson]:
    query: Bson = {"state": state} if state else {}
    if project:
        query["project"] = (await named_project(store, settings, project)).id
    return await store.collection(Control.DELIVERIES).find(query).sort("created_at", -1).limit(limit).to_list(None)


async def _show(store: Store, settings: Settings, delivery: ObjectId, *, with_body: bool) -> dict[str, Any]:
    row = await _row(store, delivery)
    cipher = await _cipher(Projects(store, settings.master()), row["project"])
    attempts = await store.collection(Control.ATTEMPTS).find({"delivery": delivery}).sort("at", 1).to_list(None)
    shown = {**_shown(row), "webhook_id": f"msg_{delivery}", "attempts": [_attempt(cipher, each) for each in attempts]}
    return {**shown, "body": _opened(cipher, "deliveries", "body", row["body"])} if with_body else shown


async def _replay_one(store: Store, delivery: ObjectId) -> int:
    row = await _row(store, delivery)
    if not await store.collection(Control.ENDPOINTS).find_one({"_id": row["endpoint"], "active": True}):
        raise AdminError(f"delivery {delivery}: its endpoint is switched off; set the project's webhook first")
    return await _again(store, {"_id": delivery})


async def _replay_failed(store: Store, settings: Settings, project: str | None, since: datetime | None) -> int:
    """Only where the endpoint is on: the others would be put aside again."""
    active = await store.collection(Control.ENDPOINTS).distinct("_id", {"active": True})
    query: Bson = {"state": {"$in": _LOST}, "endpoint": {"$in": active}}
    if since:
        query["created_at"] = {"$gte": since}
    if project:
        query["project"] = (await named_project(store, settings, project)).id
    return await _again(store, query)


async def _again(store: Store, query: Bson) -> int:
    now = datetime.now(UTC)
    fresh = {"state": "pending", "due_at": now, "since": now, "tries": 0, "owner": None}
    return (await store.collection(Control.DELIVERIES).update_many(query, {"$set": fresh})).matched_count


async def _row(store: Store, delivery: ObjectId) -> Bson:
    row = await store.collection(Control.DELIVERIES).find_one({"_id": delivery})
    if row is None:
        raise AdminError(f"there is no delivery {delivery}: shoprelay deliveries list shows them; they are kept for 60 days")
    return row


async def _cipher(projects: Projects, project: ObjectId) -> Cipher | None:
    try:
        return (await projects.get(project)).cipher
    except Unknown:
        return None


def _opened(cipher: Cipher | None, collection: str, attribute: str, text: str | None) -> str | None:
    """The plain text; None when there is none, or when its key is destroyed."""
    try:
        return cipher.open(collection, attribute, text).decode() if cipher and text else None
    except DecryptionFailed:
        return None


def _attempt(cipher: Cipher | None, row: Bson) -> dict[str, Any]:
    shown = {name: jsonable(row.get(name)) for name in ("at", "status", "error")}
    return {**shown, "seconds": round(row["seconds"], 3), "excerpt": _opened(cipher, "attempts", "excerpt", row.get("excerpt"))}


def _shown(row: Bson) -> dict[str, Any]:
    return {name: jsonable(row.get(name)) for name in _SHOWN}


def _id(text: str) -> ObjectId:
    if not ObjectId.is_valid(text.removeprefix("msg_")):
        raise typer.BadParameter(f"expected 24 hexadecimal digits, or msg_ and these, got {text!r}")
    return ObjectId(text.removeprefix("msg_"))


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    if ago := re.fullmatch(r"(\d{1,6})([mhd])", text):
        return datetime.now(UTC) - timedelta(**{_AGO[ago[2]]: int(ago[1])})
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"expected a time, or 30m, 2h, 3d; got {text!r}", param_hint="--since") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
