"""webhook-ingest against the real broker and the real database: every answer, and what a 200 means."""

import asyncio
import base64
import hmac
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import httpx
import pytest
from bson import ObjectId

from services.webhook_ingest.main import main
from services.webhook_ingest.settings import IngestSettings
from shoprelay_relays.registry import RELAYS
from shoprelay_relays.spec import Relay, Routed, Verdict, Webhook
from shoprelay_runtime import bus, rawlog
from shoprelay_runtime.codec import seal
from shoprelay_runtime.crypto import Cipher, new_key, new_token, token_hash, wrap
from shoprelay_runtime.health import Health
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from shoprelay_schema.raw import RawKind, RawRecord, Via
from shoprelay_schema.topics import RAW_LIVE

pytestmark = pytest.mark.integration
BODY = '{"id": 727, "note": "smørrebrød  with  spaces"}\n'.encode()


def check(config: Mapping[str, Any], headers: Mapping[str, str], body: bytes) -> Verdict:
    if headers.get("x-topic") == "ping":
        return Verdict.PING
    expected = base64.b64encode(hmac.digest(config["secret"].encode(), body, sha256)).decode()
    return Verdict.GENUINE if hmac.compare_digest(headers.get("x-signature", ""), expected) else Verdict.FORGED


def signed(body: bytes, **more: str) -> dict[str, str]:
    return {"x-signature": base64.b64encode(hmac.digest(b"topsecret", body, sha256)).decode(), **more}


# Any relay's frame will do: only its webhook is used here.
TESTSHOP: Relay = replace(
    next(iter(RELAYS.values())),
    name="testshop",
    webhook=Webhook(
        check=check,
        route=lambda _h, _b: Routed("orders"),
        keep=("x-topic", "x-wc-webhook-delivery-id"),
        delivery="x-wc-webhook-delivery-id",
    ),
)


@dataclass
class Shop:
    token: str
    project: str
    webshop: str
    cipher: Cipher


async def shop_of(store: Store, settings: Settings, *, active: bool = True) -> Shop:
    """A project with one webshop and the address of its webhook."""
    project, webshop, token, key = ObjectId(), ObjectId(), new_token(), new_key()
    cipher = Cipher(str(project), {"k1": key}, "k1")
    row = {
        "_id": project, "name": str(project), "database": f"{settings.database}_{str(project)[-6:]}",
        "time_zone": "Europe/Amsterdam",
        "data_keys": [{"id": "k1", "wrapped": wrap(settings.master(), key, f"{project}/k1")}], "current_key": "k1",
        "identity_key": wrap(settings.master(), new_key(), f"{project}/identity"), "destroyed_at": None,
    }  # fmt: skip
    await store.collection("projects").insert_one(row)
    config = seal(cipher, "webshops", {"config": {"secret": "topsecret"}})["config"]
    shop = {"_id": webshop, "company_id": ObjectId(), "relay_id": ObjectId(), "active": active, "config": config}
    await store.database(str(row["database"]))["webshops"].insert_one(shop)
    await store.collection("hooks").insert_one(
        {"_id": token_hash(token), "project": project, "webshop": webshop, "relay": "testshop"}
    )
    return Shop(token, str(project), str(webshop), cipher)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@asynccontextmanager
async def ingest(settings: Settings, *, ready: bool = True, **more: Any) -> AsyncIterator[httpx.AsyncClient]:
    health = Health("webhook-ingest", free_port())
    health.missing("start", "not started")
    given = IngestSettings(**{**settings.model_dump(), "hook_seconds": 0.2, **more})
    task = asyncio.ensure_future(main(given, health, {"testshop": TESTSHOP}))
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{health.port}", timeout=20) as client:
            await until(client, 200 if ready else 503)
            yield client
    finally:
        health.stopping.set()
        await asyncio.wait_for(task, 30)


async def until(client: httpx.AsyncClient, status: int) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                if (await client.get("/health/ready")).status_code == status:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.02)


async def refused(port: int) -> None:
    """Wait until nothing listens there any more."""
    async with asyncio.timeout(60):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                return
            writer.close()
            await writer.wait_closed()


async def answered(client: httpx.AsyncClient, shop: Shop, status: int) -> None:
    """Send webhooks until one is answered so."""
    async with asyncio.timeout(60):
        while (await client.post(f"/webhooks/{shop.token}", content=BODY, headers=signed(BODY))).status_code != status:
            pass


async def logged(settings: Settings, shop: Shop) -> list[RawRecord]:
    """Everything in the topic now, decrypted."""
    consumer = await bus.consumer(settings, "test", settings.named(RAW_LIVE.name), group=None)
    found = []
    try:
        ends = await consumer.end_offsets(consumer.assignment())
        while any([await consumer.position(tp) < end for tp, end in ends.items()]):
            for tp, records in (await consumer.getmany(timeout_ms=500)).items():
                found += [
                    rawlog.decode(shop.cipher, r.headers, r.value, f"{tp.topic}-{tp.partition}-{r.offset}") for r in records
                ]
    finally:
        await consumer.stop()
    return found


async def test_a_200_means_that_the_record_is_in_the_log_with_the_same_bytes(settings: Settings, store: Store) -> None:
    shop = await shop_of(store, settings)
    before = datetime.now(UTC)
    async with ingest(settings) as client:
        headers = signed(BODY, **{"X-Topic": "order.updated", "X-WC-Webhook-Delivery-ID": "d-1", "cookie": "not kept"})
        answer = await client.post(f"/webhooks/{shop.token}", content=BODY, headers=headers)
        found = await logged(settings, shop)
    assert answer.status_code == 200
    assert len(found) == 1
    record = found[0]
    assert record.body == BODY
    assert record.headers == {"x-topic": "order.updated", "x-wc-webhook-delivery-id": "d-1"}
    assert (record.kind, record.via, record.resource) == (RawKind.WEBHOOK_RECEIVED, Via.WEBHOOK, "webhook")
    assert (record.project, record.webshop, record.relay) == (shop.project, shop.webshop, "testshop")
    assert record.request == record.remote_id == "d-1"
    assert before.timestamp() - 1 < record.observed_at.timestamp() <= datetime.now(UTC).timestamp()


async def test_many_at_once_are_all_there_in_the_shops_partition(settings: Settings, store: Store) -> None:
    shop = await shop_of(store, settings)
    bodies = [b'{"id": %d}' % number for number in range(100)]
    async with ingest(settings) as client:
        answers = await asyncio.gather(
            *(client.post(f"/webhooks/{shop.token}", content=body, headers=signed(body)) for body in bodies)
        )
        found = await logged(settings, shop)
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(record.body for record in found) == sorted(bodies)
    assert len({record.id for record in found}) == 100
    assert len({record.position.rpartition("-")[0] for record in found}) == 1


async def test_what_is_refused_is_not_logged(settings: Settings, store: Store) -> None:
    shop = await shop_of(store, settings)
    async with ingest(settings, max_body=1000) as client:
        url = f"/webhooks/{shop.token}"
        large = b"x" * 1001
        statuses = {
            "forged": (await client.post(url, content=BODY, headers=signed(b"another body"))).status_code,
            "unsigned": (await client.post(url, content=BODY)).status_code,
            "ping": (await client.post(url, content=BODY, headers={"x-topic": "ping"})).status_code,
            "wrong token": (await client.post(f"/webhooks/{new_token()}", content=BODY, headers=signed(BODY))).status_code,
            "no token": (await client.post("/webhooks/", content=BODY, headers=signed(BODY))).status_code,
            "long token": (await client.post("/webhooks/" + "a" * 5000, content=BODY, headers=signed(BODY))).status_code,
            "elsewhere": (await client.post("/", content=BODY)).status_code,
            "verb": (await client.get(url)).status_code,
            "large": (await client.post(url, content=large, headers=signed(large))).status_code,
        }
        found = await logged(settings, shop)
    assert statuses == {
        "forged": 401, "unsigned": 401, "ping": 200, "wrong token": 404, "no token": 404, "long token": 404,
        "elsewhere": 404, "verb": 405, "large": 413,
    }  # fmt: skip
    assert found == []


async def test_a_body_without_a_length_is_refused_while_it_is_read(settings: Settings, store: Store) -> None:
    shop = await shop_of(store, settings)
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b"x" * 1000

    async with ingest(settings, max_body=100_000) as client:
        try:
            status = (await client.post(f"/webhooks/{shop.token}", content=endless())).status_code
        except (httpx.WriteError, httpx.ReadError):
            status = 413  # the connection was closed on us before we looked at the answer
    assert status == 413
    assert sent < 100_000


async def test_a_body_that_does_not_arrive_is_given_up(settings: Settings, store: Store) -> None:
    shop = await shop_of(store, settings)
    async with ingest(settings, body_seconds=0.3) as client:
        reader, writer = await asyncio.open_connection("127.0.0.1", client.base_url.port)
        writer.write(f"POST /webhooks/{shop.token} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf".encode())
        answer = await reader.readline()
        writer.close()
        await writer.wait_closed()
    assert answer.startswith(b"HTTP/1.1 408")


async def hung_up(client: httpx.AsyncClient) -> float:
    """How often a shop hung up in the middle, as the metrics say."""
    found = [
        line for line in (await client.get("/metrics")).text.splitlines() if 'outcome="hung_up"' in line and "_total" in line
    ]
    return sum(float(line.rpartition(" ")[2]) for line in found)


async def test_a_body_that_breaks_off_is_not_taken_for_a_whole_one(settings: Settings, store: Store) -> None:
    shop = await shop_of(store, settings)
    # What comes is signed: nothing but its end says that it is not all.
    signature = "".join(f"{name}: {value}\r\n" for name, value in signed(BODY).items())
    begins = f"POST /webhooks/{shop.token} HTTP/1.1\r\nhost: x\r\n{signature}"
    cut = [f"{begins}content-length: {length}\r\n\r\n".encode() + BODY for length in (len(BODY) + 1, 90_000)] + [
        f"{begins}transfer-encoding: chunked\r\n\r\n{len(BODY):x}\r\n".encode() + BODY + b"\r\n"
    ]
    async with ingest(settings) as client:
        before = await hung_up(client)
        for request in cut:
            _, writer = await asyncio.open_connection("127.0.0.1", client.base_url.port)
            writer.write(request)
            await writer.drain()
            await asyncio.sleep(0.2)
            writer.close()
            await writer.wait_closed()
        async with asyncio.timeout(20):
            while await hung_up(client) < before + len(cut):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        found = await logged(settings, shop)
    assert found == []


async def test_a_body_of_unknown_length_is_taken_whole(settings: Settings, store: Store) -> None:
    shop = await shop_of(store, settings)

    async def parts() -> AsyncIterator[bytes]:
        for at in range(0, len(BODY), 7):
            yield BODY[at : at + 7]
            await asyncio.sleep(0)

    async with ingest(settings) as client:
        assert (await client.post(f"/webhooks/{shop.token}", content=parts(), headers=signed(BODY))).status_code == 200
        found = await logged(settings, shop)
    assert [record.body for record in found] == [BODY]


async def test_the_largest_body_that_is_let_in_fits_the_log(settings: Settings, store: Store) -> None:
    shop = await shop_of(store, settings)
    largest = os.urandom(IngestSettings().max_body)
    async with ingest(settings) as client:
        headers = signed(largest, **{"x-topic": "t" * 1000})
        answer = await client.post(f"/webhooks/{shop.token}", content=largest, headers=headers)
        found = await logged(settings, shop)
    assert answer.status_code == 200
    assert [record.body == largest for record in found] == [True]


async def test_an_inactive_shops_webhook_is_logged(settings: Settings, store: Store) -> None:
    shop = await shop_of(store, settings, active=False)
    async with ingest(settings) as client:
        assert (await client.post(f"/webhooks/{shop.token}", content=BODY, headers=signed(BODY))).status_code == 200
        assert len(await logged(settings, shop)) == 1


async def test_no_bus_is_a_503_and_not_ready(settings: Settings, store: Store) -> None:
    shop = await shop_of(store, settings)
    dead = settings.model_copy(update={"kafka": f"127.0.0.1:{free_port()}"})
    async with ingest(dead, ready=False) as client:
        answer = await client.post(f"/webhooks/{shop.token}", content=BODY, headers=signed(BODY))
        ready = await client.get("/health/ready")
        assert (await client.get("/health/live")).status_code == 200
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "kafka" in ready.json()["lacks"]


async def test_no_database_is_a_503_until_the_address_is_known(settings: Settings, store: Store) -> None:
    shop = await shop_of(store, settings)
    dead = settings.model_copy(update={"mongo": f"mongodb://127.0.0.1:{free_port()}/?replicaSet=rs0"})
    async with ingest(dead, ready=False) as client:
        answer = await client.post(f"/webhooks/{shop.token}", content=BODY, headers=signed(BODY))
    assert answer.status_code == 503
    assert "retry-after" in answer.headers


async def test_a_removed_address_ends(settings: Settings, store: Store) -> None:
    shop = await shop_of(store, settings)
    async with ingest(settings) as client:
        url = f"/webhooks/{shop.token}"
        assert (await client.post(url, content=BODY, headers=signed(BODY))).status_code == 200
        await store.collection("hooks").delete_many({})
        await answered(client, shop, 404)


async def test_a_full_service_says_so(settings: Settings, store: Store) -> None:
    shop = await shop_of(store, settings)
    async with ingest(settings, in_flight_requests=1) as client:
        reader, writer = await asyncio.open_connection("127.0.0.1", client.base_url.port)
        head = "host: x\r\ncontent-length: 4\r\nexpect: 100-continue"
        writer.write(f"POST /webhooks/{shop.token} HTTP/1.1\r\n{head}\r\n\r\nhal".encode())
        # Said when the body is first asked for: from then on this request holds the only place.
        assert (await reader.readline()).startswith(b"HTTP/1.1 100")
        assert await reader.readline() == b"\r\n"
        assert (await client.post(f"/webhooks/{shop.token}", content=BODY, headers=signed(BODY))).status_code == 503
        writer.write(b"f")  # the first one ends, and there is room again
        assert (await reader.readline()).startswith(b"HTTP/1.1 401")
        writer.close()
        await writer.wait_closed()
        assert (await client.post(f"/webhooks/{shop.token}", content=BODY, headers=signed(BODY))).status_code == 200


async def test_metrics_are_on_the_same_port(settings: Settings, store: Store) -> None:
    shop = await shop_of(store, settings)
    async with ingest(settings) as client:
        await client.post(f"/webhooks/{shop.token}", content=BODY)
        text = (await client.get("/metrics")).text
    assert 'shoprelay_records_total{outcome="forged",service="webhook-ingest",topic="webhook"}' in text


def _environment(settings: Settings) -> dict[str, str]:
    assert settings.master_key is not None
    return {
        **os.environ, "SHOPRELAY_KAFKA": settings.kafka, "SHOPRELAY_MONGO": settings.mongo, "SHOPRELAY_PREFIX": settings.prefix,
        "SHOPRELAY_DATABASE": settings.database, "SHOPRELAY_MASTER_KEY": settings.master_key.get_secret_value(),
    }  # fmt: skip


async def test_sigterm_ends_the_process_cleanly(settings: Settings, store: Store) -> None:
    port = free_port()
    command = [sys.executable, "-c", f"from services.webhook_ingest.main import run; run(['--port', '{port}'])"]
    process = subprocess.Popen(  # noqa: ASYNC220
        command, env=_environment(settings), stderr=subprocess.DEVNULL
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
            await until(client, 200)
            process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(process.wait, 10) == 0
            with pytest.raises(httpx.ConnectError):
                await client.get("/health/live")
    finally:
        process.kill()
        process.wait()


async def test_what_is_in_flight_when_the_service_leaves_is_answered(settings: Settings, store: Store) -> None:
    shop = await shop_of(store, settings)
    async with ingest(settings) as client:
        reader, writer = await asyncio.open_connection("127.0.0.1", client.base_url.port)
        signature = signed(BODY)["x-signature"]
        head = (
            f"POST /webhooks/{shop.token} HTTP/1.1\r\nhost: x\r\nx-signature: {signature}\r\ncontent-length: {len(BODY)}\r\n\r\n"
        )
        writer.write(head.encode() + BODY[:10])
        await writer.drain()
        await client.get("/health/live")  # the first request is being read by now

        async def finish() -> bytes:
            await refused(int(client.base_url.port or 0))
            writer.write(BODY[10:])
            return await reader.readline()

        finishing = asyncio.ensure_future(finish())
    answer = await finishing
    writer.close()
    await writer.wait_closed()
    assert answer.startswith(b"HTTP/1.1 200")
    assert [record.body for record in await logged(settings, shop)] == [BODY]


def test_validate(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from services.webhook_ingest.main import run

    monkeypatch.setenv("SHOPRELAY_MASTER_KEY", base64.urlsafe_b64encode(new_key()).decode())
    run(["--validate"])
    assert "the settings are valid" in capsys.readouterr().out
    monkeypatch.setenv("SHOPRELAY_INGEST_MAX_BODY", "99999999")
    with pytest.raises(SystemExit, match="SHOPRELAY_INGEST_MAX_BODY"):
        run(["--validate"])
