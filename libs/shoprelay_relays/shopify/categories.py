"""Collections: flat, chosen by hand or by rules. https://shopify.dev/docs/api/admin-graphql/latest/objects/Collection"""

from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.shopify.ids import key, reference
from shoprelay_relays.shopify.parties import modified
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_schema.documents import Category


def category(body: Json, _shop: Shop) -> Mapped:
    """One collection. The body of a webhook is only a hint: it is read."""
    raw = Raw(body)
    if "updated_at" in raw:
        own = reference(raw) or reference(raw, "collection_id")
        return Mapped(reads=[("categories", own)] if own else [])
    own, seo = key(raw), raw.child("seo")
    count = raw.child("resourcePublicationsCount").integer("count")
    document = Category(
        remote_id=own,
        name=raw.text("title"),
        path=raw.text("handle"),
        description_1=raw.html("descriptionHtml"),
        images=_image(raw.child("image")),
        meta_title=seo.text("title"),
        meta_description=seo.text("description"),
        sort_order=raw.text("sortOrder"),
        template=raw.text("templateSuffix"),
        published=None if count is None else count > 0,
    )
    return Mapped([Draft(document, own)], version=modified(raw))


def _image(raw: Raw) -> list[dict[str, Any]]:
    url = raw.text("url")
    return [{"remote_id": reference(raw), "url": url, "title": raw.text("altText"), "position": 1}] if url else []
