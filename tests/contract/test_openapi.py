"""The OpenAPI document says what the push endpoint does: its examples are taken, and the models are those that read requests."""

import json
from datetime import UTC, datetime

import pytest

from shoprelay_cli.openapi import document
from shoprelay_relays.webhook_api.format import KINDS
from shoprelay_relays.webhook_api.taking import take

PATHS = document()["paths"]


@pytest.mark.parametrize("path", PATHS)
def test_the_example_of_each_operation_is_accepted(path: str) -> None:
    body = PATHS[path]["post"]["requestBody"]["content"]["application/json"]["example"]
    taken = take(path.rpartition("/")[2], json.dumps(body).encode(), datetime.now(UTC))
    assert taken.status == 200, taken.answer


def test_every_kind_has_an_operation_and_every_reference_exists() -> None:
    assert set(PATHS) == {f"/push/v1/{kind}" for kind in (*KINDS, "batch")}
    known = {f"#/components/schemas/{name}" for name in document()["components"]["schemas"]}
    assert _references(document()) <= known


def _references(value: object) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*map(_references, value.values()))
    return set().union(*map(_references, value)) if isinstance(value, list) else set()
