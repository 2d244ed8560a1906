"""What a payload becomes with no server, and which parts of it no rule reads."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bson import ObjectId
from typer.testing import CliRunner

from shoprelay_cli.relay import app
from shoprelay_relays.coverage import Watched, unread
from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.registry import RELAYS, by_id, relay_id
from shoprelay_relays.trial import DemoShop, records, try_payload
from tests.support.shell import said

ORDER = {"number": "R1", "buyer": {"email": "a@example.com"}, "unheard_of": {"a/b": [1, 2], "none": []}}


def paths(payload: Any, rule: Callable[[Any], Any]) -> list[str]:
    watched = Watched(payload)
    watched.keep(rule(watched.body))
    return unread([watched])


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        (lambda p: None, ["/a/b", "/a/c", "/l/*", "/n/*/x", "/n/*/y"]),
        (lambda p: p["a"]["b"], ["/a/c", "/l/*", "/n/*/x", "/n/*/y"]),
        (lambda p: p.get("a", {}).get("c"), ["/a/b", "/l/*", "/n/*/x", "/n/*/y"]),
        (lambda p: "c" in p["a"], ["/a/b", "/l/*", "/n/*/x", "/n/*/y"]),
        (lambda p: sum(p["l"]), ["/a/b", "/a/c", "/n/*/x", "/n/*/y"]),
        (lambda p: p["l"][0], ["/a/b", "/a/c", "/n/*/x", "/n/*/y"]),
        (lambda p: 2 in p["l"], ["/a/b", "/a/c", "/n/*/x", "/n/*/y"]),
        (lambda p: [n["x"] for n in p["n"][:1]], ["/a/b", "/a/c", "/l/*", "/n/*/y"]),
        (lambda p: [n["x"] for n in sorted(p["n"], key=len)], ["/a/b", "/a/c", "/l/*", "/n/*/y"]),
        (lambda p: [str(v) for v in p["a"].values()], ["/l/*", "/n/*/x", "/n/*/y"]),
        (lambda p: [k for k, _ in p["a"].items()], ["/l/*", "/n/*/x", "/n/*/y"]),
        (lambda p: list(p["a"]), ["/a/b", "/a/c", "/l/*", "/n/*/x", "/n/*/y"]),
        (lambda p: {**p["a"]}, ["/l/*", "/n/*/x", "/n/*/y"]),
        (lambda p: dict(p["a"]), ["/l/*", "/n/*/x", "/n/*/y"]),
        (lambda p: (p["a"] | {})["b"], ["/l/*", "/n/*/x", "/n/*/y"]),
        (lambda p: p["a"].copy()["b"] and None, ["/a/c", "/l/*", "/n/*/x", "/n/*/y"]),
        (lambda p: p["a"].pop("b"), ["/a/c", "/l/*", "/n/*/x", "/n/*/y"]),
        (lambda p: {"images": p["n"]}, ["/a/b", "/a/c", "/l/*"]),
    ],
)
def test_every_way_to_read_is_noticed(rule: Any, left: list[str]) -> None:
    assert paths({"a": {"b": 1, "c": None}, "l": [1, 2], "n": [{"x": 1}, {"x": 2, "y": 3}]}, rule) == left


def test_a_watched_payload_is_still_what_it_was() -> None:
    payload = {"a": {"b": [1, {"c": 2}]}, "d": []}
    body = Watched(payload).body
    assert body == payload
    assert isinstance(body["a"], dict)
    assert isinstance(body["a"]["b"], list)
    assert json.dumps(body) == json.dumps(payload)
    match body:
        case {"a": {"b": [one, *_]}}:
            assert one == 1
        case _:
            pytest.fail("a mapping pattern does not match")


def test_what_one_record_reads_is_read_for_all() -> None:
    first, second = Watched({"a": 1, "b": 1}), Watched({"a": 1, "b": 1, "c": 1})
    first.body.get("b")
    second.body.get("a")
    assert unread([first, second]) == ["/c"]


@pytest.mark.parametrize(
    ("payload", "where", "positions"),
    [
        ({"x": 1}, None, [""]),
        ({"x": 1}, "/", [""]),
        ({"x": 1}, "", [""]),
        ([{"x": 1}, {"x": 2}], None, ["0", "1"]),
        ([{"x": 1}, {"x": 2}], "/", ["0", "1"]),
        ([{"x": 1}, {"x": 2}], "/*", ["0", "1"]),
        ([{"x": 1}, {"x": 2}], "/1", ["1"]),
        ({"p": {"orders": [{"x": 1}]}}, "/p/orders", ["p.orders.0"]),
        ({"p": {"orders": [{"x": 1}]}}, "/p/orders/*", ["p.orders.0"]),
        ({"p": {"orders": {"x": 1}}}, "/p/orders", ["p.orders"]),
        ({"e": [{"node": {"x": 1}}, {"node": {"x": 2}}]}, "/e/*/node", ["e.0.node", "e.1.node"]),
        ({"z": {"1": {"DK": {"x": 1}}}}, "/z/*/*", ["z.1.DK"]),
        ({"a/b": {"~": {"x": 1}}}, "/a~1b/~0", ["a/b.~"]),
        ({"orders": []}, "/orders", []),
    ],
)
def test_where_says_which_records(payload: Any, where: str | None, positions: list[str]) -> None:
    assert [name for name, _ in records(json.dumps(payload).encode(), where)] == positions


@pytest.mark.parametrize(
    ("payload", "where", "field", "reason"),
    [
        (b'{"a":\n  }', None, "", "not JSON: unexpected character, expected a JSON value at line 2, column 3"),
        (b"", None, "", "not JSON: Input is a zero-length, empty document at line 1, column 1"),
        (b'{"a": "\\ud83d"}', None, "", "not JSON: no low surrogate in string"),
        (b"[" * 100_000, None, "", "not JSON: "),
        (b'{"a": "\xff"}', None, "", "byte 7 is not UTF-8"),
        (b"\n<orders>\n<order></orders>", None, "", "not XML: mismatched tag at line 2, column 10"),
        (b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', None, "", "XML that is not read: DTDForbidden"),
        (b"<a>" * 100_000 + b"</a>" * 100_000, None, "", "deeper than 50"),
        (b"<p><orders><order><id>1</id></order></orders></p>", "/p/products", "p", "has no 'products'; it has orders"),
        (b"7", None, "", "expected a record"),
        (b'[{}, "x"]', None, "1", 'expected a record (an object), got "x"'),
        (b'{"a": {"b": 1}}', "/a/c", "a", "has no 'c'; it has b"),
        (b'{"a": 1}', "/a/c", "a", "nothing below it"),
        (b"[{}]", "/7", "", "has no '7'; it has 0"),
        (b"{}", "orders", "where", "begins with /"),
    ],
)
def test_what_cannot_be_found_is_said_plainly(payload: bytes, where: str | None, field: str, reason: str) -> None:
    with pytest.raises(PayloadInvalid) as error:
        records(payload, where)
    assert error.value.field == field
    assert reason in error.value.reason


@pytest.mark.parametrize(
    ("xml", "where", "found"),
    [
        ("<p><orders>\n</orders></p>", "/p/orders/order", []),
        ("<p><o><id>1</id></o></p>", "/p/o", [("p.o", {"id": "1"})]),
        (
            "<p><os><o><id>1</id></o><o><id>2</id></o></os></p>",
            "/p/os/o",
            [("p.os.o.0", {"id": "1"}), ("p.os.o.1", {"id": "2"})],
        ),
        ('<p><os><o id="7" xmlns:x="u" x:href="a"/></os></p>', "/p/os/o", [("p.os.o", {"id": "7"})]),
        ("<p><n> a <![CDATA[& b]]></n><e a='1'/></p>", "/p", [("p", {"n": " a & b", "e": ""})]),
        (
            '<p><n><language id="1">A</language><language id="2"/></n></p>',
            "/p",
            [("p", {"n": [{"id": "1", "value": "A"}, {"id": "2", "value": ""}]})],
        ),
        ('<p><rows nodeType="row"><row><id>1</id></row></rows></p>', "/p", [("p", {"rows": [{"id": "1"}]})]),
        ('<p><rows nodeType="row"/></p>', "/p", [("p", {"rows": []})]),
        ("<p><n><![CDATA[end ]]> here]]></n><m><![CDATA[a\x0bb]]></m></p>", "/p", [("p", {"n": "end ]]> here", "m": "ab"})]),
    ],
)
def test_xml_is_the_tree_that_json_would_give(xml: str, where: str, found: list[Any]) -> None:
    assert records(xml.encode(), where) == found


def test_a_trial_is_the_same_every_time_and_whole() -> None:
    found = try_payload("shopgo", "orders", json.dumps(ORDER).encode())
    assert found == try_payload(RELAYS["shopgo"], "orders", json.dumps([ORDER]).encode(), "/*")
    order, customer = found["documents"]["orders"][0], found["documents"]["customers"][0]
    assert order["_id"] == str(DemoShop().id("orders", "R1"))
    assert order["customer_id"] == customer["_id"]
    assert order["webshop_id"] == str(DemoShop().webshop_id)
    assert found["unread"] == ["/unheard_of/a~1b/*", "/unheard_of/none"]
    assert json.loads(json.dumps(found)) == found


def test_records_that_name_the_same_document_become_one() -> None:
    both = [ORDER | {"number": n, "created": f"202{n}-01-01T00:00:00Z", "source": lang} for n, lang in (("4", "en"), ("3", "ar"))]
    found = try_payload("shopgo", "orders", json.dumps(both).encode())["documents"]
    assert len(found["orders"]) == 2
    assert [c["language"] for c in found["customers"]] == ["en"]


def test_an_error_says_which_record_and_field() -> None:
    with pytest.raises(PayloadInvalid, match=r"^payload.orders.1.total.amount: expected a number, got text$"):
        try_payload(
            "shopgo",
            "orders",
            b'{"payload": {"orders": [{"number": 1}, {"number": 2, "total": {"amount": "x"}}]}}',
            "/payload/orders",
        )


def test_relay_ids_are_stable() -> None:
    assert relay_id("shopgo") == ObjectId("88f8ae58306c581226ef138c")
    assert by_id(relay_id("shopgo")) is RELAYS["shopgo"]
    assert len({relay_id(name) for name in RELAYS}) == len(RELAYS)


def run(*arguments: str, stdin: bytes = b"") -> Any:
    return CliRunner().invoke(app, arguments, input=stdin)


def test_try_prints_json_and_nothing_else(tmp_path: Any) -> None:
    file = tmp_path / "order.json"
    file.write_text(json.dumps({"payload": {"orders": ORDER}}))
    result = run("try", "shopgo", "orders", str(file), "--where", "/payload/orders")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == try_payload("shopgo", "orders", json.dumps(ORDER).encode())
    assert set(json.loads(result.stdout)) == {"documents", "unread"}


def test_try_reads_standard_input() -> None:
    result = run("try", "shopgo", "orders", "-", stdin=json.dumps(ORDER).encode())
    assert json.loads(result.stdout)["documents"]["orders"][0]["order_number"] == "R1"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("try", "shopgoo", "orders", "-"), 2, "there is no relay 'shopgoo'; there are "),
        (("try", "shopgo", "products", "-"), 2, "ShopGo has no resource 'products'; it has orders"),
        (("try", "shopgo", "orders", "/no/such/file"), 2, "/no/such/file: No such file or directory"),
        (("try", "shopgo", "orders", "-"), 1, "not JSON: Input is a zero-length, empty document at line 1, column 1"),
        (("show", "shopgoo"), 2, "there is no relay 'shopgoo'"),
    ],
)
def test_a_mistake_is_told_on_standard_error(arguments: tuple[str, ...], code: int, message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == code
    assert result.stdout == ""
    assert message in said(result)


def test_a_payload_whose_records_are_further_in_is_told_how_to_say_so(tmp_path: Path) -> None:
    file = tmp_path / "page.json"
    file.write_text('{"result": "success", "payload": {"orders": []}}')
    assert "number: expected the order number; if the records are further in, say where, such as --where /payload" in (
        run("try", "shopgo", "orders", str(file)).stderr
    )


def test_list_and_show() -> None:
    listed = json.loads(run("list", "--json").stdout)
    assert [relay["name"] for relay in listed] == list(RELAYS)
    shown = json.loads(run("show", "shopgo", "--json").stdout)
    assert shown in listed
    assert {field["name"] for field in shown["credentials"] if field["secret"]} == {"api_key", "password"}
    assert "ShopGo" in run("list").stdout
    assert "Every poll reads all orders" in run("show", "shopgo").stdout
