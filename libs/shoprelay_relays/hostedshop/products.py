"""Products with their variants. One without variants has a single one of its own."""

from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.hostedshop import goods, times
from shoprelay_relays.hostedshop.codes import language, listed
from shoprelay_relays.hostedshop.lines import variant_key
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_schema.documents import Product, Variant


def product(body: Json, shop: Shop) -> Mapped:
    """One product as Product_GetById gives it, with all that its field sets name; `learnt` holds the options' names."""
    raw = Raw(body)
    key = raw.id("Id")
    if not any(name in raw for name in ("DateCreated", "Title", "Price", "Stock")):
        return Mapped(reads=[("products", key)])
    mapped = Mapped(version=times.version(raw, "DateUpdated", "DateCreated"))
    language(raw, mapped.unknown)
    shared = goods.common(raw, shop)
    document = Product(
        **shared,
        **goods.own(raw, raw, shop, mapped.unknown),
        name=raw.text("Title"),
        sku=raw.text("ItemNumber"),
        sku_2=raw.text("ItemNumberSupplier"),
        sku_3=key,
        allow_backorders=goods.stock(raw, raw, shop, [])["allow_backorders"],
        images=goods.images(raw, [], shop),
        related_product_ids=_related(raw, shop),
    )
    head, variants = Draft(document, key), listed(raw, "Variants")
    found = [_variant(raw, variant, key, shared, shop, mapped.unknown) for variant in variants or [raw]]
    mapped.drafts += [head, *found, *goods.messages(raw, variants or [raw])]
    if "Variants" in raw:
        mapped.owns.append((head, "variants", [shop.id("variants", draft.key) for draft in found]))
    mapped.unknown = list(dict.fromkeys(mapped.unknown))
    return mapped


def _variant(product: Raw, raw: Raw, key: str, shared: dict[str, Any], shop: Shop, unknown: list[str]) -> Draft:
    """`raw` is the product itself where there are no variants."""
    alone = raw is product
    own = None if alone else raw.id("Id")
    options = [] if alone else _options(product, raw)
    published = shared["published"] and raw.flag("Status") is not False
    limit = raw.integer("StockLow") or shared["low_stock_limit"]
    document = Variant(
        **shared | goods.texts(product, raw) | {"published": published, "low_stock_limit": limit},
        **goods.own(product, raw, shop, unknown),
        **goods.stock(product, raw, shop, unknown),
        product_id=shop.id("products", key),
        product_sku=product.text("ItemNumber"),
        # Orders put the product's number on a variant that has none of its own.
        sku=raw.text("ItemNumber") or product.text("ItemNumber"),
        sku_2=raw.text("ItemNumberSupplier") or product.text("ItemNumberSupplier"),
        sku_3=own or key,
        name=(None if alone else raw.text("Title") or ", ".join(one["value"] for one in options)) or product.text("Title"),
        images=goods.images(product, [] if alone else _pictures(raw), shop),
        variations=options,
    )
    return Draft(document, variant_key(key, own))


def _options(product: Raw, raw: Raw) -> list[dict[str, str]]:
    """By the numbers of the values, in the order that the variant has them."""
    known = product.child("learnt").child("options")
    numbers = [] if raw.is_object("VariantTypeValues") else raw.references("VariantTypeValues")
    named = ((known.child(one).text("type"), known.child(one).text("value")) for one in numbers)
    return [{"type": kind, "value": value} for kind, value in named if kind and value]


def _pictures(raw: Raw) -> list[str]:
    main = raw.reference("PictureId")
    further = [] if raw.is_object("PictureIds") else raw.references("PictureIds")
    return [*([main] if main else []), *further]


def _related(raw: Raw, shop: Shop) -> list[Any]:
    listed_ids = [] if raw.is_object("RelatedProductIds") else raw.references("RelatedProductIds")
    return [shop.id("products", key) for key in dict.fromkeys(listed_ids)]
