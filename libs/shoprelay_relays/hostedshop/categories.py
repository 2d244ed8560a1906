"""Categories. The platform misspells one of its fields: SeoDescripton."""

from shoprelay_relays.fields import Raw
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_schema.documents import Category


def category(body: Json, shop: Shop) -> Mapped:
    """A row of Category_GetAll. It tells no date."""
    raw = Raw(body)
    key, parent, shown = raw.id("Id"), raw.reference("ParentId"), raw.flag("Status")
    document = Category(
        remote_id=key,
        name=raw.text("Title"),
        path=raw.text("SeoLink"),
        description_1=raw.html("Description"),
        description_2=raw.html("DescriptionBottom"),
        meta_title=raw.text("SeoTitle"),
        meta_description=raw.text("SeoDescripton") or raw.text("SeoDescription"),
        parent_category_id=shop.id("categories", parent) if parent else None,
        published=shown,
        status=None if shown is None else "active" if shown else "inactive",
        sort_order=raw.text("Sorting"),
    )
    return Mapped([Draft(document, key)])
