"""Billing and shipping addresses, for orders, customers and shipments."""

import re

from shoprelay_relays.addresses import Address
from shoprelay_relays.fields import Raw

# VAT numbers are plug-ins' meta_data.
VAT_KEYS = ("billing_vat_number", "billing_vat", "billing_eu_vat_number", "eu_vat_number", "vat_number", "billing_vat_id")

# WooCommerce keeps a state as its code where it knows the country's states, else as the buyer typed it.
_CODE = re.compile(r"[A-Z0-9]{1,4}(-[A-Z0-9]{1,4})?")


def address(raw: Raw) -> Address:
    country, state = raw.text("country"), raw.text("state")
    code = state if state and _CODE.fullmatch(state) else None
    return Address(
        first_name=raw.text("first_name"),
        last_name=raw.text("last_name"),
        company=raw.text("company"),
        address_1=raw.text("address_1"),
        address_2=raw.text("address_2"),
        zip_code=raw.text("postcode"),
        city=raw.text("city"),
        province=None if code else state,
        province_code=code,
        country=country.upper() if country else None,
        phone=raw.text("phone"),
    )
