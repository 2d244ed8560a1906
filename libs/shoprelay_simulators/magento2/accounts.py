"""Accounts, categories and addresses of orders, as programs write them."""

from typing import TYPE_CHECKING

from shoprelay_simulators.magento2.errors import MISSING, NOBODY, Refusal
from shoprelay_simulators.magento2.rows import Row

if TYPE_CHECKING:
    from shoprelay_simulators.magento2.shop import Magento2Shop

Keys = tuple[str, ...]
_REQUIRED = '"%fieldName" is required. Enter and try again.'


def create_customer(shop: "Magento2Shop", _keys: Keys, body: Row) -> Row:
    given = body["customer"]
    _check_customer(given)
    if any(row["email"] == given["email"] for row in shop.customers.values()):
        raise Refusal(400, "A customer with the same email address already exists in an associated website.")
    number = shop.next_id("customer")
    row: Row = {"id": number, "group_id": 1, "store_id": 1, "website_id": 1, "created_at": shop.stamp(), "addresses": []}
    shop.customers[number] = row
    return _customer(shop, row, given)


def update_customer(shop: "Magento2Shop", keys: Keys, body: Row) -> Row:
    """What is left out of an address, or of the account, is empty then."""
    row = _one(shop.customers, keys[0], "customerId")
    _check_customer(body["customer"])
    return _customer(shop, row, body["customer"])


def _check_customer(given: Row) -> None:
    for name, label in (("firstname", "First Name"), ("lastname", "Last Name"), ("email", "Email")):
        if not given.get(name):
            raise Refusal(400, _REQUIRED, {"fieldName": label})
    for address in given.get("addresses") or []:
        for name in ("firstname", "lastname", "street", "city", "telephone", "country_id"):
            if not address.get(name):
                raise Refusal(400, _REQUIRED, {"fieldName": name})


def _customer(shop: "Magento2Shop", row: Row, given: Row) -> Row:
    row |= {**given, "id": row["id"], "updated_at": shop.stamp()}
    row["extension_attributes"] = {"is_subscribed": False, **(given.get("extension_attributes") or {})}
    row["addresses"] = [
        {"id": shop.next_id("address"), "default_billing": False, "default_shipping": False, **address, "customer_id": row["id"]}
        for address in given.get("addresses") or []
    ]
    shop.changed("customers", row["id"])
    return row


def delete_customer(shop: "Magento2Shop", keys: Keys, _body: Row) -> bool:
    row = _one(shop.customers, keys[0], "customerId")
    del shop.customers[row["id"]]
    shop.changed("customers", row["id"])
    return True


def create_category(shop: "Magento2Shop", _keys: Keys, body: Row) -> Row:
    given = body["category"]
    if not given.get("name"):
        raise Refusal(400, _REQUIRED, {"fieldName": "Name"})
    parent = _one(shop.categories, given.get("parent_id") or 0, "id")
    number = shop.next_id("category") + len(shop.categories)
    row: Row = {"id": number, "position": 1, "children": "", "created_at": shop.stamp(), "available_sort_by": []}
    row |= {
        "parent_id": parent["id"],
        "level": parent["level"] + 1,
        "path": f"{parent['path']}/{number}",
        "custom_attributes": [],
    }
    shop.categories[number] = row
    return _category(shop, row, {"is_active": False, "include_in_menu": True, **given})


def update_category(shop: "Magento2Shop", keys: Keys, body: Row) -> Row:
    return _category(shop, _one(shop.categories, keys[0], "id"), body["category"])


def _category(shop: "Magento2Shop", row: Row, given: Row) -> Row:
    values = {one["attribute_code"]: one for one in [*row["custom_attributes"], *(given.get("custom_attributes") or [])]}
    row |= {name: given[name] for name in ("name", "is_active", "include_in_menu") if name in given}
    row |= {"custom_attributes": list(values.values()), "updated_at": shop.stamp()}
    shop.changed("categories", row["id"])
    return row


def move_category(shop: "Magento2Shop", keys: Keys, body: Row) -> bool:
    row, parent = _one(shop.categories, keys[0], "id"), _one(shop.categories, body["parentId"], "id")
    row |= {"parent_id": parent["id"], "level": parent["level"] + 1, "path": f"{parent['path']}/{row['id']}"}
    row["updated_at"] = shop.stamp()
    shop.changed("categories", row["id"])
    return True


def delete_category(shop: "Magento2Shop", keys: Keys, _body: Row) -> bool:
    """Those below it go with it."""
    row = _one(shop.categories, keys[0], "id")
    for number, one in list(shop.categories.items()):
        if f"{one['path']}/".startswith(f"{row['path']}/"):
            del shop.categories[number]
            shop.changed("categories", number)
    return True


def order_address(shop: "Magento2Shop", row: Row, body: Row) -> Row:
    """An address of an order is exchanged whole; the order is dated anew."""
    given: Row = body["entity"]
    shipping = row["extension_attributes"]["shipping_assignments"][0]["shipping"]
    for owner, name in ((row, "billing_address"), (shipping, "address")):
        if owner[name]["entity_id"] == given.get("entity_id"):
            owner[name] = given
            row["updated_at"] = shop.stamp()
            shop.changed("orders", row["entity_id"])
            return given
    raise Refusal(404, MISSING)


def _one(rows: dict[int, Row], key: object, name: str) -> Row:
    found = rows.get(int(str(key)))
    if found is None:
        raise Refusal(404, NOBODY, {"fieldName": name, "fieldValue": key})
    return found
