"""The catalogue as programs write it. https://developer.adobe.com/commerce/webapi/rest/tutorials/configurable-product/"""

import base64
from typing import TYPE_CHECKING

from shoprelay_simulators.magento2.errors import NO_PRODUCT, Refusal
from shoprelay_simulators.magento2.rows import SHOWN, Row
from shoprelay_simulators.magento2.stocking import by_sku

if TYPE_CHECKING:
    from shoprelay_simulators.magento2.shop import Magento2Shop

Keys = tuple[str, ...]
_REQUIRED = '"%fieldName" is required. Enter and try again.'
_PLAIN = {"url_key", "description", "short_description", "meta_title", "meta_description", "cost", "special_price",
          "special_from_date", "special_to_date", "tax_class_id"}  # fmt: skip
TAKEN = "URL key for specified store already exists."


def attribute(shop: "Magento2Shop", code: str) -> Row:
    found = next((row for row in shop.attributes if row["attribute_code"] == code), None)
    if found is None:
        raise Refusal(404, 'The attribute with a "%1" attributeCode doesn\'t exist.', [code])
    return found


def add_option(shop: "Magento2Shop", keys: Keys, body: Row) -> str:
    row, label = attribute(shop, keys[0]), str(body["option"]["label"])
    if any(option["label"] == label for option in row["options"]):
        raise Refusal(400, 'The option label "%1" is already in use.', [label])
    value = str(1 + max(int(option["value"] or 0) for one in shop.attributes for option in one["options"]))
    row["options"].append({"label": label, "value": value})
    return f"id_{value}"


def create(shop: "Magento2Shop", _keys: Keys, body: Row) -> Row:
    """A product; one whose sku is there already is updated, as with PUT."""
    given = body["product"]
    for name in ("sku", "name", "attribute_set_id"):
        if not given.get(name):
            raise Refusal(400, _REQUIRED, {"fieldName": name})
    if any(row["sku"].casefold() == given["sku"].casefold() for row in shop.products.values()):
        return update(shop, (given["sku"],), body)
    number = shop.next_id("product")
    row: Row = {
        "id": number,
        "sku": given["sku"],
        "attribute_set_id": given["attribute_set_id"],
        "price": 0,
        "status": 1,
        "visibility": SHOWN,
        "type_id": "simple",
        "created_at": shop.stamp(),
        "extension_attributes": {"website_ids": [1], "category_links": []},
        "product_links": [],
        "options": [],
        "media_gallery_entries": [],
        "tier_prices": [],
        "custom_attributes": [],
    }
    key = next((one["value"] for one in given.get("custom_attributes") or [] if one["attribute_code"] == "url_key"), None)
    key = key or "-".join(str(given["name"]).lower().split())
    _fill(shop, row, {**given, "custom_attributes": [*(given.get("custom_attributes") or []), _attribute("url_key", key)]})
    if given.get("type_id") == "configurable":
        row["extension_attributes"] |= {"configurable_product_options": [], "configurable_product_links": []}
    shop.products[number] = row
    if row["type_id"] == "simple":
        shop.stock[row["sku"], "default"] = {"sku": row["sku"], "source_code": "default", "quantity": 0, "status": 0}
    shop.changed("products", number)
    return row


def update(shop: "Magento2Shop", keys: Keys, body: Row) -> Row:
    row = by_sku(shop, keys[0])
    _fill(shop, row, body["product"])
    shop.changed("products", row["id"])
    return row


def _fill(shop: "Magento2Shop", row: Row, given: Row) -> None:
    """What an attribute set does not have is dropped without a word."""
    known = _PLAIN | {one["attribute_code"] for one in shop.attributes}
    values = {one["attribute_code"]: one["value"] for one in row["custom_attributes"]}
    values |= {
        one["attribute_code"]: one["value"] for one in given.get("custom_attributes") or [] if one["attribute_code"] in known
    }
    for other in shop.products.values():
        if other is not row and _attribute("url_key", values.get("url_key")) in other["custom_attributes"]:
            raise Refusal(400, TAKEN)
    row["custom_attributes"] = [_attribute(code, value) for code, value in values.items()]
    row |= {name: given[name] for name in ("name", "price", "status", "visibility", "weight", "type_id") if name in given}
    row["extension_attributes"] |= given.get("extension_attributes") or {}
    row["updated_at"] = shop.stamp()


def _attribute(code: str, value: object) -> Row:
    return {"attribute_code": code, "value": value}


def delete(shop: "Magento2Shop", keys: Keys, _body: Row) -> bool:
    """Its counts go along, and it leaves the products that had it as a variant."""
    row = by_sku(shop, keys[0])
    del shop.products[row["id"]]
    for key in [key for key in shop.stock if key[0] == row["sku"]]:
        del shop.stock[key]
    for other in shop.products.values():
        links = other["extension_attributes"].get("configurable_product_links", [])
        if row["id"] in links:
            links.remove(row["id"])
    shop.changed("products", row["id"])
    return True


def add_attribute(shop: "Magento2Shop", keys: Keys, body: Row) -> int:
    row, given = by_sku(shop, keys[0]), body["option"]
    if not any(str(one["attribute_id"]) == str(given["attribute_id"]) for one in shop.attributes):
        raise Refusal(400, "The attribute with the ID %1 can't be used to create configurable product.", [given["attribute_id"]])
    made = {**given, "id": shop.next_id("super"), "product_id": row["id"], "attribute_id": str(given["attribute_id"])}
    row["extension_attributes"]["configurable_product_options"].append(made)
    row["updated_at"] = shop.stamp()
    shop.changed("products", row["id"])
    return int(made["id"])


def add_child(shop: "Magento2Shop", keys: Keys, body: Row) -> bool:
    row, child = by_sku(shop, keys[0]), by_sku(shop, body["childSku"])
    more = row["extension_attributes"]
    if not more.get("configurable_product_options"):
        raise Refusal(400, "The parent product doesn't have configurable product options.")
    if child["id"] in more["configurable_product_links"]:
        raise Refusal(400, "The product is already attached.")
    held = {one["attribute_code"] for one in child["custom_attributes"]}
    codes = {str(one["attribute_id"]): one["attribute_code"] for one in shop.attributes}
    missing = [
        codes[str(one["attribute_id"])]
        for one in more["configurable_product_options"]
        if codes[str(one["attribute_id"])] not in held
    ]
    if missing:
        raise Refusal(
            400, 'The child product doesn\'t have the "%1" attribute value. Verify the value and try again.', missing[:1]
        )
    more["configurable_product_links"].append(child["id"])
    row["updated_at"] = shop.stamp()
    shop.changed("products", row["id"])
    return True


def add_image(shop: "Magento2Shop", keys: Keys, body: Row) -> str:
    row, given = by_sku(shop, keys[0]), body["entry"]
    content = given.get("content") or {}
    if not base64.b64decode(content.get("base64_encoded_data") or "").startswith(b"\xff\xd8\xff"):
        raise Refusal(400, "The image content must be valid base64 encoded data.")
    number, name = shop.next_id("image"), str(content["name"])
    kept = {key: given[key] for key in ("media_type", "label", "position", "disabled", "types")}
    row["media_gallery_entries"].append({"id": number, **kept, "file": f"/{name[0]}/{name[1]}/{number}-{name}"})
    row["updated_at"] = shop.stamp()
    shop.changed("products", row["id"])
    return str(number)


def drop_image(shop: "Magento2Shop", keys: Keys, _body: Row) -> bool:
    row, number = by_sku(shop, keys[0]), int(keys[1])
    kept = [entry for entry in row["media_gallery_entries"] if entry["id"] != number]
    if len(kept) == len(row["media_gallery_entries"]):
        raise Refusal(404, NO_PRODUCT)
    row |= {"media_gallery_entries": kept, "updated_at": shop.stamp()}
    shop.changed("products", row["id"])
    return True
