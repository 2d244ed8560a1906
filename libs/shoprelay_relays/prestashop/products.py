"""Products with their variants. One with combinations has those; every other one has a single variant of its own.

https://devdocs.prestashop-project.org/8/webservice/resources/products/, .../combinations/
"""

from decimal import Decimal
from typing import Any

from shoprelay_relays.fields import Raw
from shoprelay_relays.prestashop import goods, times, words
from shoprelay_relays.prestashop.lines import variant_key
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_schema.documents import Product, Variant

_NOTHING = Decimal(0)
_DRAFT = "0"


def product(body: Json, shop: Shop) -> Mapped:
    """One product, with `combinations`, `stock_availables`, `specific_prices`, `tax_rules`, ... beside its own fields."""
    raw = Raw(body)
    key = raw.id()
    if "date_add" not in raw:
        return Mapped(reads=[("products", key)])
    mapped = Mapped(version=times.version(raw, times.zone(shop.config)))
    # The back office saves an empty product as soon as one is begun.
    if raw.text("state") != _DRAFT:
        _fill(mapped, raw, key, shop)
    return mapped


def combination(body: Json, shop: Shop) -> Mapped:
    """One row of /combinations by itself: its price is told by its product, as what it adds to that."""
    raw = Raw(body)
    if "id_product" not in raw or "price" not in raw:
        product_id = raw.reference("id_product")
        return Mapped(reads=[("products", product_id)] if product_id else [])
    return Mapped([_bare(raw, shop)])


def _fill(mapped: Mapped, raw: Raw, key: str, shop: Shop) -> None:
    shared = goods.common(raw, shop)
    name = words.text(raw, "name", shop.config.get("language_id"))
    alone = {
        **goods.own(raw, raw, None, _NOTHING, _NOTHING, shop.config),
        "name": name,
        "images": goods.images(_pictures(raw), shop.config),
        "sku": raw.text("reference"),
        "sku_2": key,
    }
    document = Product(
        **shared, **alone, sku_3=raw.text("supplier_reference") or raw.text("mpn"), related_product_ids=_related(raw, shop)
    )
    head = Draft(document, key)
    mapped.drafts.append(head)
    variants = _variants(raw, key, shared, alone, shop)
    mapped.drafts += variants
    if _is_whole(raw):
        mapped.owns.append((head, "variants", [shop.id("variants", draft.key) for draft in variants]))


def _is_whole(raw: Raw) -> bool:
    """Whether all variants are known: by itself a product with combinations lists their ids alone."""
    return bool(raw.items("combinations")) or not raw.child("associations").references("combinations")


def _variants(raw: Raw, key: str, shared: dict[str, Any], alone: dict[str, Any], shop: Shop) -> list[Draft]:
    combinations = raw.items("combinations")
    if combinations:
        return [_variant(raw, each, key, shared, shop) for each in combinations]
    if not _is_whole(raw):
        return []
    document = Variant(
        **shared,
        **alone,
        **goods.stock(raw, None, shop.config),
        product_id=shop.id("products", key),
        product_sku=raw.text("reference"),
        sku_3=key,
        barcode=goods.barcode(raw),
        variations=[],
    )
    return [Draft(document, variant_key(key, None))]


def _variant(product: Raw, raw: Raw, key: str, shared: dict[str, Any], shop: Shop) -> Draft:
    own = raw.id()
    options = _options(raw, shop.config.get("language_id"))
    pictures = raw.child("associations").items("images") or _pictures(product)
    document = Variant(
        **shared,
        **goods.own(product, raw, own, raw.amount("price"), raw.amount("weight"), shop.config),
        **goods.stock(product, own, shop.config),
        product_id=shop.id("products", key),
        product_sku=product.text("reference"),
        # Orders put the product's reference on a combination that has none of its own.
        sku=raw.text("reference") or product.text("reference"),
        sku_2=own,
        sku_3=key,
        name=", ".join(option["value"] for option in options) or words.text(product, "name", shop.config.get("language_id")),
        barcode=goods.barcode(raw),
        images=goods.images(pictures, shop.config),
        variations=options,
    )
    return Draft(document, variant_key(key, own))


def _bare(raw: Raw, shop: Shop) -> Draft:
    key, own = raw.id("id_product"), raw.id()
    document = Variant(
        product_id=shop.id("products", key),
        sku=raw.text("reference"),
        sku_2=own,
        sku_3=key,
        barcode=goods.barcode(raw),
        min_quantity=raw.integer("minimal_quantity"),
        images=goods.images(raw.child("associations").items("images"), shop.config),
    )
    return Draft(document, variant_key(key, own))


def _pictures(raw: Raw) -> list[Raw]:
    """The cover first."""
    cover = raw.reference("id_default_image")
    return sorted(raw.child("associations").items("images"), key=lambda image: image.id() != cover)


def _options(raw: Raw, language: str | None) -> list[dict[str, str]]:
    found = (
        (
            words.text(value.child("option"), "public_name", language) or words.text(value.child("option"), "name", language),
            words.text(value, "name", language),
        )
        for value in raw.items("product_option_values")
    )
    return [{"type": name, "value": value} for name, value in found if name and value]


def _related(raw: Raw, shop: Shop) -> list[Any]:
    """What the merchant chose to go with it, and what a pack holds."""
    listed = raw.child("associations")
    chosen = [*listed.references("accessories"), *listed.references("product_bundle")]
    return [shop.id("products", key) for key in dict.fromkeys(chosen)]
