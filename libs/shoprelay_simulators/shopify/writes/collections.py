"""Collections, and what the online store shows. https://shopify.dev/docs/api/admin-graphql/latest/mutations/collectionCreate"""

from typing import TYPE_CHECKING, Any

from shoprelay_simulators.shopify import build
from shoprelay_simulators.shopify.writes.common import Args, Refusal, existing, put

if TYPE_CHECKING:
    from shoprelay_simulators.shopify.schema import Row
    from shoprelay_simulators.shopify.shop import ShopifyShop


def create(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    given = args["collection"]
    if not given["title"].strip():
        raise Refusal("Title can't be blank", "title")
    row = build.collection(shop, given["title"], shop.now())
    row |= {"descriptionHtml": "", "resourcePublicationsCount": {"count": 0, "precision": "EXACT"}}
    _take(shop, row, given)
    shop.changed(shop.keep(row), "create")
    return {"collection": row}


def update(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    given = args["collection"]
    row = existing(shop, given.get("id") or "", "Collection", "id")
    _take(shop, row, given)
    shop.changed(row)
    return {"collection": row}


def _take(shop: "ShopifyShop", row: "Row", given: Args) -> None:
    put(row, given, "title", "handle", "descriptionHtml", "sortOrder")
    row["seo"] = row["seo"] | (given.get("seo") or {})
    if image := given.get("image"):
        own = build.gid(shop, "CollectionImage")
        row["image"] = {
            "id": own,
            "url": f"https://cdn.example/{image['src'].rpartition('/')[2]}",
            "altText": image.get("altText"),
        }


def delete(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    row = existing(shop, args["input"]["id"], "Collection", "id")
    for product in shop.rows["Product"].values():
        product["collections"] = [ref for ref in product["collections"] if ref.gid != row["id"]]
    shop.delete(row["id"])
    return {"deletedCollectionId": row["id"]}


def publish(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    return _shown(shop, args, shown=True)


def hide(shop: "ShopifyShop", args: Args) -> dict[str, Any]:
    return _shown(shop, args, shown=False)


def _shown(shop: "ShopifyShop", args: Args, *, shown: bool) -> dict[str, Any]:
    for place, each in enumerate(args["input"]):
        existing(shop, each["publicationId"], "Publication", "input", str(place), "publicationId")
    row = existing(shop, args["id"], args["id"].split("/")[3], "id")
    if "resourcePublicationsCount" in row:
        row["resourcePublicationsCount"] = {"count": int(shown), "precision": "EXACT"}
    else:
        row["publishedAt"] = shop.stamp() if shown else None
    shop.changed(row)
    return {}
