"""What is done to customers and collections."""

from tests.contract.relays.shopify.acting import collection_id, customer_id, customer_row, newest, remembered
from tests.support.acting import Case

OTHERS = (
    Case(
        "customers/create",
        data=lambda _shop: {
            "email": "new@example.com",
            "first_name": "Ada",
            "last_name": "Berg",
            "company_note": "Nice",
            "tags": ["vip"],
            "accepts_marketing": True,
            "addresses": [{"address_1": "Havnegade 1", "city": "Copenhagen", "country": {"remote_id": "DK"}, "company": "Berg"}],
        },
        shop_says=lambda shop: (customer_row(shop)["email"], [row["city"] for row in customer_row(shop)["addressesV2"]]),
        holds=("new@example.com", ["Copenhagen"]),
        document=("customers", {"email": "new@example.com", "first_name": "Ada", "accepts_marketing": True, "company": "Berg"}),
    ),
    Case(
        "customers/update",
        target=customer_id,
        data=lambda _shop: {"first_name": "Grace", "accepts_marketing": True},
        shop_says=lambda shop: (customer_row(shop)["firstName"], customer_row(shop)["defaultEmailAddress"]["marketingState"]),
        holds=("Grace", "SUBSCRIBED"),
        document=("customers", {"first_name": "Grace", "accepts_marketing": True}),
    ),
    Case(
        "customers/destroy",
        target=lambda shop: remembered(shop, lambda: customer_id(shop)),
        shop_says=lambda shop: len(shop.rows["Customer"]),
        holds=2,
        document=("customers", None),
    ),
    Case(
        "categories/create",
        data=lambda _shop: {"name": "Mugs", "description_1": "<p>All</p>", "published": True, "meta_title": "Buy mugs"},
        shop_says=lambda shop: (newest(shop, "Collection")["title"], newest(shop, "Collection")["seo"]["title"]),
        holds=("Mugs", "Buy mugs"),
        document=("categories", {"name": "Mugs", "published": True, "meta_title": "Buy mugs"}),
    ),
    Case(
        "categories/update",
        target=collection_id,
        data=lambda _shop: {
            "name": "Cups",
            "published": False,
            "images": [{"url": "https://example.com/cup.jpg", "title": "A cup"}],
        },
        shop_says=lambda shop: next(iter(shop.rows["Collection"].values()))["title"],
        holds="Cups",
        document=("categories", {"name": "Cups", "published": False}),
    ),
    Case(
        "categories/destroy",
        target=lambda shop: remembered(shop, lambda: collection_id(shop)),
        shop_says=lambda shop: len(shop.rows["Collection"]),
        holds=2,
        document=("categories", None),
    ),
)
