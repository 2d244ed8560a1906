"""Product categories; 1 is the root and 2 the home of a shop. https://devdocs.prestashop-project.org/8/webservice/resources/categories/"""

from shoprelay_relays.fields import Raw
from shoprelay_relays.prestashop import times, words
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_schema.documents import Category


def category(body: Json, shop: Shop) -> Mapped:
    raw = Raw(body)
    key, language = raw.id(), shop.config.get("language_id")
    if "date_add" not in raw:
        return Mapped(reads=[("categories", key)])
    parent, active = raw.reference("id_parent"), raw.flag("active")
    document = Category(
        remote_id=key,
        name=words.text(raw, "name", language),
        path=words.text(raw, "link_rewrite", language),
        description_1=words.html(raw, "description", language),
        description_2=words.html(raw, "additional_description", language),
        meta_title=words.text(raw, "meta_title", language),
        meta_description=words.text(raw, "meta_description", language),
        parent_category_id=shop.id("categories", parent) if parent else None,
        published=bool(active),
        status="active" if active else "inactive",
        sort_order=raw.text("position"),
    )
    return Mapped([Draft(document, key)], version=times.version(raw, times.zone(shop.config)))
