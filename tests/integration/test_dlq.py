"""`shoprelay dlq`, as an operator types it, and what a retry may and may not do."""

import asyncio
import gc
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from bson import ObjectId
from typer.testing import CliRunner, Result

from services.billing_meter.handlers import Handler
from shoprelay_cli import dlq_show
from shoprelay_cli.dlq import app
from shoprelay_runtime import bus, deadletters, rawlog, settling, turn
from shoprelay_runtime.admin import AdminError
from shoprelay_runtime.deadletters import RETRY_OF, Letter
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Control, Store
from shoprelay_schema.events import UsageRecordedV1
from shoprelay_schema.raw import RawKind, RawRecord, Via
from shoprelay_schema.topics import ACTIVITY, DEAD_LETTERS, RAW_LIVE, USAGE
from tests.support.plain_relay import RELAY, order
from tests.support.shell import said
from tests.support.world import START, World, normalizing, world

pytestmark = pytest.mark.integration
NOBODY = "65f0a1b2c3d4e5f6a7b8c9d0"


@pytest.fixture
async def shop(settings: Settings, store: Store) -> AsyncIterator[World]:
    async with world(settings, store) as made:
        yield made


@pytest.fixture
def type_(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Types `shoprelay dlq WORDS` in a shell of its own."""
    assert settings.master_key is not None
    for name, value in {
        "SHOPRELAY_KAFKA": settings.kafka,
        "SHOPRELAY_MONGO": settings.mongo,
        "SHOPRELAY_DATABASE": settings.database,
        "SHOPRELAY_PREFIX": settings.prefix,
        "SHOPRELAY_MASTER_KEY": settings.master_key.get_secret_value(),
        "COLUMNS": "300",
    }.items():
        monkeypatch.setenv(name, value)

    async def typed(*words: str, answer: str | None = None) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, list(words), answer)

    return typed


async def listed(type_: Any, *words: str) -> list[dict[str, Any]]:
    result = await type_("list", "--json", *words)
    assert result.exit_code == 0, result.output
    return list(json.loads(result.stdout))


async def letters(settings: Settings) -> list[Letter]:
    return await deadletters.read(settings, DEAD_LETTERS, lambda _: True)


async def put_back(shop: World) -> list[str]:
    """Which dead letters the live lane's records name, in the order of the log."""
    found = await deadletters.records(shop.settings, shop.settings.named(RAW_LIVE.name), {})
    return [named for record in found if (named := bus.header(record.headers, RETRY_OF))]


async def reject(shop: World, *bodies: Any, webhook: bool = False) -> None:
    """Have the normalizer reject what these records say."""
    kind, via = (RawKind.WEBHOOK_RECEIVED, Via.WEBHOOK) if webhook else (RawKind.RECORD_READ, Via.POLL)
    for body in bodies:
        await shop.put(body, kind=kind, via=via)
    async with normalizing(shop.settings):
        await shop.drained()


async def mend(shop: World) -> None:
    """The document that held the unique key is gone."""
    await shop.store.database(shop.project.database)["categories"].delete_many({})


def category(key: str) -> dict[str, Any]:
    return {"id": key, "version": key, "parts": [{"collection": "categories", "key": key, "values": {"remote_id": "taken"}}]}


async def test_looking_at_dead_letters(shop: World, type_: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dlq_show, "RELAYS", {RELAY.name: RELAY})
    await reject(shop, {"id": "7", "poison": "jane@example.com"}, {"id": "8", "bug": "total"})
    newest, oldest = await listed(type_)
    assert (newest["reason"], newest["subject"]) == ("KeyError", "orders/8")
    assert {oldest["field"], oldest["reason"], oldest["webshop"]} == {
        "lines.0.price",
        "expected a number",
        str(shop.webshop.webshop_id),
    }
    text = (await type_("list")).stdout.splitlines()
    assert text[0].split() == ["position", "at", "of", "webshop", "type", "reason"]
    assert text[1].startswith(newest["position"])
    assert text[2].endswith("lines.0.price: expected a number")
    for position in (oldest["position"], oldest["origin"]):
        shown = json.loads((await type_("show", position, "--json")).stdout)
        assert shown["original"] == {"id": "7", "poison": "jane@example.com"}
        assert "plain_relay.py" in shown["stack"]
        assert shown["headers"]["relay"] == "plain"
        assert shown["documents"] == [f"orders {shop.webshop.id('orders', '7')}"]  # as `shoprelay explain` takes it
    seen = await type_("show", oldest["position"])
    text = seen.stdout
    assert f"shoprelay explain orders {shop.webshop.id('orders', '7')}\n" in text
    assert f"shoprelay dlq retry {oldest['position']}; " in seen.stderr
    assert "jane@example.com" in text
    assert "{   <-- lines.0.price: expected a number" in text  # there are no lines: the whole record lacks them
    assert "jane@example.com" not in (await type_("list", "--json")).stdout


async def test_filters(shop: World, type_: Any) -> None:
    await reject(shop, {"id": "7", "poison": 1}, {"id": "8", "bug": "total"})
    for words, number in (
        (("--reason", "KEYERROR"), 1),
        (("--reason", "lines.0"), 1),
        (("--topic", "raw.live.v1"), 2),
        (("--topic", "raw.backfill.v1"), 0),
        (("--project", shop.project.name), 2),
        (("--webshop", str(shop.webshop.webshop_id)), 2),
        (("--webshop", str(shop.webshop.webshop_id), "--reason", "nothing"), 0),
        (("--limit", "1"), 1),
    ):
        assert len(await listed(type_, *words)) == number, words
    assert "1 more are not shown" in (await type_("list", "--limit", "1")).stderr


async def test_a_webshop_is_looked_for_in_the_project_and_its_letters_outlive_it(shop: World, type_: Any) -> None:
    await reject(shop, {"id": "7", "poison": 1})
    async with world(shop.settings, shop.store, name="other") as other:
        refused = await type_("list", "--webshop", str(shop.webshop.webshop_id), "--project", other.project.name)
        assert refused.exit_code == 2
        assert "in project other" in said(refused)
    await shop.store.database(shop.project.database)["webshops"].delete_many({})
    assert len(await listed(type_, "--webshop", str(shop.webshop.webshop_id))) == 1
    empty = await type_("list", "--settled")
    assert (empty.exit_code, empty.stdout, empty.stderr) == (0, "", "No dead letter was retried or discarded.\n")


async def test_the_list_fits_a_narrow_terminal_and_positions_are_whole(
    shop: World, type_: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await reject(shop, {"id": "7", "poison": 1}, {"id": "8", "bug": "total"})
    positions = {row["position"] for row in await listed(type_)}
    wide = (await type_("list")).stdout
    assert str(shop.webshop.webshop_id) in wide
    for width in (100, 80):
        monkeypatch.setenv("COLUMNS", str(width))
        lines = (await type_("list")).stdout.splitlines()
        assert max(map(len, lines)) <= width
        assert {line.split()[0] for line in lines[1:]} == positions
        assert "lines.0.price: expected" in lines[2]
    assert (await listed(type_))[0]["webshop"] == str(shop.webshop.webshop_id)


async def test_a_retry_lands_in_order_and_only_once(shop: World, type_: Any) -> None:
    await reject(shop, category("0"), category("1"), category("2"))
    found = await listed(type_)
    assert [row["subject"] for row in found] == ["orders/2", "orders/1"]
    await mend(shop)
    # Named the wrong way round: the original order counts, so that 1 is written and 2 comes too late for the name.
    retried = await type_("retry", *(row["position"] for row in found), "--json")
    assert json.loads(retried.stdout) == {"retried": [found[1]["position"], found[0]["position"]], "not_retried": []}
    assert await put_back(shop) == [found[1]["position"], found[0]["position"]]
    async with normalizing(shop.settings):
        await shop.drained()
    assert [row["remote_id"] for row in await shop.documents("categories")] == ["taken"]
    (again,) = await listed(type_)
    assert again["subject"] == "orders/2"
    assert again["origin"] not in {row["origin"] for row in found}
    assert {row["state"] for row in await listed(type_, "--settled")} == {"retried"}
    refused = await type_("retry", found[0]["position"])
    assert (refused.exit_code, "was retried already" in refused.stderr) == (1, True)
    assert len(await put_back(shop)) == 2


async def test_a_retried_record_is_the_one_that_was_rejected(shop: World) -> None:
    await reject(shop, category("0"), category("1"))
    await mend(shop)
    (letter,) = await letters(shop.settings)
    await settling.retry(shop.settings, shop.store, [letter])
    before, after = (await deadletters.records(shop.settings, shop.settings.named(RAW_LIVE.name), {}))[1:]
    assert (after.key, after.value, after.partition) == (before.key, before.value, before.partition)
    assert after.headers == (*before.headers, (RETRY_OF, str(letter.position).encode()))
    async with normalizing(shop.settings):
        await shop.drained()
    (stored,) = await shop.stored("categories")
    observed = bus.header(before.headers, "ce_time")
    assert stored["source"]["observed_at"].isoformat()[:19] == observed[:19]


async def test_a_retried_record_loses_to_what_was_seen_since(shop: World, type_: Any) -> None:
    await shop.put(category("0"))
    old = {**category("1"), "version": "2026-01-01"}
    await reject(shop, old)
    await mend(shop)
    new = {**category("1"), "version": "2026-02-01"}
    new["parts"][0]["values"]["remote_id"] = "new"
    await reject(shop, new)
    assert (await type_("retry", "--all")).stdout == "retried: 1 dead letter\n"
    async with normalizing(shop.settings):
        await shop.drained()
    assert [row["remote_id"] for row in await shop.documents("categories")] == ["new"]
    assert await listed(type_) == []


async def test_two_operators_who_retry_at_once_put_each_back_once(shop: World, type_: Any) -> None:
    await reject(shop, *({"id": str(number), "poison": 1} for number in range(4)))
    found = await letters(shop.settings)
    first, second = await asyncio.gather(*(settling.retry(shop.settings, shop.store, found) for _ in range(2)))
    assert sorted([len(first), len(second)]) == [0, 4]
    assert (await type_("retry", "--all")).stdout == "retried: 0 dead letters\n"
    assert sorted(await put_back(shop)) == sorted(str(letter.position) for letter in found)


async def process(*words: str) -> tuple[int, str, str]:
    """`shoprelay dlq WORDS` in a process of its own: exit code, standard output and standard error."""
    command = (sys.executable, "-m", "shoprelay_cli", "dlq", *words)
    pipe = asyncio.subprocess.PIPE
    started = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe)
    out, said = await started.communicate()
    assert started.returncode is not None
    return started.returncode, out.decode(), said.decode()


async def test_of_two_processes_that_retry_one_letter_one_does_and_the_other_says_so(shop: World, type_: Any) -> None:
    assert type_  # its environment is the processes' too
    await reject(shop, *({"id": str(number), "poison": 1} for number in range(2)))
    for number, letter in enumerate(await letters(shop.settings), 1):
        quick, slow = sorted(await asyncio.gather(*(process("retry", str(letter.position)) for _ in range(2))))
        assert (quick[0], quick[1]) == (0, "retried: 1 dead letter\n"), (quick, slow)
        assert slow[0] == 1, (quick, slow)
        assert f"{letter.position}" in slow[2]
        assert "was retried already" in slow[2]
        assert (await put_back(shop)).count(str(letter.position)) == 1
        assert len(await put_back(shop)) == number


async def test_a_retry_waits_for_one_that_is_under_way_and_gives_up_in_words(
    shop: World, type_: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await reject(shop, {"id": "1", "poison": 1})
    (row,) = await listed(type_)
    monkeypatch.setattr(turn, "PATIENCE_SECONDS", 0.3)
    async with turn.turn(shop.store):
        refused = await type_("retry", row["position"])
    assert refused.exit_code == 1
    assert "another retry is under way since" in refused.stderr
    assert (await type_("retry", row["position"])).stdout == "retried: 1 dead letter\n"


async def test_what_holds_the_beginning_of_a_record_only_says_that_it_stays(shop: World, type_: Any) -> None:
    headers = [("ce_type", b"x"), (deadletters.CUT, b"1"), ("dlq_reason", b"too large")]
    await shop.producer.send_and_wait(shop.settings.named(RAW_LIVE.dead_letter), b"{", b"shop", partition=0, headers=headers)
    refused = await type_("retry", "raw.live.v1.dlq-0-0")
    assert (refused.exit_code, refused.stdout) == (1, "retried: 0 dead letters\n")
    assert "not retried: raw.live.v1.dlq-0-0: only the beginning of the record was kept" in refused.stderr
    everything = await type_("retry", "--all", "--json")
    assert everything.exit_code == 0
    assert [each["position"] for each in json.loads(everything.stdout)["not_retried"]] == ["raw.live.v1.dlq-0-0"]


async def test_a_retried_webhook_is_charged_once(shop: World, type_: Any) -> None:
    await shop.put(category("0"))
    await reject(shop, {**category("1"), "klass": "orders"}, webhook=True)
    assert await charged(shop) == (0, 0)
    await mend(shop)
    assert (await type_("retry", "--all")).stdout == "retried: 1 dead letter\n"
    assert (await type_("retry", "--all")).stdout == "retried: 0 dead letters\n"
    async with normalizing(shop.settings):
        await shop.drained()
    assert await charged(shop) == (1, 1)


async def charged(shop: World) -> tuple[int, int]:
    events = await shop.events(USAGE.name)
    return sum(e.value["incoming_requests"] for e in events), sum(e.value["pieces"] for e in events)


async def test_what_was_kept_of_a_webhooks_headers_is_shown(shop: World, type_: Any) -> None:
    record = RawRecord(
        kind=RawKind.WEBHOOK_RECEIVED,
        id="w",
        project=str(shop.project.id),
        webshop=str(shop.webshop.webshop_id),
        relay="plain",
        resource="webhook",
        remote_id="",
        observed_at=START,
        via=Via.WEBHOOK,
        request="delivery-1",
        body=b"no JSON",
        headers={"x-topic": "orders/create"},
    )
    key, value, headers = rawlog.encode(shop.project.cipher, record)
    await shop.producer.send_and_wait(shop.settings.named(RAW_LIVE.name), value=value, key=key, headers=headers)
    await reject(shop)
    (row,) = await listed(type_)
    shown = json.loads((await type_("show", row["position"], "--json")).stdout)
    assert (shown["webhook"], shown["original"]) == ({"x-topic": "orders/create"}, "no JSON")


# A retry that is cut off ------------------------------------------------------------------------------------------------


class Dies(BaseException):
    """The process ends here."""


async def dies(*_: object, **__: object) -> None:
    raise Dies


async def cut_off(shop: World, at: type, step: str) -> None:
    """A retry of everything whose process ends at this step."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(at, step, dies)
        with pytest.raises(Dies):
            await settling.retry(shop.settings, shop.store, await letters(shop.settings))
    gc.collect()  # futures of the dead process's producer complain when they are collected: here, not somewhere else


@pytest.mark.parametrize("step", ["begin_transaction", "send", "commit_transaction"])
async def test_cut_off_before_the_commit_it_is_still_open(shop: World, type_: Any, step: str) -> None:
    await reject(shop, {"id": "1", "poison": 1}, {"id": "2", "poison": 1})
    await cut_off(shop, AIOKafkaProducer, step)
    assert len(await listed(type_)) == 2
    assert (await type_("retry", "--all")).stdout == "retried: 2 dead letters\n"
    assert len(await put_back(shop)) == 2
    assert await listed(type_) == []


async def test_cut_off_after_the_commit_it_is_not_put_back_again(shop: World, type_: Any) -> None:
    await reject(shop, {"id": "1", "poison": 1}, {"id": "2", "poison": 1})
    await type_("retry", "--all")
    rows = shop.store.collection(Control.DEAD_LETTERS)
    await rows.update_many({}, {"$set": {"state": "retrying"}})  # as it is until the commit is noted
    await shop.put(order("3", START))
    refused = await type_("discard", "--all", "--yes")
    assert (refused.exit_code, "shoprelay dlq list" in refused.stderr) == (1, True)
    assert (await type_("retry", "--all")).stdout == "retried: 0 dead letters\n"
    assert len(await put_back(shop)) == 2
    assert [row["state"] async for row in rows.find()] == ["retried", "retried"]


async def test_a_retry_that_seemed_dead_is_ended_by_the_next_one(shop: World) -> None:
    await reject(shop, {"id": "1", "poison": 1})
    both = await letters(shop.settings)
    real = AIOKafkaProducer.begin_transaction

    async def overtaken(producer: AIOKafkaProducer) -> None:
        patch.setattr(AIOKafkaProducer, "begin_transaction", real)
        await settling.retry(shop.settings, shop.store, both)
        await real(producer)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(turn, "LEASE_SECONDS", 0.0)  # the first shows no sign of life
        patch.setattr(AIOKafkaProducer, "begin_transaction", overtaken)
        with pytest.raises(AdminError, match="another retry has begun"):
            await settling.retry(shop.settings, shop.store, both)
    gc.collect()  # as above
    assert len(await put_back(shop)) == 1


# Other topics, discarding, errors ---------------------------------------------------------------------------------------


async def meter(settings: Settings, store: Store, *, times: int = 1) -> None:
    """Count all usage that is in the topic; as billing-meter does that dies before it stores its offsets, when `times` is 2."""
    producer = await bus.producer(settings, "meter")
    try:
        records = await deadletters.records(settings, settings.named(USAGE.name), {})
        for _ in range(times):
            await Handler(settings, store, producer).handle(records, {})
    finally:
        await producer.stop()


async def test_usage_that_is_retried_is_counted_once(settings: Settings, store: Store, type_: Any) -> None:
    project, company = ObjectId(), ObjectId()
    event = UsageRecordedV1(project=project, company_id=company, webshop_id=ObjectId(), at=START, incoming_requests=3)
    source = f"/projects/{project}/webshops/{event.webshop_id}"
    headers = bus.event_headers(event.type, "id-1", source, "", event.at, str(project))
    producer = await bus.producer(settings, "tests")
    await producer.send_and_wait(settings.named(USAGE.name), event.model_dump_json().encode(), b"shop", headers=headers)
    await producer.stop()
    await meter(settings, store, times=2)
    assert len(await deadletters.records(settings, settings.named(USAGE.dead_letter), {})) == 2
    (row,) = await listed(type_, "--topic", "usage.v1", "--webshop", str(event.webshop_id))
    assert (row["field"], row["origin"].startswith("usage.v1-")) == ("project", True)
    assert json.loads((await type_("show", row["position"], "--json")).stdout)["original"]["incoming_requests"] == 3
    await store.collection(Control.PROJECTS).insert_one({"_id": project, "name": "p", "database": "p", "time_zone": "UTC"})
    assert (await type_("retry", "--all")).stdout == "retried: 1 dead letter\n"
    await store.collection(Control.COUNTERS).delete_many({})
    await store.collection(Control.COUNTED).delete_many({})
    await meter(settings, store, times=2)
    assert [counter["incoming_requests"] async for counter in store.collection(Control.COUNTERS).find()] == [3]
    assert await listed(type_) == []


async def test_what_nobody_can_read_is_shown_and_discarded(settings: Settings, store: Store, type_: Any) -> None:
    producer = await bus.producer(settings, "tests")
    named = settings.named(ACTIVITY.dead_letter)
    for number in range(2):
        await producer.send_and_wait(named, b"\xff{", None, partition=0, headers=[("ce_type", b"\xfe"), ("n", b"%d" % number)])
    await producer.stop()
    rows = await listed(type_)
    assert [row["position"] for row in rows] == ["activity.v1.dlq-0-1", "activity.v1.dlq-0-0"]
    assert json.loads((await type_("show", rows[0]["position"], "--json")).stdout)["original"] == "\ufffd{"
    assert (await type_("discard", rows[0]["position"])).stdout == "discarded: 1 dead letter\n"
    assert (await type_("discard", "--all", answer="n\n")).exit_code == 1
    assert len(await listed(type_)) == 1
    assert (await type_("discard", "--all", answer="y\n")).stdout.endswith("discarded: 1 dead letter\n")
    assert await listed(type_) == []
    assert [row["state"] for row in await listed(type_, "--settled")] == ["discarded", "discarded"]
    refused = await type_("retry", rows[0]["position"])
    assert (refused.exit_code, "was discarded already" in refused.stderr) == (1, True)


async def test_a_destroyed_projects_letters_say_that_they_cannot_be_read(shop: World, type_: Any) -> None:
    await reject(shop, {"id": "1", "poison": 1})
    await shop.store.collection(Control.PROJECTS).delete_many({})
    (row,) = await listed(type_)
    shown = json.loads((await type_("show", row["position"], "--json")).stdout)
    assert shown["original"].startswith("<cannot be read: project")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("retry",), "or --all"),
        (("discard", "raw.live.v1.dlq-0-1", "--all"), "or --all"),
        (("retry", "raw.live.v1.dlq-0-1", "--reason", "x"), "filters go with --all"),
        (("retry", "17"), "expected topic-partition-offset, got '17'"),
        (("show", "raw.live.v1.dlq-0-99"), "no dead letter at raw.live.v1.dlq-0-99"),
        (("show", "documents.orders.v1-0-1"), "no dead letter at"),
        (("list", "--topic", "raw"), "those that can have some: raw.live.v1, raw.backfill.v1, usage.v1, activity.v1"),
        (("list", "--project", "nobody"), "there is no project 'nobody'"),
        (("list", "--webshop", "xyz"), "'xyz' is no _id of a webshop: expected 24 hexadecimal digits"),
        (("list", "--webshop", NOBODY), f"there is no webshop {NOBODY} in any project; see: shoprelay webshop list"),
        (("retry", "--all", "--webshop", NOBODY), f"there is no webshop {NOBODY}"),
        (("discard", "--all", "--yes", "--project", "nobody"), "there is no project 'nobody'"),
    ],
)
async def test_errors_say_what_was_expected(store: Store, type_: Any, words: tuple[str, ...], text: str) -> None:
    result = await type_(*words)
    assert result.exit_code == 2
    assert text in said(result)
