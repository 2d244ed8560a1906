"""What raw records cost, and what the operator is told."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import orjson
import pytest

from services.normalizer.observe import Observed, observe
from services.normalizer.outputs import Output, activities, usage
from shoprelay_relays.errors import PayloadInvalid
from shoprelay_schema.raw import RawKind, RawRecord, Via
from tests.support.plain_relay import order
from tests.unit.normalizer.memory import RELAY, Memory, at, gone, pushed, record, webshop

SHOP = webshop()


def page(job: str, seq: int, second: float = 0, **values: Any) -> RawRecord:
    body = {
        "job": job, "seq": seq, "klass": "orders", "mode": "updated_since_last_request", "requests": 2, "pieces": 10,
        "finished": False, "started_at": at(0).isoformat(), **values,
    }  # fmt: skip
    return record(body, second, kind=RawKind.PAGE_READ)


def look(*records: RawRecord) -> list[Observed]:
    return [observe(r, SHOP, RELAY) for r in records]


def bill(observed: Iterable[Observed], pages: dict[str, int] | None = None) -> tuple[list[dict[str, Any]], dict[str, int]]:
    events, charged = usage(observed, pages or {}, "raw.live.v1-0-7")
    return [orjson.loads(e.value or b"") for e in events], charged


def counts(event: dict[str, Any]) -> tuple[int, int, int, int]:
    names = ("outgoing_requests", "incoming_requests", "incoming_product_requests", "pieces")
    return tuple(event[name] for name in names)


@pytest.mark.parametrize(
    ("raw", "cost"),
    [
        (pushed(order("1", at(1)), 1), (0, 1, 0, 1)),
        (pushed({"klass": "products", "id": "1"}, 1), (0, 0, 1, 1)),
        (pushed({"klass": "customers", "id": "1"}, 1), (0, 1, 0, 1)),
        (pushed({"klass": "categories", "id": "1"}, 1), (0, 1, 0, 0)),
        (pushed({"klass": "orders", "read": "1"}, 1), (0, 1, 0, 0)),
        (page("job", 1), (2, 0, 0, 10)),
    ],
    ids=["order webhook", "product webhook", "customer webhook", "category webhook", "webhook that only hints", "page"],
)
def test_what_a_raw_record_costs(raw: RawRecord, cost: tuple[int, int, int, int]) -> None:
    ((event,), _) = bill(look(raw))
    assert counts(event) == cost
    assert (event["company_id"], event["webshop_id"]) == (str(SHOP.company_id), str(SHOP.webshop_id))


@pytest.mark.parametrize("raw", [record(order("1", at(1)), 1), gone("1", 1)], ids=["a page's record", "evidence"])
def test_what_came_with_a_page_is_charged_with_the_page(raw: RawRecord) -> None:
    assert bill(look(raw)) == ([], {})


def test_a_page_is_charged_once_however_often_its_record_is_there() -> None:
    ((event,), charged) = bill(look(page("a", 1), page("a", 1), page("a", 2), page("b", 1)))
    assert (counts(event), charged) == ((6, 0, 0, 30), {"a": 2, "b": 1})
    assert bill(look(page("a", 2), page("a", 1), page("b", 1)), charged) == ([], {})
    ((event,), charged) = bill(look(page("a", 2), page("a", 3)), charged)
    assert (counts(event), charged) == ((2, 0, 0, 10), {"a": 3})


def test_traffic_is_summed_by_shop_and_quarter_of_an_hour() -> None:
    (events, _) = bill(look(*(pushed(order(str(i), at(1)), second) for i, second in enumerate((0, 899, 900, 1799, 1800)))))
    assert [(e["at"], e["incoming_requests"]) for e in events] == [
        ("2026-03-01T12:00:00.000Z", 2),
        ("2026-03-01T12:15:00.000Z", 2),
        ("2026-03-01T12:30:00.000Z", 1),
    ]


def test_each_quarter_has_an_id_of_its_own_that_names_the_batch() -> None:
    events, _ = usage(look(pushed(order("1", at(1)), 0), pushed(order("1", at(1)), 900)), {}, "raw.live.v1-0-7")
    ids = [dict(e.headers)["ce_id"].decode() for e in events]
    assert len(set(ids)) == 2
    assert all(_id.startswith("raw.live.v1-0-7/") for _id in ids)


def test_a_webhook_that_cannot_be_routed_is_not_charged() -> None:
    with pytest.raises(PayloadInvalid):
        look(pushed({"id": "1", "poison": True}, 1))


def told(memory: Memory, *records: RawRecord) -> list[Output]:
    before = len(memory.changes)
    memory.batch(*records)
    observed = [observe(r, memory.shop, RELAY) for r in records]
    return activities(observed, memory.changes[before:], {memory.shop.company_id: "c-1"}, {}, "raw.live.v1-0-7")


def test_a_poll_that_ends_with_data_is_told() -> None:
    memory = Memory()
    (output,) = told(memory, record(order("1", at(1)), 1), page("j", 4, finished=True, total=31), page("k", 1, total=9))
    assert (output.topic, output.key) == ("activity.v1", str(memory.shop.company_id).encode())
    assert orjson.loads(output.value or b"") == {
        "project": str(memory.shop.project.id),
        "company_id": str(memory.shop.company_id),
        "remote_id": "c-1",
        "details": {
            "webshop_id": str(memory.shop.webshop_id),
            "resource": "orders",
            "mode": "updated_since_last_request",
            "stats": {"orders": {"fetched": 31}},
        },
    }
    assert dict(output.headers)["ce_id"] == b"j/4/fetched"


def test_a_poll_that_ends_without_data_is_not_told() -> None:
    assert told(Memory(), page("j", 4, finished=True, total=0)) == []


def test_what_a_shop_pushes_is_told_by_collection() -> None:
    memory = Memory()
    (output,) = told(memory, pushed(order("1", at(1), {"A": 1, "B": 1}), 1))
    details = orjson.loads(output.value or b"")["details"]
    created = {"created": 1, "updated": 0, "deleted": 0, "restored": 0}
    assert details["stats"] == {"orders": created, "order_lines": {**created, "created": 2}}
    (output,) = told(memory, record(order("1", at(2), {"A": 1}), 2, via=Via.READ))
    assert orjson.loads(output.value or b"")["details"]["stats"]["order_lines"]["deleted"] == 1


def test_what_changed_nothing_or_was_polled_is_not_told_as_pushed() -> None:
    memory = Memory()
    told(memory, pushed(order("1", at(1)), 1))
    assert told(memory, pushed(order("1", at(1)), 2)) == []
    assert told(memory, record(order("1", at(2), price=3.0), 3)) == []
    assert asdict(look(record(order("1", at(2)), 3))[0].traffic) == dict.fromkeys(
        ("outgoing_requests", "incoming_requests", "incoming_product_requests", "pieces"), 0
    )
