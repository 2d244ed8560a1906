"""What the SOAP API does to products and their variants."""

from typing import TYPE_CHECKING

from shoprelay_simulators.hostedshop import build
from shoprelay_simulators.hostedshop.given import arguments, found, number, record
from shoprelay_simulators.hostedshop.rows import Row
from shoprelay_simulators.hostedshop.soap import Call, Fault
from shoprelay_simulators.world.goods import Goods

if TYPE_CHECKING:
    from shoprelay_simulators.hostedshop.shop import HostedShop

MAIN_LANGUAGE = "DK"


def create(shop: "HostedShop", call: Call) -> int:
    """A new product dates no change, unless it is told one."""
    told = _product(shop, call)
    if not told.get("CategoryId"):
        raise Fault("PRODUCT", "A CategoryId must be set when creating a product")
    row = build.product(shop, Goods("", "", "0"), shop.clock())
    row |= {"Variants": [], "Pictures": [], "Producer": None, "DeliveryTime": None, "SeoLink": "", "RelatedProductIds": []}
    row |= told | {"DateCreated": told.get("DateCreated") or row["DateCreated"], "DateUpdated": build.ZERO}
    shop.add("Product", row)
    shop.hooks.tell("products/created", row["Id"])
    return int(row["Id"])


def update(shop: "HostedShop", call: Call) -> list[int]:
    told = _product(shop, call)
    rows = [found(shop, "Product", told["Id"], "Id")] if "Id" in told else _numbered(shop, told["ItemNumber"])
    for row in rows:
        row.update(told)
        _changed(shop, row)
    return [row["Id"] for row in rows]


def delete(shop: "HostedShop", call: Call) -> bool:
    row = found(shop, "Product", arguments(call, "ProductId")[0], "ProductId")
    shop.remove("Product", row["Id"])
    shop.hooks.tell("products/delete", row["Id"])
    return True


def create_variant(shop: "HostedShop", call: Call) -> int:
    told = _variant(shop, call)
    product = found(shop, "Product", told["ProductId"], "ProductId")
    row = build.variant(shop, product, "") | told
    product["Variants"].append(row)
    _changed(shop, product)
    return int(row["Id"])


def update_variant(shop: "HostedShop", call: Call) -> list[int]:
    told = _variant(shop, call)
    product, row = _of(shop, told["Id"], "Id")
    row |= told
    if "Stock" in told and len(row["StockLocations"]) == 1:
        row["StockLocations"][0]["Stock"] = row["Stock"]
    _changed(shop, product)
    return [row["Id"]]


def delete_variant(shop: "HostedShop", call: Call) -> bool:
    product, row = _of(shop, number(arguments(call, "VariantId")[0], "VariantId"), "VariantId")
    product["Variants"].remove(row)
    _changed(shop, product)
    return True


def create_picture(shop: "HostedShop", call: Call) -> int:
    """The file is not looked for."""
    told = record(call.record)
    row = found(shop, "Product", told["ProductId"], "ProductId")
    picture = {"Id": shop.number("Picture") + 1000, "ImageAltTexts": [], **told}
    row["Pictures"].append(picture)
    _changed(shop, row)
    return int(picture["Id"])


def delete_picture(shop: "HostedShop", call: Call) -> bool:
    key = number(arguments(call, "PictureId")[0], "PictureId")
    for row in shop.tables["Product"].values():
        for picture in row["Pictures"]:
            if picture["Id"] == key:
                row["Pictures"].remove(picture)
                _changed(shop, row)
                return True
    raise Fault("PARAM", f"No such id: {key} for PictureId")


def variant_type(shop: "HostedShop", call: Call) -> int:
    """By its title; made when there is none."""
    title = call.record["Title"]
    for row in shop.variant_types:
        if row["Title"] == title:
            return int(row["Id"])
    key = len(shop.variant_types) + 1
    shop.variant_types.append({"Id": key, "Title": title, "Sorting": 0})
    shop.variant_values[str(key)] = []
    return key


def variant_value(shop: "HostedShop", call: Call) -> int:
    told = record(call.record)
    kind = str(told["ProductVariantTypeId"])
    if kind not in shop.variant_values:
        raise Fault("PARAM", f"No such id: {kind} for ProductVariantTypeId")
    for row in shop.variant_values[kind]:
        if row["Title"] == told["Title"]:
            return int(row["Id"])
    key = 100 + shop.number("VariantValue")
    shop.variant_values[kind].append({"Id": key, "Title": told["Title"], "ProductVariantTypeId": kind, "Sorting": 0})
    return key


def _product(shop: "HostedShop", call: Call) -> Row:
    told = record(call.record)
    _spoken(told)
    for key in (told.get("CategoryId"), *told.get("SecondaryCategoryIds", [])):
        if key and key not in shop.tables["Category"]:
            raise Fault("PARAM", f"No such id: {key} for CategoryId")
    return told


def _variant(shop: "HostedShop", call: Call) -> Row:
    """Its title is made of its values."""
    told = record(call.record)
    if "VariantTypeValues" in told:
        titles = {int(row["Id"]): str(row["Title"]) for rows in shop.variant_values.values() for row in rows}
        if unknown := [key for key in told["VariantTypeValues"] if key not in titles]:
            raise Fault("PARAM", f"No such id: {unknown[0]} for VariantTypeValues")
        told["Title"] = ", ".join(titles[key] for key in told["VariantTypeValues"])
    return told


def _spoken(told: Row) -> None:
    if told.get("LanguageISO", MAIN_LANGUAGE) != MAIN_LANGUAGE:
        raise Fault("NOSUCHISO", f"The language '{told['LanguageISO']}' does not exist")


def _numbered(shop: "HostedShop", item_number: str) -> list[Row]:
    return [row for row in shop.tables["Product"].values() if row["ItemNumber"] == item_number]


def _of(shop: "HostedShop", key: int, name: str) -> tuple[Row, Row]:
    for product in shop.tables["Product"].values():
        for row in product["Variants"]:
            if row["Id"] == key:
                return product, row
    raise Fault("PARAM", f"No such id: {key} for {name}")


def _changed(shop: "HostedShop", row: Row) -> None:
    shop.touch("Product", row)
    shop.hooks.tell("products/updated", row["Id"])
