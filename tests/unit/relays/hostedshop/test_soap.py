"""Requests without a network, answers and faults without a shop."""

import socket
from typing import Any

import httpx
import pytest

from shoprelay_relays.errors import CredentialsRejected, PayloadInvalid, RelayError, ShopTrouble
from shoprelay_relays.hostedshop import webhooks
from shoprelay_relays.hostedshop.client import call, client, listed, one
from shoprelay_relays.hostedshop.operations import OPERATIONS, description, envelope, headers
from shoprelay_relays.hostedshop.soap import Fault, plain, result
from shoprelay_relays.http.asking import NotThere, Overloaded
from shoprelay_relays.spec import Connection
from shoprelay_relays.xmltree import tree

ENV = "http://www.w3.org/2003/05/soap-envelope"
CONFIG = {"username": "u", "password": "p"}


def answer(inner: str, status: int = 200) -> httpx.Response:
    body = f'<?xml version="1.0"?><e:Envelope xmlns:e="{ENV}" xmlns:n="urn:x"><e:Body>{inner}</e:Body></e:Envelope>'
    return httpx.Response(status, content=body.encode())


def gives(operation: str, inner: str) -> httpx.Response:
    return answer(f"<n:{operation}Response><n:{operation}Result>{inner}</n:{operation}Result></n:{operation}Response>")


def fault(code: str, text: str = "") -> httpx.Response:
    return answer(f"<e:Fault><e:Code>{code}</e:Code><e:Reason><e:Text>{text}</e:Text></e:Reason></e:Fault>", 500)


def sub(code: str) -> str:
    return f"<e:Value>e:Receiver</e:Value><e:Subcode><e:Value>{code}</e:Value></e:Subcode>"


def test_requests_are_made_without_any_network(monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: Any) -> None:
        raise AssertionError("a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    for operation in OPERATIONS:
        body = tree(envelope(operation, {}))["Envelope"]["Body"]
        assert set(body) == {operation}
    assert "import" not in description()


def test_an_argument_that_is_not_given_is_nil_and_one_that_is_not_known_is_an_error():
    text = envelope("Order_GetByDate", {"Start": "2031-01-01 00:00:00", "Status": ""}).decode()
    assert text.count("nil=") == 1
    assert text.index("<Start>") < text.index("<End") < text.index("<Status")
    with pytest.raises(TypeError):
        envelope("Order_GetById", {"Id": 7})


def test_the_action_is_named_as_both_versions_of_soap_do():
    assert headers("Category_GetAll")["Content-Type"].endswith('action="https://api.hostedshop.io/service.php#Category_GetAll"')
    assert headers("Category_GetAll")["SOAPAction"] == '"https://api.hostedshop.io/service.php#Category_GetAll"'


def test_arrays_are_lists_whether_they_have_one_element_or_many_or_none():
    rows = "<item><Id>1</Id><Lines><item><Id>2</Id></item></Lines><None/></item><item><Id>3</Id></item>"
    assert result(gives("X", rows), "X") == [{"Id": "1", "Lines": [{"Id": "2"}], "None": ""}, {"Id": "3"}]
    assert result(gives("X", ""), "X") == ""
    assert result(answer("<n:XResponse/>"), "X") == ""
    assert plain({"item": ["1", "2"]}) == ["1", "2"]


def test_passwords_are_left_out_at_any_depth():
    assert plain({"Producer": {"Password": "x", "Id": "1"}, "GatewayPassword": "y"}) == {"Producer": {"Id": "1"}}


def test_text_that_xml_forbids_does_not_lose_the_answer():
    assert result(gives("X", "<Title>a\x0bb</Title>"), "X") == {"Title": "ab"}


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (fault(sub("AUTH")), CredentialsRejected),
        (fault("<e:Value>AUTH</e:Value>"), CredentialsRejected),
        (fault(sub("PARAM"), "No such id: 7 for OrderId"), NotThere),
        (fault(sub("PARAM"), "Page must be greater than 0"), Fault),
        (fault(sub("NOSUCHPARAM")), Fault),
        (fault("<e:Value>Internal</e:Value>", "a database"), Overloaded),
        (fault("<e:Value>INTERNAL</e:Value>", "Too few arguments to function"), Fault),
        (answer("<e:Fault><faultcode>PARAM</faultcode><faultstring>x</faultstring></e:Fault>"), Fault),
        (gives("Other", "1"), ShopTrouble),
        (httpx.Response(200, text="<html>no</html>"), ShopTrouble),
        (httpx.Response(200, text="<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"), ShopTrouble),
        (httpx.Response(503, text="<html>no</html>"), ShopTrouble),
        (httpx.Response(401, text="no"), CredentialsRejected),
    ],
)
def test_what_an_answer_means(response: httpx.Response, error: type[RelayError]):
    with pytest.raises(error) as raised:
        result(response, "X")
    assert type(raised.value) is error


class Shop:
    """Answers by operation; remembers what was asked."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, str]] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        ((operation, inner),) = tree(request.content)["Envelope"]["Body"].items()
        self.asked.append((operation, str(inner)))
        if operation == "Solution_Connect":
            return httpx.Response(200, content=gives(operation, "true").content, headers={"Set-Cookie": "S=1; path=/"})
        made = self.answers.get(operation, lambda _inner: gives(operation, "true"))
        return made(inner)

    def client(self) -> httpx.AsyncClient:
        return client(CONFIG, Connection(httpx.MockTransport(self)))


async def test_fields_that_a_shop_lacks_are_found_once_and_left_out():
    def set_fields(inner: Any) -> httpx.Response:
        lacking = {"Consent", "Number"} & set(inner["Fields"].split(","))
        return fault(sub("NOSUCHPARAM"), "One of the fields does not exist") if lacking else gives("User_SetFields", "true")

    shop = Shop({"User_SetFields": set_fields, "User_GetById": lambda _: gives("User_GetById", "<Id>7</Id><Email>a@b</Email>")})
    async with shop.client() as asking:
        await one(asking, "User_GetById", UserId=7)
        last = [inner for operation, inner in shop.asked if operation == "User_SetFields"][-1]
        assert "Consent" not in last
        assert "Number" not in last
        assert "ShippingEmail" in last
        before = len(shop.asked)
        await one(asking, "User_GetById", UserId=7)
        assert len(shop.asked) == before + 1


async def test_rows_without_the_fields_that_were_asked_for_are_trouble_and_no_records():
    shop = Shop(
        {
            "User_GetAllByDate": lambda _: gives("User_GetAllByDate", "<item><Id>7</Id></item>"),
            "User_GetById": lambda _: gives("User_GetById", "<Id>7</Id>"),
        }
    )
    async with shop.client() as asking:
        with pytest.raises(ShopTrouble, match="nothing else"):
            await listed(asking, "User_GetAllByDate")
        with pytest.raises(ShopTrouble, match="nothing else"):
            await one(asking, "User_GetById", UserId=7)


async def test_a_session_without_a_cookie_is_none():
    async def connect(_: httpx.Request) -> httpx.Response:
        return gives("Solution_Connect", "true")

    async with client(CONFIG, Connection(httpx.MockTransport(connect))) as asking:
        with pytest.raises(CredentialsRejected, match="opens no session"):
            await call(asking, "Category_GetAll")


@pytest.mark.parametrize(
    ("topic", "body", "expected"),
    [
        ("orders/partially-fulfilled", b'{"id": "17"}', ("orders", [("orders", "17")])),
        ("products/delete", b'{"id": 9}', ("products", [("products", "9")])),
        ("newsletters/created", b'{"id": 9}', ("newsletters", [])),
        ("", b"{}", ("unknown", [])),
    ],
)
def test_a_webhook_is_a_hint(topic: str, body: bytes, expected: tuple[str, list[tuple[str, str]]]):
    routed = webhooks.route({"x-webhook-topic": topic}, body)
    assert (routed.klass, list(routed.reads), list(routed.records)) == (*expected, [])


@pytest.mark.parametrize("body", [b"no", b"[]", b"{}", b'{"id": "../7"}', b'{"id": null}'])
def test_a_webhook_that_names_no_record_is_refused(body: bytes):
    with pytest.raises(PayloadInvalid):
        webhooks.route({"x-webhook-topic": "orders/updated"}, body)
