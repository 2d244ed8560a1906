"""Categories. https://developer.adobe.com/commerce/webapi/rest/"""

from shoprelay_relays import values
from shoprelay_relays.fields import Raw
from shoprelay_relays.magento2 import goods
from shoprelay_relays.magento2.custom import Custom
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_schema.documents import Category

# The root of all trees (level 0) is nothing that a shop shows; below it stands one root for each store.
_ROOT_LEVEL = 1


def category(body: Json, shop: Shop) -> Mapped:
    """One category."""
    raw = Raw(body)
    key, custom, level = raw.id(), Custom(raw), raw.integer("level")
    if level == 0:
        return Mapped()
    parent = raw.reference("parent_id") if (level or _ROOT_LEVEL) > _ROOT_LEVEL else None
    image = goods.media(custom.text("image"), shop)
    active = raw.flag("is_active")
    document = Category(
        remote_id=key,
        name=raw.text("name"),
        breadcrumbs=raw.child("learnt").words("names") or None,
        path=custom.text("url_path", "url_key"),
        description_1=custom.html("description"),
        meta_title=custom.text("meta_title"),
        meta_description=custom.text("meta_description"),
        parent_category_id=shop.id("categories", parent) if parent else None,
        images=[{"remote_id": None, "url": image, "title": raw.text("name"), "position": 1}] if image else [],
        published=active,
        searchable=raw.flag("include_in_menu"),
        status=None if active is None else "active" if active else "inactive",
        sort_order=raw.text("position"),
        template=custom.text("page_layout", "display_mode"),
    )
    moment = raw.time("updated_at") or raw.time("created_at")
    return Mapped([Draft(document, key)], version=values.version(moment) if moment else "")
