"""Categories: {category_id, name, uri, parent_id}. https://quickbutik.dev/api-v1/categories/get-categories"""

from shoprelay_relays.fields import Raw
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_schema.documents import Category


def category(body: Json, shop: Shop) -> Mapped:
    """One category; `learnt` names it and those above it."""
    raw = Raw(body)
    key, above = raw.id("category_id"), raw.reference("parent_id")
    document = Category(
        remote_id=key,
        name=raw.text("name"),
        path=raw.text("uri"),
        parent_category_id=shop.id("categories", above) if above else None,
        breadcrumbs=raw.child("learnt").words("names"),
    )
    return Mapped([Draft(document, key)])
