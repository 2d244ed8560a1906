"""Makes the catalogue: attributes, categories, and products of every type out of invented goods."""

from typing import TYPE_CHECKING

from shoprelay_simulators.magento2.rows import SHOWN, Row
from shoprelay_simulators.world.goods import Goods, catalogue

if TYPE_CHECKING:
    from shoprelay_simulators.magento2.shop import Magento2Shop

SIZES, COLOURS, MAKERS = ("S", "M", "L", "38", "39", "40"), ("Sort", "Rød"), ("Smedjen", "Væverne")
SOURCES = ("aarhus", "default")


def options(labels: tuple[str, ...], first: int) -> list[Row]:
    return [{"label": " ", "value": ""}, *({"label": label, "value": str(first + n)} for n, label in enumerate(labels))]


def attributes() -> list[Row]:
    def one(number: int, code: str, label: str, visible: str, values: list[Row]) -> Row:
        return {
            "attribute_id": number,
            "attribute_code": code,
            "frontend_input": "select",
            "default_frontend_label": label,
            "is_visible_on_front": visible,
            "options": values,
        }

    taxes: list[Row] = [{"label": "None", "value": "0"}, {"label": "Taxable Goods", "value": "2"}]
    return [
        one(83, "manufacturer", "Producent", "0", options(MAKERS, 20)),
        one(93, "color", "Farve", "1", options(COLOURS, 49)),
        one(132, "tax_class_id", "Tax Class", "0", taxes),
        one(141, "size", "Størrelse", "0", options(SIZES, 166)),
    ]


def categories(shop: "Magento2Shop") -> None:
    for number, parent, level, name, path in (
        (1, 0, 0, "Root Catalog", "1"),
        (2, 1, 1, "Default Category", "1/2"),
        (3, 2, 2, "Hjem", "1/2/3"),
        (4, 3, 3, "Køkken & bord", "1/2/3/4"),
        (5, 3, 3, "Stue", "1/2/3/5"),
        (6, 2, 2, "Tøj", "1/2/6"),
    ):
        shop.categories[number] = {
            "id": number,
            "parent_id": parent,
            "name": name,
            "is_active": True,
            "position": number,
            "level": level,
            "children": "",
            "created_at": shop.stamp(),
            "updated_at": shop.stamp(),
            "path": path,
            "available_sort_by": [],
            "include_in_menu": level > 1,
            "custom_attributes": [{"attribute_code": "url_key", "value": f"kategori-{number}"}],
        }


def products(shop: "Magento2Shop", count: int) -> None:
    for goods in catalogue(shop.rng, count):
        if goods.sizes or goods.colours:
            configurable(shop, goods)
        else:
            product(shop, goods, "simple")
    parts = [row for row in shop.products.values() if row["type_id"] == "simple" and row["visibility"] == SHOWN][:3]
    kit = product(shop, Goods("Morgenbord", "KIT-1", "0"), "bundle")
    kit["extension_attributes"]["bundle_product_options"] = [
        {
            "option_id": 1,
            "title": "Del",
            "required": True,
            "type": "select",
            "position": 1,
            "sku": kit["sku"],
            "product_links": [],
        }
    ]
    group = product(shop, Goods("Bordets ting", "GRP-1", "0"), "grouped")
    group["product_links"] = [
        {
            "sku": "GRP-1",
            "link_type": "associated",
            "linked_product_sku": row["sku"],
            "linked_product_type": "simple",
            "position": n,
        }
        for n, row in enumerate(parts)
    ]
    product(shop, Goods("Gavekort", "GAVE", "250.00"), "virtual")
    product(shop, Goods("Strikkeopskrift", "PDF-1", "35.00"), "downloadable")


def product(shop: "Magento2Shop", goods: Goods, kind: str, *, visibility: int = SHOWN, **custom: str) -> Row:
    """Skus are unique and never empty here."""
    number = shop.next_id("product")
    taken = {row["sku"] for row in shop.products.values()}
    sku = goods.sku or f"vare-{number}"
    sku = f"{sku},{number}" if sku in taken else sku
    known = {
        "url_key": f"vare-{number}",
        "tax_class_id": "2",
        "manufacturer": "20",
        "description": f"<p>{goods.name}</p>",
        **custom,
    }
    row: Row = {
        "id": number,
        "sku": sku,
        "name": goods.name,
        "attribute_set_id": 4,
        "price": float(goods.price),
        "status": 1,
        "visibility": visibility,
        "type_id": kind,
        "created_at": shop.stamp(),
        "updated_at": shop.stamp(),
        "weight": 0.5,
        "extension_attributes": {"website_ids": [1], "category_links": [{"position": 0, "category_id": str(3 + number % 4)}]},
        "product_links": [],
        "options": [],
        "media_gallery_entries": [
            {
                "id": number + 800,
                "media_type": "image",
                "label": None,
                "position": 1,
                "disabled": False,
                "types": ["image"],
                "file": f"/v/a/vare-{number}.jpg",
            }
        ],
        "tier_prices": [],
        "custom_attributes": [{"attribute_code": code, "value": value} for code, value in known.items()],
    }
    shop.products[number] = row
    if kind in {"simple", "virtual", "downloadable"}:
        for source in SOURCES if number % 3 else SOURCES[1:]:
            quantity = shop.rng.randint(0, 40)
            shop.stock[sku, source] = {"sku": sku, "source_code": source, "quantity": quantity, "status": int(quantity > 0)}
    return row


def configurable(shop: "Magento2Shop", goods: Goods) -> Row:
    """The variants first, as merchants make them, then the product that holds them."""
    chosen = [("size", "141", SIZES, 166, goods.sizes), ("color", "93", COLOURS, 49, goods.colours)]
    used = [one for one in chosen if one[4]]
    children = [
        product(
            shop,
            Goods(f"{goods.name} {label}", f"{goods.sku}-{label}", goods.price),
            "simple",
            visibility=1,
            **{code: str(first + known.index(label))},
        )
        for code, _, known, first, labels in used[:1]
        for label in labels
    ]
    row = product(shop, Goods(goods.name, goods.sku, "0"), "configurable")
    row["extension_attributes"] |= {
        "configurable_product_options": [
            {
                "id": row["id"],
                "attribute_id": attribute,
                "label": "Str." if code == "size" else "Farve",
                "position": place,
                "values": [{"value_index": first + known.index(label)} for label in labels],
                "product_id": row["id"],
            }
            for place, (code, attribute, known, first, labels) in enumerate(used[:1])
        ],
        "configurable_product_links": [child["id"] for child in children],
    }
    return row
