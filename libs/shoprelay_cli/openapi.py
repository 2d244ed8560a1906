"""docs/reference/openapi.json: the push endpoint, from the models that read its requests."""

import json
from typing import Any, Final

from pydantic.json_schema import models_json_schema

from shoprelay_relays.webhook_api.format import KINDS
from shoprelay_relays.webhook_api.taking import MOST

Json = dict[str, Any]

_TEMPLATE: Final = "#/components/schemas/{model}"
_EXAMPLES: Final[dict[str, Json]] = {
    "orders": {
        "order_number": "1001",
        "updated_at": "2026-11-22T11:00:00+01:00",
        "currency": "DKK",
        "price": "198.90",
        "delivery_price": "39.00",
        "email": "ida@example.com",
        "status": "processing",
        "state": "open",
        "billing": {"name": "Ida Holm", "address_1": "Havnegade 1", "zip_code": "8000", "city": "Aarhus", "country": "DK"},
        "lines": [{"id": 1, "sku": "CUP-RED", "product_name": "Cup, red", "quantity": 2, "price": "79.95", "vat_pct": "0.25"}],
    },
    "products": {
        "sku": "CUP",
        "name": "Cup",
        "price": "79.95",
        "currency": "DKK",
        "variants": [{"sku": "CUP-RED", "stock": 7, "variations": [{"type": "Colour", "value": "red"}]}],
    },
    "customers": {"id": 42, "email": "ida@example.com", "first_name": "Ida", "last_name": "Holm"},
    "stock": {"sku": "CUP-RED", "stock": 3},
}
_ANSWER: Final[Json] = {
    "type": "object",
    "required": ["accepted", "refused", "results"],
    "properties": {
        "accepted": {"type": "integer"},
        "refused": {"type": "integer"},
        "results": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["kind", "index", "accepted"],
                "properties": {
                    "kind": {"enum": list(KINDS)},
                    "index": {"type": "integer", "description": "The item's place in its list, from 0."},
                    "accepted": {"type": "boolean"},
                    "errors": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
                        },
                    },
                },
            },
        },
    },
}
_ERROR: Final[Json] = {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}
_ANSWERS: Final[dict[str, tuple[str, str]]] = {
    "200": ("Every item is accepted, and safe.", "Answer"),
    "207": ("Some items are accepted, and safe; the others are told.", "Answer"),
    "400": ("The post as a whole makes no sense.", "Error"),
    "401": ("The token is missing or unknown.", "Error"),
    "408": ("The body did not arrive in time.", "Error"),
    "413": ("The body is too large.", "Error"),
    "422": ("No item is accepted.", "Answer"),
    "503": ("Nothing could be stored now: post it again, not before Retry-After.", "Error"),
}


def document() -> Json:
    """The OpenAPI 3.1 document; the same for the same models."""
    _, schemas = models_json_schema([(model, "validation") for model in KINDS.values()], ref_template=_TEMPLATE)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Shoprelay",
            "version": "1",
            "description": "Posting what a shop has; docs/guides/push-api.md is the guide. Others: shop-api.openapi.json.",
        },
        "paths": {f"/push/v1/{kind}": {"post": _operation(kind)} for kind in KINDS} | {"/push/v1/batch": {"post": _batch()}},
        "components": {
            "schemas": {**schemas["$defs"], "Answer": _ANSWER, "Error": _ERROR},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "The token of the webshop."}},
        },
        "security": [{"token": []}],
    }


def _operation(kind: str) -> Json:
    item = {"$ref": _TEMPLATE.format(model=KINDS[kind].__name__)}
    body = {"oneOf": [item, {"type": "array", "items": item, "minItems": 1, "maxItems": MOST}]}
    return _described(f"Post {kind}: one, or a list of at most {MOST}.", kind, body, _EXAMPLES[kind])


def _batch() -> Json:
    lists = {kind: {"type": "array", "items": {"$ref": _TEMPLATE.format(model=model.__name__)}} for kind, model in KINDS.items()}
    body = {"type": "object", "additionalProperties": False, "properties": lists}
    example = {"orders": [_EXAMPLES["orders"]], "stock": [_EXAMPLES["stock"]]}
    return _described(f"Post items of several kinds, at most {MOST} together.", "batch", body, example)


def _described(summary: str, name: str, body: Json, example: Json) -> Json:
    return {
        "operationId": f"push_{name}",
        "summary": summary,
        "tags": ["push"],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body, "example": example}}},
        "responses": {status: _answer(text, model) for status, (text, model) in _ANSWERS.items()},
    }


def _answer(text: str, model: str) -> Json:
    return {"description": text, "content": {"application/json": {"schema": {"$ref": _TEMPLATE.format(model=model)}}}}


def page() -> bytes:
    """The file's bytes."""
    return (json.dumps(document(), indent=1, ensure_ascii=False) + "\n").encode()
