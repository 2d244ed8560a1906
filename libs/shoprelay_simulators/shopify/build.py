"""Makes rows out of invented people and goods."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shoprelay_simulators.shopify.orders import new_order
from shoprelay_simulators.shopify.paging import number
from shoprelay_simulators.shopify.schema import Ref, Row
from shoprelay_simulators.world.chance import chance
from shoprelay_simulators.world.goods import Goods, catalogue
from shoprelay_simulators.world.people import Person, nordic_person

if TYPE_CHECKING:
    from shoprelay_simulators.shopify.shop import ShopifyShop

HISTORY = timedelta(days=50)
COUNTRIES = {"DK": "Denmark", "SE": "Sweden", "DE": "Germany", "NO": "Norway"}


def shop() -> Row:
    return {
        "id": "gid://shopify/Shop/1",
        "name": "Anholt Uld",
        "email": "butik@anholt-uld.example",
        "myshopifyDomain": "anholt-uld.myshopify.com",
        "url": "https://anholt-uld.myshopify.com",
        "currencyCode": "DKK",
        "ianaTimezone": "Europe/Copenhagen",
        "taxesIncluded": True,
        "weightUnit": "KILOGRAMS",
        "plan": {"publicDisplayName": "Basic", "shopifyPlus": False, "partnerDevelopment": False},
    }


def fill(shop: "ShopifyShop", *, orders: int, products: int, customers: int) -> None:
    """The shop as it opens: places, collections, goods, people, and orders over the last weeks."""
    for name in ("Butikken", "Lageret"):
        shop.keep({"id": gid(shop, "Location"), "name": name, "isActive": True})
    channel = {"id": "gid://shopify/Channel/1", "name": "Online Store", "handle": "online_store"}
    shop.keep({"id": "gid://shopify/Publication/1", "autoPublish": False, "channels": [channel]})
    begun = shop.now() - HISTORY
    for title in ("Uld & silke", "Til hjemmet", "Tilbud"):
        shop.keep(collection(shop, title, begun))
    for goods in catalogue(shop.rng, products):
        product(shop, goods, begun)
    for count in range(customers):
        shop.keep(customer(shop, nordic_person(shop.rng, count), begun + timedelta(hours=count)))
    for count in range(orders):
        new_order(shop, begun + (HISTORY - timedelta(hours=2)) * (count + 1) / (orders + 1))


def gid(shop: "ShopifyShop", kind: str) -> str:
    return f"gid://shopify/{kind}/{shop.next_number()}"


def collection(shop: "ShopifyShop", title: str, created: datetime) -> Row:
    handle = title.lower().replace(" & ", "-").replace(" ", "-")
    return {
        "id": gid(shop, "Collection"),
        "title": title,
        "handle": handle,
        "descriptionHtml": f"<p>{title.replace('&', '&amp;')}</p>",
        "sortOrder": "BEST_SELLING",
        "templateSuffix": None,
        "updatedAt": text(created),
        "seo": {"title": None, "description": None},
        "image": None,
        "products": [],
        "resourcePublicationsCount": {"count": 1, "precision": "EXACT"},
    }


def product(shop: "ShopifyShop", goods: Goods, created: datetime) -> Row:
    own, when = gid(shop, "Product"), text(created)
    row: Row = {
        "id": own,
        "title": goods.name,
        "handle": f"{goods.name.lower().replace(' ', '-')}-{own.rpartition('/')[2]}",
        "descriptionHtml": f"<p>{goods.name}</p>",
        "vendor": "Anholt Uld",
        "productType": "Ting",
        "status": "ACTIVE",
        "tags": ["ny"] if chance(shop.rng, 30) else [],
        "templateSuffix": None,
        "createdAt": when,
        "updatedAt": when,
        "publishedAt": when,
        "onlineStoreUrl": f"https://anholt-uld.example/products/{own.rpartition('/')[2]}",
        "tracksInventory": True,
        "category": None,
        "seo": {"title": None, "description": None},
        "collections": [Ref(shop.rng.choice(list(shop.rows["Collection"])))],
        "media": [_picture(shop, goods.name)],
    }
    shop.keep(row)
    options = [{"Størrelse": size, "Farve": colour} for size in goods.sizes for colour in goods.colours or ("",)] or [
        {"Title": ""}
    ]
    row["variants"] = [Ref(variant(shop, row, goods, chosen, place, created)["id"]) for place, chosen in enumerate(options, 1)]
    recount(shop, row)
    return row


def _picture(shop: "ShopifyShop", title: str) -> Row:
    own = gid(shop, "MediaImage")
    image = {"id": own, "url": f"https://cdn.example/{own.rpartition('/')[2]}.jpg", "altText": title}
    return {
        "__typename": "MediaImage",
        "id": own,
        "alt": title,
        "mediaContentType": "IMAGE",
        "preview": {"image": image},
        "image": image,
    }


def variant(shop: "ShopifyShop", head: Row, goods: Goods, chosen: dict[str, str], position: int, created: datetime) -> Row:
    named = {name: value for name, value in chosen.items() if value}
    title = " / ".join(named.values()) or "Default Title"
    sku = f"{goods.sku}-{position}" if named else goods.sku
    item: Row = {
        "id": gid(shop, "InventoryItem"),
        "sku": sku or None,
        "tracked": True,
        "requiresShipping": True,
        "unitCost": {"amount": f"{Decimal(goods.price) / 2:.2f}", "currencyCode": "DKK"},
        "measurement": {"id": gid(shop, "InventoryItemMeasurement"), "weight": {"value": 0.45, "unit": "KILOGRAMS"}},
        "createdAt": text(created),
        "updatedAt": text(created),
    }
    item["inventoryLevels"] = [_level(shop, place, item) for place in shop.rows["Location"]]
    row: Row = {
        "id": gid(shop, "ProductVariant"),
        "title": title,
        "displayName": f"{head['title']} - {title}",
        "sku": sku or None,
        "barcode": f"57{shop.rng.randint(10**10, 10**11 - 1)}",
        "price": f"{Decimal(goods.price):.2f}",
        "compareAtPrice": f"{Decimal(goods.price) * 2:.2f}" if chance(shop.rng, 20) else None,
        "taxable": True,
        "position": position,
        "createdAt": text(created),
        "updatedAt": text(created),
        "inventoryPolicy": shop.rng.choice(("DENY", "CONTINUE")),
        "selectedOptions": [
            {"name": name, "value": value or "Default Title"} for name, value in (named or {"Title": ""}).items()
        ],
        "product": Ref(head["id"]),
        "inventoryItem": Ref(item["id"]),
        "availableForSale": True,
    }
    item["variants"] = [Ref(row["id"])]
    shop.keep(item)
    return shop.keep(row)


def _level(shop: "ShopifyShop", place: str, item: Row) -> Row:
    pieces = {"id": gid(shop, "InventoryQuantity"), "name": "available", "quantity": shop.rng.randint(0, 20)}
    own = f"gid://shopify/InventoryLevel/{shop.next_number()}?inventory_item_id={number(item)}"
    return {"id": own, "location": Ref(place), "quantities": [pieces], "updatedAt": item["updatedAt"]}


def recount(shop: "ShopifyShop", head: Row) -> None:
    """The sums of stock over places and variants."""
    total = 0
    variants = [shop.rows["ProductVariant"][ref.gid] for ref in head["variants"]]
    for row in variants:
        levels = shop.rows["InventoryItem"][row["inventoryItem"].gid]["inventoryLevels"]
        row["inventoryQuantity"] = sum(level["quantities"][0]["quantity"] for level in levels)
        total += row["inventoryQuantity"]
    head["totalInventory"], head["variantsCount"] = total, {"count": len(variants), "precision": "EXACT"}


def customer(shop: "ShopifyShop", person: Person, created: datetime) -> Row:
    where = address(shop, person)
    return {
        "id": gid(shop, "Customer"),
        "firstName": person.first,
        "lastName": person.last,
        "displayName": person.name,
        "email": person.email,
        "locale": "da",
        "note": None,
        "tags": [],
        "state": "ENABLED",
        "verifiedEmail": True,
        "taxExempt": False,
        "createdAt": text(created),
        "updatedAt": text(created),
        "numberOfOrders": "0",
        "defaultEmailAddress": {"emailAddress": person.email, "marketingState": "NOT_SUBSCRIBED"},
        "defaultPhoneNumber": {"phoneNumber": person.phone.replace(" ", "")},
        "defaultAddress": where,
        "addressesV2": [where],
    }


def address(shop: "ShopifyShop", person: Person) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/MailingAddress/{shop.next_number()}?model_name=CustomerAddress",
        "firstName": person.first,
        "lastName": person.last,
        "name": person.name,
        "company": person.company or None,
        "address1": person.street,
        "address2": person.extra or None,
        "zip": person.postcode,
        "city": person.city,
        "province": None,
        "provinceCode": None,
        "country": COUNTRIES[person.country],
        "countryCodeV2": person.country,
        "phone": person.phone,
    }


def text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
