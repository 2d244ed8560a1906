"""The generated reference: current, complete, valid, and no file of it breaks a reader unnoticed."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bson import ObjectId
from jsonschema import Draft202012Validator

from shoprelay_runtime.codec import plain, seal, to_json
from shoprelay_runtime.crypto import Cipher, new_key
from shoprelay_schema import asyncapi, reference
from shoprelay_schema.compatibility import breaks
from shoprelay_schema.documents import COLLECTIONS, Order, Webshop
from shoprelay_schema.examples import examples
from shoprelay_schema.json_schemas import document_schema, event_schemas
from shoprelay_schema.topics import TOPICS

DOCUMENT = asyncapi.document()
AT = datetime(2026, 3, 1, tzinfo=UTC)


def problems(value: Any, schema: Any) -> list[str]:
    checker = Draft202012Validator.FORMAT_CHECKER
    return [error.message for error in Draft202012Validator(schema, format_checker=checker).iter_errors(value)]


def test_the_checked_in_files_are_current() -> None:
    assert reference.stale(reference.FOLDER) == [], f"run: {reference.COMMAND}"


def test_the_same_models_give_the_same_bytes() -> None:
    assert reference.build() == reference.build()


def test_check_names_what_is_stale_and_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert reference.main(["--folder", str(tmp_path)]) == 0
    assert reference.main(["--folder", str(tmp_path), "--check"]) == 0
    (tmp_path / "schemas" / "orders.json").write_text("{}")
    (tmp_path / "events" / "invented.json").write_text("{}")
    (tmp_path / "collections.json").unlink()
    assert reference.main(["--folder", str(tmp_path), "--check"]) == 1
    told = capsys.readouterr().err.splitlines()
    names = ["collections.json", "events/invented.json", "schemas/orders.json"]
    assert told == [*(f"stale: {name}" for name in names), f"run: {reference.COMMAND}"]


def test_writing_refuses_to_break_readers_unless_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reference.write(tmp_path)
    path = tmp_path / "schemas" / "orders.json"
    schema = json.loads(path.read_text())
    schema["properties"]["shoe_size"] = {"type": "integer"}
    path.write_text(json.dumps(schema))
    assert reference.main(["--folder", str(tmp_path)]) == 1
    assert "would break readers: schemas/orders.json: value.shoe_size is gone" in capsys.readouterr().err
    assert reference.main(["--folder", str(tmp_path), "--break-readers"]) == 0
    assert reference.stale(tmp_path) == []


def test_collections_json_tells_every_attribute_and_index() -> None:
    told = json.loads(reference.build()["collections.json"])["collections"]
    assert set(told) == set(COLLECTIONS)
    assert told["orders"]["attributes"]["email"]["encryption"] == "deterministic"
    assert {"keys": {"webshop_id": 1, "initialized_at": -1}, "unique": False, "sparse": False} in told["orders"]["indexes"]
    assert all(len(told[name]["indexes"]) == len(model.indexes) for name, model in COLLECTIONS.items())


@pytest.mark.parametrize("name", sorted(event_schemas()))
def test_an_events_example_fits_its_schema(name: str) -> None:
    schema = event_schemas()[name]
    Draft202012Validator.check_schema(schema)
    assert problems(examples()[name], schema) == []


def test_every_event_of_every_topic_has_an_example_and_no_other_does() -> None:
    assert {name for topic in TOPICS for name in topic.events} == set(examples()) == set(event_schemas())


@pytest.mark.parametrize("collection", sorted(COLLECTIONS))
def test_a_schema_refuses_a_wrong_type_and_a_missing_id(collection: str) -> None:
    schema = document_schema(COLLECTIONS[collection])
    Draft202012Validator.check_schema(schema)
    assert problems({"_id": "65f0c0ffee00000000000001", "company_id": None}, schema) == []
    assert problems({}, schema)
    # A list of lists fits no attribute but a list.
    for name in (name for name, described in schema["properties"].items() if "array" not in str(described)):
        assert problems({"_id": "65f0c0ffee00000000000001", name: [[]]}, schema), name


def test_a_document_as_it_is_sealed_fits_and_an_open_one_does_not() -> None:
    cipher = Cipher("65f0c0ffee0000000000000a", {"k1": new_key()}, "k1")
    order = Order(order_number="1001", email="a@shop.example", billing_city="Ghent", events=[{"status": "open"}], created_at=AT)
    stored = json.loads(to_json({"_id": ObjectId(), **seal(cipher, "orders", plain(order))}))
    schema = document_schema(Order)
    assert problems(stored, schema) == []
    for name, value in (
        ("email", "a@shop.example"),
        ("billing_city", "Ghent"),
        ("events", []),
        ("email", stored["billing_city"]),
    ):
        assert problems({**stored, name: value}, schema)


def test_a_hash_is_readable_and_the_text_in_it_is_not() -> None:
    cipher = Cipher("65f0c0ffee0000000000000a", {"k1": new_key()}, "k1")
    webshop = Webshop(config={"secret": "s3", "version": 3}, orders_error=[{"name": "response_code", "value": "500"}])
    stored = json.loads(to_json({"_id": ObjectId(), **seal(cipher, "webshops", plain(webshop))}))
    schema = document_schema(Webshop)
    assert problems(stored, schema) == []
    assert problems({**stored, "config": {"secret": "s3"}}, schema)
    assert problems({**stored, "orders_error": [{"name": "response_code", "value": "500"}]}, schema)


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from references(item)


def resolve(pointer: str) -> Any:
    target: Any = DOCUMENT
    for part in pointer.removeprefix("#/").split("/"):
        target = target[part]
    return target


def test_every_reference_of_asyncapi_points_to_something() -> None:
    found = set(references(DOCUMENT))
    assert found
    assert all(pointer.startswith("#/") and resolve(pointer) for pointer in found)


def test_asyncapi_has_the_parts_that_version_3_demands() -> None:
    assert set(DOCUMENT) == {"asyncapi", "info", "defaultContentType", "channels", "operations", "components"}
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= set(DOCUMENT["info"])
    keys = [key for part in DOCUMENT["components"].values() for key in part]
    assert all(re.fullmatch(r"[a-zA-Z0-9._-]+", key) for key in keys)


def test_a_topic_is_a_channel_with_its_facts() -> None:
    assert set(DOCUMENT["channels"]) == {topic.name for topic in TOPICS}
    for topic in TOPICS:
        channel = DOCUMENT["channels"][topic.name]
        assert (channel["address"], channel["x-key"], channel["x-partitions"]) == (topic.name, topic.key, topic.partitions)
        assert channel["x-retention-days"] == (topic.retention.days if topic.retention else None)
        assert set(channel["messages"]) == set(topic.events)


def test_each_service_sends_and_receives_what_the_topics_say() -> None:
    told = {(o["x-service"], o["action"], o["channel"]["$ref"]) for o in DOCUMENT["operations"].values()}
    sends = {(service, "send", f"#/channels/{t.name}") for t in TOPICS for service in t.producers}
    receives = {(service, "receive", f"#/channels/{t.name}") for t in TOPICS for service in t.consumers}
    assert told == sends | receives


@pytest.mark.parametrize("name", sorted(DOCUMENT["components"]["messages"]))
def test_a_messages_example_fits_its_headers(name: str) -> None:
    message = DOCUMENT["components"]["messages"][name]
    assert message["examples"]
    for example in message["examples"]:
        assert problems(example["headers"], message["headers"]) == []
        assert example["headers"]["ce_type"] == name


def test_every_raw_record_tells_its_body_beside_its_opaque_value() -> None:
    raw = {name: m for name, m in DOCUMENT["components"]["messages"].items() if name.startswith("shoprelay.raw.")}
    assert len(raw) == 6
    assert all(m["payload"]["format"] == "binary" and "x-body" in m and "payload" not in m["examples"][0] for m in raw.values())


OLD = {
    "properties": {"a": {"type": ["string", "null"], "pattern": "x"}, "b": {"type": "array", "items": {"type": "integer"}}},
    "required": ["a"],
}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"a": {"type": ["string", "null"], "pattern": "y"}}, "value.a: pattern was 'x', now 'y'"),
        ({"a": {"type": "integer", "pattern": "x"}}, "value.a: type was ['string', 'null'], now integer"),
        ({"a": {"pattern": "x"}}, "value.a: type was ['string', 'null'], now None"),
        ({"b": {"type": "array", "items": {"type": "string"}}}, "value.b[]: type was integer, now string"),
    ],
)
def test_a_change_that_breaks_readers_is_named(change: Any, reason: str) -> None:
    assert breaks(OLD, {**OLD, "properties": {**OLD["properties"], **change}}) == [reason]


def test_a_promise_taken_back_and_a_schema_gone_break_readers() -> None:
    assert breaks(OLD, {**OLD, "required": []}) == ["value: no longer required: a"]
    assert breaks(OLD, None) == ["value is gone"]


def test_more_and_narrower_does_not_break_readers() -> None:
    wider = {**OLD["properties"], "a": {"type": "string", "pattern": "x"}, "c": {"type": "string"}}
    assert breaks(OLD, {"properties": wider, "required": ["a", "b"]}) == []
