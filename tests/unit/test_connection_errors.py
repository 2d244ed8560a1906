"""What goes over a connection, and what is said when it breaks: nothing is sent twice, nothing is added, and it is certain which
requests never left."""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shoprelay_runtime.outbound import guarded_transport

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
RESET = b""


class Scripted:
    """A server that gives one answer after the other, whatever is asked, and remembers the requests. RESET hangs up."""

    def __init__(self, *answers: bytes) -> None:
        self.answers = list(answers)
        self.heads: list[bytes] = []
        self.bodies: list[bytes] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while self.answers:
                await self.hear(reader)
                if not (answer := self.answers.pop(0)):
                    break
                writer.write(answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def hear(self, reader: asyncio.StreamReader) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        size = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0")
        self.heads.append(head)
        self.bodies.append(await reader.readexactly(int(size.split(b":")[1])))


@asynccontextmanager
async def calling(server: Scripted, **limits: float) -> AsyncIterator[tuple[str, httpx.AsyncClient]]:
    listening = await asyncio.start_server(server, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    async with listening, httpx.AsyncClient(transport=guarded_transport(allow_private=True, **limits)) as client:
        yield url, client


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
async def test_a_kept_connection_that_breaks_repeats_nothing(method: str) -> None:
    server = Scripted(OK, RESET, OK)
    async with calling(server) as (url, client):
        assert (await client.get(url)).text == "ok"
        with pytest.raises(httpx.RemoteProtocolError):
            await client.request(method, url)
    assert len(server.heads) == 2


async def test_a_server_that_hangs_up_has_been_reached() -> None:
    async with calling(Scripted(RESET)) as (url, client):
        with pytest.raises(httpx.RemoteProtocolError):
            await client.put(url, content=b"x")


async def test_nobody_listens() -> None:
    async with calling(Scripted()) as (url, _):
        closed = url
    async with httpx.AsyncClient(transport=guarded_transport(allow_private=True)) as client:
        with pytest.raises(httpx.ConnectError, match=r"127\.0\.0\.1 cannot be reached: .*111") as raised:
            await client.get(f"{closed}?token=hidden")
    assert "hidden" not in str(raised.value)


async def test_a_name_that_is_not_resolved_in_time() -> None:
    async def never(host: str, port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    async with httpx.AsyncClient(transport=guarded_transport(allow_private=True, resolve=never)) as client:
        with pytest.raises(httpx.ConnectTimeout) as raised:
            await client.get("http://shop.example/?token=hidden", timeout=httpx.Timeout(5, connect=0.05))
    assert "hidden" not in str(raised.value)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf", httpx.ReadTimeout),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\nconnection: close\r\n\r\nhalf", httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n", httpx.RemoteProtocolError),
        (b"<html>no HTTP at all</html>\r\n\r\n", httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\nset-", httpx.ReadTimeout),
    ],
)
async def test_answers_that_are_none(answer: bytes, error: type[httpx.TransportError]) -> None:
    closes = b"connection: close" in answer
    async with calling(Scripted(answer) if closes else Scripted(answer, OK)) as (url, client):
        with pytest.raises(error) as raised:
            await client.get(f"{url}?token=hidden", timeout=0.2)
    assert raised.value.request.url.host == "127.0.0.1"
    assert "hidden" not in str(raised.value)


async def test_a_head_that_trickles_ends_in_time() -> None:
    class Trickle(Scripted):
        async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nx-long: ")
            try:
                while not writer.is_closing():
                    writer.write(b"x")
                    await writer.drain()
                    await asyncio.sleep(0.01)
            except ConnectionError:
                pass
            finally:
                writer.close()
                hung_up.set()

    hung_up = asyncio.Event()
    async with calling(Trickle(), seconds=0.1) as (url, client):
        with pytest.raises(httpx.ReadTimeout):
            await client.get(url)
        await hung_up.wait()


async def test_the_url_and_the_headers_leave_as_they_are() -> None:
    server = Scripted(OK)
    async with calling(server) as (url, client):
        path = "/a%2Fb/%C3%A6?signed=%7Ea+b%20c&empty=&q=it's"
        await client.post(
            f"{url}{path}", content=b"{}", headers=[("x-twice", "1"), ("x-twice", "2"), ("authorization", "Basic abc")]
        )
    first, *lines = server.heads[0].decode().lower().split("\r\n")
    assert first == f"post {path} http/1.1".lower()
    names = sorted(line.split(":")[0] for line in lines if line)
    assert names == ["accept", "accept-encoding", "authorization", "connection", "content-length", "host", "user-agent",
                     "x-twice", "x-twice"]  # fmt: skip


async def test_a_transport_called_alone_adds_nothing() -> None:
    server = Scripted(OK)
    async with calling(server) as (url, _), guarded_transport(allow_private=True) as transport:
        host = url.removeprefix("http://")
        request = httpx.Request("POST", f"http://user:secret@{host}/x", content=b"{}", headers={"webhook-id": "1"})
        await (await transport.handle_async_request(request)).aread()
    lines = server.heads[0].decode().lower().split("\r\n")
    assert sorted(lines[1:-2]) == ["accept-encoding: gzip", "content-length: 2", f"host: {host}", "webhook-id: 1"]


async def test_no_cookie_is_kept_for_the_next_one() -> None:
    server = Scripted(b"HTTP/1.1 200 OK\r\nset-cookie: session=1\r\ncontent-length: 0\r\n\r\n", OK)
    async with calling(server) as (url, client):
        await client.get(url)
        client.cookies.clear()
        await client.get(url)
    assert b"cookie" not in server.heads[1].lower()


async def test_a_body_of_two_megabytes_leaves_whole() -> None:
    server, body = Scripted(OK), b"0123456789abcdef" * 131_072
    async with calling(server) as (url, client):
        assert (await client.post(url, content=body)).text == "ok"
    assert server.bodies == [body]


async def test_a_form_with_a_file_leaves_whole() -> None:
    server = Scripted(OK)
    async with calling(server) as (url, client):
        assert (await client.post(url, files={"image": ("a.png", b"\x89PNG", "image/png")})).text == "ok"
    assert b"\x89PNG" in server.bodies[0]


async def test_a_header_of_twenty_kilobytes() -> None:
    policy = b"default-src " + b"https://cdn.example " * 1000
    async with calling(Scripted(b"HTTP/1.1 200 OK\r\ncontent-security-policy: %b\r\ncontent-length: 0\r\n\r\n" % policy)) as (
        url,
        client,
    ):
        assert (await client.get(url)).headers["content-security-policy"] == policy.decode().strip()


def certificate(folder: Path, name: str) -> Path:
    """A self-signed certificate with its key, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False).sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / f"{name}.pem"
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


async def test_tls_wants_a_certificate_of_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def here(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    pem = certificate(tmp_path, "shop.example")
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(pem)
    listening = await asyncio.start_server(Scripted(OK), "127.0.0.1", 0, ssl=serving)
    port = listening.sockets[0].getsockname()[1]
    monkeypatch.setattr(httpx, "create_ssl_context", lambda: ssl.create_default_context(cafile=pem))
    async with listening, httpx.AsyncClient(transport=guarded_transport(allow_private=True, resolve=here)) as client:
        assert (await client.get(f"https://shop.example:{port}/")).text == "ok"
        with pytest.raises(httpx.ConnectError, match=r"other\.example"):
            await client.get(f"https://other.example:{port}/")


async def test_tls_refuses_what_nobody_vouches_for(tmp_path: Path) -> None:
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(certificate(tmp_path, "shop.example"))
    listening = await asyncio.start_server(Scripted(OK), "127.0.0.1", 0, ssl=serving)
    port = listening.sockets[0].getsockname()[1]
    async with listening, httpx.AsyncClient(transport=guarded_transport(allow_private=True)) as client:
        with pytest.raises(httpx.ConnectError, match="certificate"):
            await client.get(f"https://127.0.0.1:{port}/")
