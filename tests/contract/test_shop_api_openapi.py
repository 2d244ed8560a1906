"""The document of the Shop API and the Project API: OpenAPI 3.1, complete, and of use without a look at the code."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from schemathesis.specs.openapi.definitions import OPENAPI_31

from services.shop_api.app import described
from shoprelay_cli import shop_api_openapi
from shoprelay_relays.actions import ENDPOINTS, Endpoint
from shoprelay_relays.actions.bodies.base import Nothing
from shoprelay_relays.registry import RELAYS
from tests.contract.test_openapi import _references

DOCUMENT: dict[str, Any] = described().openapi()
ALL = [operation for path in DOCUMENT["paths"].values() for operation in path.values()]
OPERATIONS = {operation["operationId"]: operation for operation in ALL}


def of(endpoint: Endpoint) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["paths"][f"/shop_api/v1{endpoint.path}"][endpoint.method.lower()]
    return found


def test_it_is_openapi_3_1_and_its_schemas_are_schemas() -> None:
    assert [error.message for error in Draft202012Validator(OPENAPI_31).iter_errors(DOCUMENT)] == []
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_each_operation_has_a_name_of_its_own() -> None:
    assert len(OPERATIONS) == len(ALL)


def test_what_it_refers_to_exists() -> None:
    assert _references(DOCUMENT) <= {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]}
    named = {name for operation in OPERATIONS.values() for need in operation.get("security", []) for name in need}
    named |= {name for need in DOCUMENT["security"] for name in need}
    assert named == {"shop_api_token", "project_api_token"} == set(DOCUMENT["components"]["securitySchemes"])


def test_each_api_asks_for_its_own_token() -> None:
    for path, operations in DOCUMENT["paths"].items():
        kind = "project_api_token" if path.startswith("/project_api/") else "shop_api_token"
        assert {next(iter(need)) for each in operations.values() for need in each.get("security", DOCUMENT["security"])} == {kind}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.key)
def test_each_endpoint_has_an_example(endpoint: Endpoint) -> None:
    operation = of(endpoint)
    needed = {each["name"]: each for each in operation["parameters"] if each["required"]}
    assert all(each["schema"]["examples"] for each in needed.values())
    assert ("id" in needed) == endpoint.targets
    if endpoint.body is not Nothing:
        examples = operation["requestBody"]["content"]["application/json"]["examples"]
        assert examples["Any platform"]["value"] == {"data": dict(endpoint.example)}
        for example in examples.values():
            endpoint.body.model_validate(example["value"]["data"])


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.key)
def test_what_a_platform_says_of_an_endpoint_stands_there(endpoint: Endpoint) -> None:
    told = of(endpoint)["description"]
    for relay in RELAYS.values():
        action = relay.actions.get(endpoint.key)
        assert action is None or (relay.label in told and action.comments in told)


def test_all_43_endpoints_are_there_and_the_bytes_are_stable() -> None:
    assert len(ENDPOINTS) == 43 == len([path for path in OPERATIONS.values() if "project_api_token" not in str(path)])
    assert shop_api_openapi.page() == shop_api_openapi.page()
