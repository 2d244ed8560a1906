"""`shoprelay explain`, as an operator types it: what a document was made from, and why other records did not count."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId

from shoprelay_cli import explain
from shoprelay_relays.spec import Json, Mapped, Relay, Resource, Shop
from shoprelay_runtime import deadletters, settling
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from shoprelay_schema.raw import RawKind, Via
from shoprelay_schema.topics import DEAD_LETTERS
from tests.support.mapping import dearer, reading
from tests.support.plain_relay import RELAY, order
from tests.support.shell import Typed, said, shell
from tests.support.world import START, World, normalizing, world

pytestmark = pytest.mark.integration
NOBODY = "65f0a1b2c3d4e5f6a7b8c9d0"


@pytest.fixture
async def shop(settings: Settings, store: Store) -> AsyncIterator[World]:
    async with world(settings, store) as made:
        yield made


@pytest.fixture
def type_(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Types `shoprelay explain WORDS`."""
    monkeypatch.setattr(explain, "RELAYS", {RELAY.name: RELAY})
    return shell(settings, monkeypatch, "explain")


async def found(type_: Typed, *words: str) -> dict[str, Any]:
    result = await type_("--json", *words)
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout.splitlines()[-1]))


def one(price: float, hours: int, **more: Any) -> Any:
    return order("1001", START + timedelta(hours=hours), {"A": 1}, price=price, **more)


async def history(shop: World) -> str:
    """An order that was polled, pushed late, polled again; gives its _id."""
    async with normalizing(shop.settings):
        await shop.put(one(1.0, 0, email="jane@example.com"))
        await shop.put(one(2.0, 2, email="joe@example.com"))
        await shop.drained()
        await shop.put(one(9.0, 1, email="jim@example.com"), kind=RawKind.WEBHOOK_RECEIVED, via=Via.WEBHOOK)
        await shop.put(one(2.0, 2, email="joe@example.com"))
        await shop.put(order("1002", START))
        await shop.drained()
    return str(shop.webshop.id("orders", "1001"))


async def test_each_record_with_what_it_changed_and_why(shop: World, type_: Typed) -> None:
    told = await found(type_, "orders", await history(shop))
    assert [(step["outcome"], step["via"]) for step in told["steps"]] == [
        ("created", "poll"),
        ("updated", "poll"),
        ("lost", "webhook"),
        ("same", "poll"),
    ]
    first, second, late, _ = told["steps"]
    assert (told["state"], told["source"]["raw"]) == ("stored", second["position"])
    assert (first["resource"], first["remote_id"], first["request"]) == ("orders", "1001", "request-1")
    assert second["fields"] == {
        "email": {"from": "jane@example.com", "to": "joe@example.com"},
        "price": {"from": 1.0, "to": 2.0},
    }
    assert late["why"] == "an older version"
    assert told["differs"] == []


async def test_a_field_along_the_records(shop: World, type_: Typed) -> None:
    _id = await history(shop)
    told = await found(type_, "orders", _id, "email")
    assert told["value"] == "joe@example.com"
    assert [step["said"] for step in told["steps"]] == [f"{name}@example.com" for name in ("jane", "joe", "jim", "joe")]
    text = (await type_("orders", _id, "email")).stdout
    assert "jane@example.com -> joe@example.com" in " ".join(text.replace("│", " ").split())
    assert "price" not in text


async def test_it_is_readable_on_a_narrow_terminal(shop: World, type_: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    result = await type_("orders", await history(shop))
    assert result.exit_code == 0, result.output
    shown = [line for line in result.stdout.splitlines() if "[info" not in line]
    assert all(len(line) <= 80 for line in shown), result.stdout
    assert "(present source)" in result.stdout
    assert "an older version" in result.stdout


async def test_a_deleted_document_names_its_evidence(shop: World, type_: Typed) -> None:
    _id = await history(shop)
    record = await shop.put({"id": "1001", "evidence": "404"}, kind=RawKind.RECORD_GONE, via=Via.READ)
    async with normalizing(shop.settings):
        await shop.drained()
    told = await found(type_, "orders", _id)
    last = told["steps"][-1]
    assert (told["state"], told["deletion"]["raw"], last["outcome"], last["evidence"]) == (
        "deleted",
        last["position"],
        "deleted",
        "404",
    )
    assert last["request"] == record.request
    line = str(shop.webshop.id("order_lines", "1001/A"))
    told = await found(type_, "order_lines", line)
    assert (told["state"], told["steps"][-1]["evidence"]) == ("deleted", "parent")
    assert "orders/1001, which it belongs to, is gone" in (await type_("order_lines", line)).stdout


async def test_the_head_names_what_deleted_it_and_not_what_came_after_and_lost(shop: World, type_: Typed) -> None:
    _id = await history(shop)
    at = START + timedelta(hours=3)
    async with normalizing(shop.settings):
        await shop.put({"id": "1001", "evidence": "410"}, kind=RawKind.RECORD_GONE, via=Via.READ, at=at)
        await shop.drained()
        await shop.put({"id": "1001", "evidence": "404"}, kind=RawKind.RECORD_GONE, via=Via.READ, at=at + timedelta(hours=1))
        await shop.put(one(7.0, 2), kind=RawKind.WEBHOOK_RECEIVED, via=Via.WEBHOOK, at=at + timedelta(hours=2))
        await shop.drained()
    told = await found(type_, "orders", _id)
    gone, again, late = (step["position"] for step in told["steps"][-3:])
    assert told["deletion"] == {
        "raw": gone,
        "evidence": "410",
        "observed_at": "2026-03-01T15:00:00.000Z",
        "via": "read",
        "said": "a direct read was answered with 410",
        "after": [again, late],
        "newest": again,
    }
    head = " ".join((await type_("orders", _id)).stdout.split("observed (UTC)")[0].split())
    assert f"It is deleted, by {gone}, observed 2026-03-01T15:00:00.000Z by read: a direct read was answered with 410" in head
    assert f"2 records of it came after that, and changed nothing; the last one: {late}, " in head
    assert "it was deleted before" in head


async def test_records_that_lose_for_one_reason_are_shown_together(shop: World, type_: Typed) -> None:
    _id = await history(shop)
    async with normalizing(shop.settings):
        for _ in range(3):
            await shop.put(one(7.0, 1, email="jill@example.com"))
        await shop.drained()
    text = " ".join((await type_("orders", _id)).stdout.split())
    assert "lost (3 records, this is the last)" in text
    assert len((await found(type_, "orders", _id))["steps"]) == 7
    assert (await type_("orders", _id, "email")).stdout.count("jill@example.com") == 3


async def test_a_tombstone_of_what_was_never_stored_says_so(shop: World, type_: Typed) -> None:
    async with normalizing(shop.settings):
        await shop.put({"id": "1001", "evidence": "404"}, kind=RawKind.RECORD_GONE, via=Via.READ)
        await shop.drained()
    _id = str(shop.webshop.id("orders", "1001"))
    told = await found(type_, "orders", _id)
    assert (told["deletion"]["raw"], told["deletion"]["newest"]) == (None, told["steps"][0]["position"])
    assert "It is deleted, and was never stored." in (await type_("orders", _id)).stdout


async def test_a_retried_dead_letter_is_credited_and_its_original_is_rejected(
    shop: World, type_: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    healing = reading(RELAY, lambda body: {name: value for name, value in body.items() if name != "poison"})
    bad = {**one(2.0, 2), "poison": True}
    async with normalizing(shop.settings):
        await shop.put(bad)
        await shop.put(one(1.0, 1))
        await shop.drained()
    _id = str(shop.webshop.id("orders", "1001"))
    letters = await deadletters.read(shop.settings, DEAD_LETTERS, lambda _: True)
    told = await found(type_, "orders", _id)
    assert [(step["outcome"], step["dead_letter"]) for step in told["steps"]] == [
        ("rejected", str(letters[0].position)),
        ("created", None),
    ]
    assert told["steps"][0]["why"].endswith("(open): lines.0.price: expected a number")
    monkeypatch.setattr(explain, "RELAYS", {RELAY.name: healing})
    async with normalizing(shop.settings, {RELAY.name: healing}):
        await settling.retry(shop.settings, shop.store, letters)
        await shop.drained()
    told = await found(type_, "orders", _id)
    rejected, created, retried = told["steps"]
    assert [step["outcome"] for step in told["steps"]] == ["rejected", "created", "updated"]
    assert told["source"]["raw"] == retried["position"]
    assert retried["retry_of"] == rejected["dead_letter"] == str(letters[0].position)
    assert "(retried)" in rejected["why"]
    assert created["dead_letter"] is None
    text = (await type_("orders", _id)).stdout
    assert f"a retry of {letters[0].position}" in " ".join(text.split())
    assert "(present source)" in text.split("a retry of")[0].split("created")[1]


async def test_of_a_document_whose_only_record_was_rejected_it_tells_the_dead_letter(shop: World, type_: Typed) -> None:
    async with normalizing(shop.settings):
        await shop.put({"id": "1001", "poison": True})
        await shop.put({"id": "1002", "poison": True})
        await shop.drained()
    _id = str(shop.webshop.id("orders", "1001"))
    told = await found(type_, "orders", _id)
    (step,) = told["steps"]
    assert (told["state"], step["outcome"], step["remote_id"]) == ("unknown", "rejected", "1001")
    assert f"shoprelay dlq show {step['dead_letter']}" in (await type_("orders", _id)).stdout


async def test_an_id_that_nothing_is_known_of(shop: World, type_: Typed) -> None:
    await history(shop)
    told = await found(type_, "orders", NOBODY)
    assert (told["state"], told["steps"]) == ("unknown", [])
    text = (await type_("orders", NOBODY)).stdout
    assert "It is not stored, and no deletion of it is known." in text
    assert "No raw record of webshop" in text


async def test_the_operators_own_document(shop: World, type_: Typed) -> None:
    mine = ObjectId()
    row = {"_id": mine, "webshop_id": shop.webshop.webshop_id, "order_number": "own"}
    await shop.store.database(shop.project.database)["orders"].insert_one(row)
    assert "the operator's own document" in (await type_("orders", str(mine))).stdout


async def test_what_the_normalizer_has_not_come_to_is_waiting(shop: World, type_: Typed) -> None:
    _id = await history(shop)
    await shop.put(one(5.0, 9))
    told = await found(type_, "orders", _id)
    assert (len(told["steps"]), len(told["waiting"])) == (4, 1)


async def test_a_mapping_that_has_changed_since_is_noticed(shop: World, type_: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    _id = await history(shop)
    monkeypatch.setattr(explain, "RELAYS", {RELAY.name: reading(RELAY, dearer)})
    assert (await found(type_, "orders", _id))["differs"] == ["price"]
    assert "shoprelay replay" in (await type_("orders", _id)).stdout


async def test_two_projects_are_kept_apart(shop: World, store: Store, type_: Typed) -> None:
    async with world(shop.settings, store, name="other") as other:
        _id = await history(shop)
        assert (await type_("orders", _id)).exit_code == 2  # which project?
        assert (await found(type_, "orders", _id, "--project", other.project.name))["state"] == "unknown"
        assert (await found(type_, "orders", _id, "--project", shop.project.name))["state"] == "stored"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("pears", NOBODY), "the collections are: "),
        (("orders", "1001"), "expected 24 hexadecimal digits"),
        (("orders", NOBODY, "colour"), "they have: "),
        (("orders", NOBODY, "--project", "nobody"), "nobody"),
    ],
)
async def test_what_is_wrong_is_named(shop: World, type_: Typed, words: tuple[str, ...], text: str) -> None:
    result = await type_(*words)
    assert result.exit_code == 2
    assert text in said(result)


def counting(mapped: list[str]) -> Relay:
    """A relay that says what its records become, and notes which ones it has mapped."""

    def of(resource: Resource) -> Resource:
        def noted(body: Json, webshop: Shop) -> Mapped:
            mapped.append(f"{resource.name}/{body['id']}")
            return resource.map(body, webshop)

        return replace(resource, map=noted, becomes=("orders", "order_lines") if resource.name == "orders" else (resource.name,))

    return replace(RELAY, resources=tuple(map(of, RELAY.resources)))


async def test_only_what_can_be_about_it_is_mapped(shop: World, type_: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    _id = await history(shop)
    async with normalizing(shop.settings):
        for number in range(5):
            part = {"collection": "products", "key": str(number), "values": {"name": "chair"}}
            await shop.put({"id": str(number), "parts": [part]}, resource="products")
            await shop.put(one(3.0, 3), shop=ObjectId())  # another shop's, whose partition may be the same
        await shop.drained()
    before = await found(type_, "orders", _id)
    mapped: list[str] = []
    monkeypatch.setattr(explain, "RELAYS", {RELAY.name: counting(mapped)})
    assert await found(type_, "orders", _id) == before
    # A webhook is mapped as what its body says.
    assert mapped == ["orders/1001"] * 4 + ["orders/1002"]
    mapped.clear()
    told = await found(type_, "products", str(shop.webshop.id("products", "3")))
    assert [step["outcome"] for step in told["steps"]] == ["created"]
    assert sorted(mapped) == ["orders/1001", *(f"products/{number}" for number in range(5))]
