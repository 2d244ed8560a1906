"""The guard of outgoing calls: what is refused, and that the checked address is the one that is called."""

import asyncio
import contextlib
import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from shoprelay_relays.http.asking import AnswerTooLarge
from shoprelay_runtime.outbound import guarded_transport
from shoprelay_runtime.reachable import AddressRefused, refusal

FORBIDDEN = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "169.254.1.1",
    "168.63.129.16", "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.7", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1",
    "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::7f00:1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:db8::1",
]  # fmt: skip


class Names:
    """A resolver that answers from a list, one answer per question, and repeats the last."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, int]] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append((host, port))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@asynccontextmanager
async def web(
    answer: bytes = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok",
) -> AsyncIterator[tuple[int, list[bytes]]]:
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        serving.append(asyncio.current_task())
        writer.write(answer)
        with contextlib.suppress(OSError):  # who has heard enough hangs up
            await writer.drain()
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    serving: list[asyncio.Task[None] | None] = []
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], heard
        await asyncio.gather(*(task for task in serving if task))


@pytest.mark.parametrize("address", FORBIDDEN)
def test_forbidden(address: str) -> None:
    assert refusal(address, allow_private=False)


@pytest.mark.parametrize("address", ["93.184.215.14", "1.1.1.1", "2606:4700::1111", "64:ff9b::101:101", "::ffff:8.8.8.8"])
def test_public_addresses_pass(address: str) -> None:
    assert refusal(address, allow_private=False) == ""


@pytest.mark.parametrize("address", ["169.254.169.254", "::ffff:169.254.169.254", "fd00:ec2::254", "168.63.129.16", "224.0.0.1"])
def test_metadata_stays_closed_where_private_addresses_are_allowed(address: str) -> None:
    assert refusal(address, allow_private=True)


async def test_refused_before_a_connection_is_opened() -> None:
    async with web() as (port, heard), httpx.AsyncClient(transport=guarded_transport(allow_private=False)) as client:
        for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"):
            with pytest.raises(AddressRefused):
                await client.get(f"http://{host}:{port}/")
    assert heard == []


async def test_one_private_address_among_public_ones_is_enough() -> None:
    names = Names(["93.184.215.14", "10.0.0.1"])
    async with httpx.AsyncClient(transport=guarded_transport(allow_private=False, resolve=names)) as client:
        with pytest.raises(AddressRefused, match=r"shop\.example is 10\.0\.0\.1"):
            await client.get("http://shop.example/secret-path?token=hidden")


async def test_the_text_names_the_host_and_no_secret() -> None:
    names = Names(["10.0.0.1"])
    async with httpx.AsyncClient(transport=guarded_transport(allow_private=False, resolve=names)) as client:
        with pytest.raises(AddressRefused) as refused:
            await client.get("http://user:password@shop.example/path?token=hidden")
    assert "hidden" not in str(refused.value)
    assert "password" not in str(refused.value)


async def test_the_checked_address_is_called_and_the_name_is_kept() -> None:
    names = Names(["127.0.0.1"])
    async with (
        web() as (port, heard),
        httpx.AsyncClient(transport=guarded_transport(allow_private=True, resolve=names)) as client,
    ):
        answer = await client.get(f"http://shop.example:{port}/a")
    assert answer.text == "ok"
    assert f"host: shop.example:{port}".encode() in heard[0].lower()
    assert names.asked == [("shop.example", port)]


async def test_a_name_that_changes_its_address_is_checked_anew() -> None:
    names = Names(["127.0.0.1"], ["169.254.169.254"])
    async with web() as (port, _), httpx.AsyncClient(transport=guarded_transport(allow_private=True, resolve=names)) as client:
        await client.get(f"http://shop.example:{port}/")
        with pytest.raises(AddressRefused):
            await client.get(f"http://shop.example:{port}/")


async def test_a_redirect_into_the_network_is_refused() -> None:
    redirect = b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/latest\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    async with web(redirect) as (port, _), httpx.AsyncClient(transport=guarded_transport(allow_private=True)) as client:
        assert (await client.get(f"http://127.0.0.1:{port}/")).status_code == 302
        with pytest.raises(AddressRefused):
            await client.get(f"http://127.0.0.1:{port}/", follow_redirects=True)


async def test_only_http_and_https() -> None:
    async with httpx.AsyncClient(transport=guarded_transport(allow_private=True)) as client:
        with pytest.raises(AddressRefused, match="http or https"):
            await client.get("ftp://shop.example/")


async def test_a_name_without_an_address_is_a_connection_error() -> None:
    async def nothing(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    async with httpx.AsyncClient(transport=guarded_transport(allow_private=False, resolve=nothing)) as client:
        with pytest.raises(httpx.ConnectError, match="cannot be resolved"):
            await client.get("http://shop.example/")


async def test_the_next_address_is_tried() -> None:
    names = Names(["127.0.0.2", "127.0.0.1"])  # nothing listens on the first
    async with web() as (port, _), httpx.AsyncClient(transport=guarded_transport(allow_private=True, resolve=names)) as client:
        assert (await client.get(f"http://shop.example:{port}/")).status_code == 200


# --- what an answer may be


def bomb(size: int) -> bytes:
    """So many zeros, compressed a thousandfold."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(b"\0" * 2**20) for _ in range(size // 2**20)) + packer.flush()


def encoded(body: bytes, encoding: str = "gzip") -> bytes:
    return b"HTTP/1.1 200 OK\r\ncontent-encoding: %s\r\ncontent-length: %d\r\n\r\n" % (encoding.encode(), len(body)) + body


async def got(answer: bytes, **limits: float) -> bytes:
    async with (
        web(answer) as (port, heard),
        httpx.AsyncClient(transport=guarded_transport(allow_private=True, **limits)) as client,
    ):
        content = (await client.get(f"http://127.0.0.1:{port}/")).content
    assert b"accept-encoding: gzip\r\n" in heard[0].lower()
    return content


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
async def test_a_compressed_answer_is_read(pack: Callable[[bytes], bytes]) -> None:
    text = b"orders " * 50_000
    assert await got(encoded(pack(text), "gzip" if pack is gzip.compress else "deflate")) == text


async def test_a_small_answer_that_becomes_a_huge_one_ends_at_the_limit() -> None:
    packed = bomb(200 * 2**20)
    assert len(packed) < 2**20
    tracemalloc.start()
    with pytest.raises(AnswerTooLarge, match=r"127\.0\.0\.1 answers with more than 16777216 bytes"):
        await got(encoded(packed))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40 * 2**20


async def test_an_answer_of_the_largest_size_is_read_and_one_byte_more_is_not() -> None:
    head = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"
    assert len(await got(head + b"x" * 2**20, most=2**20)) == 2**20
    with pytest.raises(AnswerTooLarge):
        await got(head + b"x" * (2**20 + 1), most=2**20)


async def test_an_encoding_that_was_not_asked_for_and_damaged_data_are_refused() -> None:
    with pytest.raises(httpx.DecodingError, match="answers in br"):
        await got(encoded(b"abc", "br"))
    with pytest.raises(httpx.DecodingError):
        await got(encoded(b"this is no gzip"))
    with pytest.raises(httpx.RemoteProtocolError, match="too early"):
        await got(encoded(gzip.compress(b"x" * 1000)[:-12]))


async def test_a_body_that_trickles_ends_in_time() -> None:
    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
        with contextlib.suppress(OSError):
            while not writer.is_closing():
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.01)
        writer.close()
        closed.set()

    closed = asyncio.Event()
    server = await asyncio.start_server(trickle, "127.0.0.1", 0)
    async with server, httpx.AsyncClient(transport=guarded_transport(allow_private=True, seconds=0.1)) as client:
        with pytest.raises(httpx.ReadTimeout, match=r"did not end its answer within 0\.1 s"):
            await client.get(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
        await closed.wait()
