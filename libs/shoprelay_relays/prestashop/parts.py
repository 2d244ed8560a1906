"""What belongs to an order. Only what the record can list is claimed as complete: the key may not be allowed to read it."""

from shoprelay_relays.fields import Raw
from shoprelay_relays.prestashop import lines, papers, parcels
from shoprelay_relays.spec import Draft, Mapped, Shop


def add(mapped: Mapped, head: Draft, raw: Raw, shop: Shop) -> None:
    whole = "order_details" in raw
    details = raw.items("order_details") if whole else raw.child("associations").items("order_rows")
    link = {"order_id": shop.id("orders", head.key), "order_number": raw.text("reference") or head.key}
    listed = (
        ("order_lines", whole or "associations" in raw, [lines.line(detail, link, shop) for detail in details]),
        ("shipments", "order_carriers" in raw, parcels.parcels(link, raw, details, shop)),
        ("invoices", "order_invoices" in raw, papers.invoices(link, raw, details, shop)),
        ("credit_notes", "order_slips" in raw, papers.credit_notes(link, raw, details, shop)),
    )
    for collection, complete, drafts in listed:
        mapped.drafts += drafts
        if complete:
            mapped.owns.append((head, collection, [shop.id(collection, draft.key) for draft in drafts]))
