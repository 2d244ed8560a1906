"""Product categories. https://woocommerce.github.io/woocommerce-rest-api-docs/#product-category-properties"""

from shoprelay_relays.fields import Raw
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_relays.woocommerce import goods
from shoprelay_relays.woocommerce.meta import Meta
from shoprelay_relays.woocommerce.products import search_texts
from shoprelay_schema.documents import Category


def category(body: Json, shop: Shop) -> Mapped:
    """One category. It has no modified time, so its version is empty."""
    raw = Raw(body)
    key, parent = raw.id(), raw.reference("parent")
    document = Category(
        **search_texts(raw, Meta(raw)),
        remote_id=key,
        name=raw.text("name"),
        path=raw.text("slug"),
        description_1=raw.html("description"),
        parent_category_id=shop.id("categories", parent) if parent else None,
        images=goods.images([raw.child("image")]),
        sort_order=raw.text("menu_order"),
        template=raw.text("display"),
    )
    return Mapped([Draft(document, key)])
