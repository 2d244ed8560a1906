"""How a webshop stands, from its document and its schedule."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shoprelay_runtime.admin.health import gaps, health

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FINE = {"active": True, "status": "connected"}


def row(**more: Any) -> dict[str, Any]:
    return {"resource": "orders", "mode": "updated_since_last_request", "due_at": NOW, "watermark": NOW, "failures": 0, **more}


@pytest.mark.parametrize(
    ("document", "schedule", "state"),
    [
        (FINE, [row()], "ok"),
        ({**FINE, "active": False}, [], "paused"),
        ({**FINE, "active": False, "status": "destroying"}, [], "destroying"),
        ({**FINE, "status": "credentials rejected"}, [], "trouble"),
        ({**FINE, "got_error_since": NOW}, [], "trouble"),
        ({**FINE, "orders_error": [{"name": "ShopTrouble", "value": "HTTP 500"}]}, [], "trouble"),
        (FINE, [row(resource="webhooks", mode="subscribe", trouble="HTTP 403")], "trouble"),
    ],
)
def test_state(document: dict[str, Any], schedule: list[dict[str, Any]], state: str) -> None:
    assert health(document, schedule)["state"] == state


def test_errors_name_the_resource() -> None:
    document = {**FINE, "orders_error": [{"name": "ShopTrouble", "value": "HTTP 500"}], "products_error": None}
    assert health(document, [])["errors"] == [{"resource": "orders", "kind": "ShopTrouble", "error": "HTTP 500"}]


@pytest.mark.parametrize(
    ("late", "why"),
    [
        (row(due_at=NOW - timedelta(minutes=6)), "late"),
        (row(failures=2, due_at=NOW + timedelta(minutes=6)), "failing"),
        (row(due_at=NOW - timedelta(minutes=6), cursor="p2"), None),  # it is being read
        (row(due_at=None), None),  # it is switched off
        (row(due_at=NOW - timedelta(minutes=4)), None),
    ],
)
def test_a_poll_that_should_have_run_is_a_gap(late: dict[str, Any], why: str | None) -> None:
    found = [(each["why"], each["since"]) for each in gaps(FINE, [late], NOW)]
    assert found == ([(why, NOW)] if why else [])


def test_what_the_shop_has_and_did_not_list_is_a_gap() -> None:
    stats = {"listed": 98, "counted": 100, "at": NOW}
    (gap,) = gaps({**FINE, "products_stats": stats, "orders_stats": {"listed": 5, "counted": 5, "at": NOW}}, [], NOW)
    assert (gap["resource"], gap["why"], gap["missing"], gap["since"]) == ("products", "counted", 2, NOW)
    assert gaps({**FINE, "orders_stats": {"records": 5}, "products_stats": {"listed": 3, "counted": 2}}, [], NOW) == []
