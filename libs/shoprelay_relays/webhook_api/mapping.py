"""What posted items become."""

from collections.abc import Iterable
from typing import Any

from shoprelay_relays.errors import PayloadInvalid
from shoprelay_relays.people import by_email, normalized
from shoprelay_relays.spec import Draft, Json, Mapped, Shop
from shoprelay_relays.values import version
from shoprelay_relays.webhook_api import format as posted
from shoprelay_relays.webhook_api.values import addresses, given, opened
from shoprelay_schema.documents import Category, Country, Customer, Product, StockMessage, Variant
from shoprelay_schema.documents.base import Document
from shoprelay_schema.raw import Evidence


def customer(body: Json, shop: Shop) -> Mapped:
    """A customer."""
    item, received_at = opened(posted.Customer, body)
    email, key = item.email, item.id
    if key is None and email is None:
        raise PayloadInvalid("id", "expected an id or an email")
    mapped = Mapped(version=version(item.updated_at or received_at))
    own = f"id:{key}" if key else by_email(email or "")
    if item.deleted:
        mapped.gone.append(("customers", own, Evidence.WEBHOOK))
        return mapped
    document = Customer(
        remote_id=key or normalized(email or ""),
        **given(item, Customer),
        **addresses(item.billing, item.shipping, shop),
    )
    mapped.drafts.append(Draft(document, own, aliases=(by_email(email),) if key and email else ()))
    mapped.drafts += countries((item.billing, item.shipping))
    return mapped


def countries(parties: Iterable[posted.Party | None]) -> list[Draft]:
    """The countries that addresses name, by their codes."""
    codes = sorted({where.country for where in parties if where and where.country})
    return [Draft(Country(remote_id=code, name=code), code, derived=True) for code in codes]


def product(body: Json, shop: Shop) -> Mapped:
    """A product with its variants. Posts about goods count as they arrive: no time of theirs would order products and stock."""
    item, received_at = opened(posted.Product, body)
    mapped = Mapped(version=version(received_at))
    if item.deleted:
        mapped.gone.append(("products", item.sku, Evidence.WEBHOOK))
        return mapped
    head = Draft(Product(**_goods(item, Product), **_shown(item, shop)), item.sku)
    variants = [_variant(each, item, shop) for each in item.variants or [item]]
    mapped.drafts += [head, *variants, *_categories(item)]
    mapped.owns.append((head, "variants", [shop.id("variants", draft.key) for draft in variants]))
    return mapped


def _shown(item: posted.Product, shop: Shop) -> dict[str, Any]:
    """What a product alone is posted with, and its variants have as well: its text and its categories."""
    said: dict[str, Any] = {"description_1": item.description}
    if item.categories is not None:
        said["category_ids"] = [shop.id("categories", name) for name in item.categories]
    return {name: value for name, value in said.items() if value is not None}


def _categories(item: posted.Product) -> list[Draft]:
    names = dict.fromkeys(item.categories or ())
    return [Draft(Category(remote_id=name, name=name), name, derived=True) for name in names]


_ITS_OWN = frozenset({"stock", "barcode"})
"""What a variant does not take over from its product."""


def _variant(item: posted.Variant | posted.Product, of: posted.Product, shop: Shop) -> Draft:
    said: dict[str, Any] = {"product_id": shop.id("products", of.sku), "product_sku": of.sku}
    if isinstance(item, posted.Variant) and item.variations is not None:
        said["variations"] = [each.model_dump() for each in item.variations]
    shared = {name: value for name, value in _goods(of, Variant).items() if name not in _ITS_OWN}
    return Draft(Variant(**{**shared, **_shown(of, shop), **_goods(item, Variant), **said}), item.sku)


def _goods(item: posted.Product | posted.Variant, model: type[Document]) -> dict[str, Any]:
    said = given(item, model)
    if item.images is not None:
        said["images"] = [
            {"remote_id": image.id or image.url, "url": image.url, "title": image.title, "position": place}
            for place, image in enumerate(item.images, 1)
        ]
    return said


def stock(body: Json, shop: Shop) -> Mapped:
    """How many pieces of one variant there are."""
    item, received_at = opened(posted.Stock, body)
    document = Variant(sku=item.sku, stock=item.stock)
    message = None
    if item.stock_message:
        document.stock_message_id = shop.id("stock_messages", item.stock_message)
        message = Draft(StockMessage(remote_id=item.stock_message), item.stock_message, derived=True)
    return Mapped([Draft(document, item.sku), *([message] if message else [])], version(received_at))
