"""What sets variations apart: attributes of the product, of which each variation has one option.

https://woocommerce.github.io/woocommerce-rest-api-docs/#product-attributes-properties
"""

from collections.abc import Iterable, Mapping
from typing import Any

from shoprelay_relays.actions.bodies.goods import VariantAttributes
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.woocommerce.actions import asked

Row = dict[str, Any]


def of(variants: Iterable[VariantAttributes]) -> list[Row]:
    """The attributes of a new product: every option that one of its variants has."""
    found: dict[str, list[str]] = {}
    for variant in variants:
        for each in variant.variations or []:
            options = found.setdefault(each.type, [])
            if each.value not in options:
                options.append(each.value)
    return [{"name": name, "visible": True, "variation": True, "options": options} for name, options in found.items()]


def with_options(variant: VariantAttributes, config: Mapping[str, Any], field: str = "") -> Row:
    """A new variation."""
    if not variant.variations:
        raise CannotDo(f"{field}variations", "expected what sets it apart from the others")
    told = asked.variation(variant, config, {}, field=field)
    return told | {"attributes": [{"name": each.type, "option": each.value} for each in variant.variations]}


def chosen(product: Row, variant: VariantAttributes) -> list[Row]:
    """The options of a variation that is there: global attributes go by their id, the product's own by name."""
    return [_named(_attribute(product, each.type)) | {"option": each.value} for each in variant.variations or []]


def widened(product: Row, variant: VariantAttributes) -> list[Row] | None:
    """The product's attributes with the options that it lacks; None when it has them all."""
    attributes = [dict(each) for each in product.get("attributes") or []]
    lacks = False
    for each in variant.variations or []:
        held = _attribute({"attributes": attributes}, each.type)
        if each.value not in held["options"]:
            held["options"] = [*held["options"], each.value]
            lacks = True
    return attributes if lacks else None


def _attribute(product: Row, name: str) -> Row:
    for attribute in product.get("attributes") or []:
        if attribute.get("variation") and str(attribute.get("name")).lower() == name.lower():
            return dict(attribute) if "options" not in attribute else attribute
    known = ", ".join(str(each.get("name")) for each in product.get("attributes") or [] if each.get("variation"))
    raise CannotDo("variations", f"the product's variations differ by {known or 'nothing'}, not by {name}")


def _named(attribute: Row) -> Row:
    return {"id": attribute["id"]} if attribute.get("id") else {"name": attribute["name"]}
