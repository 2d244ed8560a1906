"""Products and their variants. https://shopify.dev/docs/api/admin-graphql/latest/mutations/productSet"""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shoprelay_simulators.shopify import build
from shoprelay_simulators.shopify.paging import number
from shoprelay_simulators.shopify.schema import Ref
from shoprelay_simulators.shopify.writes.common import Args, Refusal, existing, put

if TYPE_CHECKING:
    from shoprelay_simulators.shopify.schema import Row
    from shoprelay_simulators.shopify.shop import ShopifyShop

_HEAD = ("title", "handle", "descriptionHtml", "vendor", "productType", "tags", "status")


def create(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    """A product that is set anew: its variants with their stock, its files; no sales channel shows it yet."""
    given = args["input"]
    if not given.get("title"):
        raise Refusal("Title can't be blank", "input", "title", code="INVALID_INPUT")
    joined = [existing(shop, each, "Collection", "input", "collections") for each in given.get("collections") or ()]
    row = _blank(shop)
    put(row, given, *_HEAD)
    row["handle"] = _handle(shop, row, given)
    row["collections"] = [Ref(each["id"]) for each in joined]
    row["media"] = [picture(shop, each) for each in given.get("files") or ()]
    row["seo"] |= given.get("seo") or {}
    shop.keep(row)
    for each in given.get("variants") or [{"optionValues": [{"optionName": "Title", "name": "Default Title"}]}]:
        _variant(shop, row, each)
    build.recount(shop, row)
    shop.changed(row, "create")
    return {"product": row}


def _blank(shop: "ShopifyShop") -> "Row":
    return {
        "id": build.gid(shop, "Product"),
        "descriptionHtml": "",
        "vendor": shop.about["name"],
        "productType": "",
        "status": "ACTIVE",
        "tags": [],
        "templateSuffix": None,
        "createdAt": shop.stamp(),
        "publishedAt": None,
        "onlineStoreUrl": None,
        "tracksInventory": True,
        "category": None,
        "seo": {"title": None, "description": None},
        "variants": [],
    }


def _handle(shop: "ShopifyShop", row: "Row", given: Args) -> str:
    wanted: str = given.get("handle") or given["title"].lower().replace(" ", "-")
    taken = any(each["handle"] == wanted for each in shop.rows["Product"].values())
    return f"{wanted}-{number(row)}" if taken else wanted


def update(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    given = args.get("product") or {}
    row = existing(shop, given["id"], "Product", "id")
    put(row, given, *_HEAD)
    row["seo"] |= given.get("seo") or {}
    joins, leaves = given.get("collectionsToJoin") or [], given.get("collectionsToLeave") or []
    for each in joins:
        existing(shop, each, "Collection", "product", "collectionsToJoin")
    row["collections"] = [ref for ref in row["collections"] if ref.gid not in leaves] + [Ref(each) for each in joins]
    row["media"] = [*row["media"], *(picture(shop, each) for each in args.get("media") or ())]
    shop.changed(row)
    return {"product": row}


def create_variants(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    head = existing(shop, args["productId"], "Product", "productId")
    for place, each in enumerate(args["variants"]):
        _known(_options(shop, head), each, place)
    made = [_variant(shop, head, each) for each in args["variants"]]
    _pictured(shop, head, zip(made, args["variants"], strict=True), args.get("media") or ())
    build.recount(shop, head)
    shop.changed(head)
    return {"product": head, "productVariants": made}


def update_variants(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    head = existing(shop, args["productId"], "Product", "productId")
    rows = []
    for place, each in enumerate(args["variants"]):
        if Ref(each.get("id", "")) not in head["variants"]:
            raise Refusal("Product variant does not exist", "variants", str(place), "id", code="PRODUCT_VARIANT_DOES_NOT_EXIST")
        if "inventoryQuantities" in each:
            raise Refusal(
                "Inventory quantities can only be provided during create.", "variants", str(place), "inventoryQuantities"
            )
        _known(_options(shop, head), each, place, whole=False)
        rows.append(shop.rows["ProductVariant"][each["id"]])
    for row, each in zip(rows, args["variants"], strict=True):
        _take(shop, head, row, each)
    _pictured(shop, head, zip(rows, args["variants"], strict=True), args.get("media") or ())
    shop.changed(head)
    return {"product": head, "productVariants": rows}


def delete_variants(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    head = existing(shop, args["productId"], "Product", "productId")
    for place, each in enumerate(args["variantsIds"]):
        if Ref(each) not in head["variants"]:
            message = "At least one variant does not belong to the product"
            raise Refusal(message, "variantsIds", str(place), code="AT_LEAST_ONE_VARIANT_DOES_NOT_BELONG_TO_THE_PRODUCT")
    head["variants"] = [ref for ref in head["variants"] if ref.gid not in args["variantsIds"]]
    for each in args["variantsIds"]:
        del shop.rows["ProductVariant"][each]
    build.recount(shop, head)
    shop.changed(head)
    return {"product": head}


def detach(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    head = existing(shop, args["productId"], "Product", "productId")
    for place, pair in enumerate(args["variantMedia"]):
        row = existing(shop, pair["variantId"], "ProductVariant", "variantMedia", str(place), "variantId")
        kept = [each for each in row.get("media") or () if each["id"] not in pair["mediaIds"]]
        if len(kept) == len(row.get("media") or ()):
            message = "The specified media is not attached to the specified variant."
            raise Refusal(message, "variantMedia", str(place), "variantId", code="MEDIA_IS_NOT_ATTACHED_TO_VARIANT")
        row["media"] = kept
    shop.changed(head)
    return {"product": head}


def update_files(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    """A file that a product is taken from is in its gallery no more, and shows none of its variants."""
    for place, each in enumerate(args["files"]):
        known = {item["id"] for row in shop.rows["Product"].values() for item in row["media"]}
        if each["id"] not in known:
            raise Refusal(f"File id {each['id']} does not exist.", "files", str(place), "id", code="FILE_DOES_NOT_EXIST")
        for gid in each.get("referencesToRemove") or ():
            head = existing(shop, gid, "Product", "files", str(place), "referencesToRemove")
            for row in (head, *(shop.rows["ProductVariant"][ref.gid] for ref in head["variants"])):
                row["media"] = [item for item in row.get("media") or () if item["id"] != each["id"]]
            shop.changed(head)
    return {}


def picture(shop: "ShopifyShop", given: Args) -> "Row":
    """An image under Shopify's own address, already processed."""
    own, alt = build.gid(shop, "MediaImage"), given.get("alt") or ""
    url = f"https://cdn.example/{number({'id': own})}/{given['originalSource'].rpartition('/')[2]}"
    image = {"id": own, "url": url, "altText": alt}
    held = {"mediaContentType": "IMAGE", "preview": {"image": image}, "image": image, "source": given["originalSource"]}
    return {"__typename": "MediaImage", "id": own, "alt": alt, **held}


def _pictured(shop: "ShopifyShop", head: "Row", rows: Any, media: Any) -> None:
    made = [picture(shop, each) for each in media]
    head["media"] = [*head["media"], *made]
    for row, each in rows:
        if wanted := each.get("mediaSrc"):
            row["media"] = [item for item in made if item["source"] in wanted]


def _options(shop: "ShopifyShop", head: "Row") -> list[str]:
    return [each["name"] for each in shop.rows["ProductVariant"][head["variants"][0].gid]["selectedOptions"]]


def _known(options: list[str], each: Args, place: int, *, whole: bool = True) -> None:
    given = [value["optionName"] for value in each.get("optionValues") or ()]
    if unknown := [at for at, name in enumerate(given) if name not in options]:
        raise Refusal("Option does not exist", "variants", str(place), "optionValues", str(unknown[0]), code="INVALID_INPUT")
    missing = [name for name in options if name not in given]
    if whole and missing:
        raise Refusal(f"You need to add option values for {missing[0]}", "variants", str(place), code="NEED_TO_ADD_OPTION_VALUES")


def _variant(shop: "ShopifyShop", head: "Row", given: Args) -> "Row":
    item = _item(shop, given.get("inventoryQuantities") or ())
    row: Row = {
        "id": build.gid(shop, "ProductVariant"),
        "sku": None,
        "barcode": None,
        "price": "0.00",
        "compareAtPrice": None,
        "taxable": True,
        "position": len(head["variants"]) + 1,
        "createdAt": shop.stamp(),
        "inventoryPolicy": "DENY",
        "product": Ref(head["id"]),
        "inventoryItem": Ref(item["id"]),
        "availableForSale": True,
        "selectedOptions": [],
        "media": [],
    }
    item["variants"] = [Ref(row["id"])]
    _take(shop, head, row, given)
    head["variants"].append(Ref(row["id"]))
    return shop.keep(row)


def _item(shop: "ShopifyShop", counts: Any) -> "Row":
    """The goods of a variant, which lie at every location."""
    row: Row = {
        "id": build.gid(shop, "InventoryItem"),
        "sku": None,
        "tracked": False,
        "requiresShipping": True,
        "unitCost": None,
        "measurement": {"id": build.gid(shop, "InventoryItemMeasurement"), "weight": None},
        "createdAt": shop.stamp(),
        "updatedAt": shop.stamp(),
    }
    told = {each["locationId"]: each.get("quantity", each.get("availableQuantity")) for each in counts}
    row["inventoryLevels"] = [_level(shop, place, row, told.get(place, 0)) for place in shop.rows["Location"]]
    return shop.keep(row)


def _take(shop: "ShopifyShop", head: "Row", row: "Row", given: Args) -> None:
    """What is told of a variant, and of its goods."""
    put(row, given, "barcode", "inventoryPolicy", "sku")
    row |= {name: f"{Decimal(given[name]):.2f}" for name in ("price", "compareAtPrice") if given.get(name) is not None}
    values = {each["optionName"]: each["name"] for each in given.get("optionValues") or ()}
    chosen = {each["name"]: each["value"] for each in row["selectedOptions"]} | values
    _alone(shop, head, row, list(chosen.values()))
    row["selectedOptions"] = [{"name": name, "value": value} for name, value in chosen.items()]
    row["title"] = " / ".join(chosen.values())
    row["displayName"] = f"{head['title']} - {row['title']}"
    item, told = shop.rows["InventoryItem"][row["inventoryItem"].gid], given.get("inventoryItem") or {}
    put(item, told, "sku", "tracked")
    row["sku"] = item["sku"] = item["sku"] or row["sku"]
    if told.get("cost") is not None:
        item["unitCost"] = {"amount": f"{Decimal(told['cost']):.2f}", "currencyCode": shop.about["currencyCode"]}
    if weight := (told.get("measurement") or {}).get("weight"):
        item["measurement"]["weight"] = dict(weight)
    row["updatedAt"] = shop.stamp()


def _alone(shop: "ShopifyShop", head: "Row", row: "Row", values: list[str]) -> None:
    for ref in head["variants"]:
        other = shop.rows["ProductVariant"][ref.gid]
        if other["id"] != row["id"] and [each["value"] for each in other["selectedOptions"]] == values:
            message = f"The variant '{' / '.join(values)}' already exists. Please change at least one option value."
            raise Refusal(message, "variants", "0", code="VARIANT_ALREADY_EXISTS")


def _level(shop: "ShopifyShop", place: str, item: "Row", count: int) -> "Row":
    own = f"gid://shopify/InventoryLevel/{shop.next_number()}?inventory_item_id={number(item)}"
    pieces = {"id": build.gid(shop, "InventoryQuantity"), "name": "available", "quantity": count}
    return {"id": own, "location": Ref(place), "quantities": [pieces], "updatedAt": item["updatedAt"]}
