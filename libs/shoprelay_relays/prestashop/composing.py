"""Records with what belongs to them: an order with its lines, parcels and papers, a product with its stock and prices.

Each kind of part is asked for once for a whole page. What the key may not read is left out, and so claimed by nobody.
The parts stand beside the record's own fields under the names of their lists; what is named by an id stands under a name of its
own (`currency` for `id_currency`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from shoprelay_relays.prestashop.reader import Reader, Rows
from shoprelay_relays.spec import Json

Config = Mapping[str, Any]

# Parts of an order: the name that they get -> (resource, the part's field, the order's field).
PARTS = {
    "order_details": ("order_details", "id_order", "id"),
    "order_carriers": ("order_carriers", "id_order", "id"),
    "order_slips": ("order_slip", "id_order", "id"),
    "order_invoices": ("order_invoices", "id_order", "id"),
    "order_histories": ("order_histories", "id_order", "id"),
    # Named order_discounts before 1.7.8; the totals of the order do not depend on it.
    "order_cart_rules": ("order_cart_rules", "id_order", "id"),
    # A split order shares its reference with others, and its payment is booked once for all of them.
    "order_payments": ("order_payments", "order_reference", "reference"),
    "messages": ("messages", "id_order", "id"),
}
# Hashes and keys of buyers have no place in any log.
SECRET = frozenset({"passwd", "secure_key", "reset_password_token", "reset_password_validity", "card_number", "card_holder"})

# Of what records name again and again, only what a mapping reads is put beside them.
KEPT = {
    "carriers": ("id", "id_reference", "name"),
    "cart_rules": ("id", "code"),
    "countries": ("id", "iso_code", "name"),
    "currencies": ("id", "iso_code"),
    "customers": ("id", "email", "firstname", "lastname", "company", "siret", "newsletter", "note", "date_add"),
    "groups": ("id", "name"),
    "languages": ("id", "iso_code"),
    "order_states": ("id", "name", "paid", "logable", "shipped"),
    "product_feature_values": ("id", "value"),
    "product_features": ("id", "name"),
    "product_option_values": ("id", "id_attribute_group", "name"),
    "product_options": ("id", "name", "public_name"),
    "states": ("id", "iso_code", "name"),
    "tags": ("id", "name"),
    "taxes": ("id", "rate"),
}


async def orders(reader: Reader, rows: Rows, _config: Config) -> Rows:
    whole = [_without_secrets(row) for row in rows]
    for name, (path, field, own) in PARTS.items():
        parts = await reader.parts(path, field, (str(row.get(own)) for row in whole))
        for row in whole:
            if parts is not None:
                row[name] = [_without_secrets(part) for part in parts.get(str(row.get(own)), [])]
    await _name(reader, whole, {"currency": ("currencies", "id_currency"), "language": ("languages", "id_lang")})
    await _name(reader, whole, {"order_state": ("order_states", "current_state"), "carrier": ("carriers", "id_carrier")})
    await _name(reader, whole, {"customer": ("customers", "id_customer")})
    await _name(reader, _all(whole, "order_histories"), {"order_state": ("order_states", "id_order_state")})
    await _name(reader, _all(whole, "order_carriers"), {"carrier": ("carriers", "id_carrier")})
    await _name(reader, _all(whole, "order_cart_rules"), {"cart_rule": ("cart_rules", "id_cart_rule")})
    await _addresses(reader, whole)
    await _taxes(reader, _all(whole, "order_details"))
    return whole


async def customers(reader: Reader, rows: Rows, _config: Config) -> Rows:
    whole = [_without_secrets(row) for row in rows]
    await _name(reader, whole, {"language": ("languages", "id_lang"), "group": ("groups", "id_default_group")})
    addresses = await reader.parts("addresses", "id_customer", (str(row["id"]) for row in whole))
    for row in whole:
        if addresses is not None:
            row["addresses"] = addresses.get(str(row["id"]), [])
    await _places(reader, _all(whole, "addresses"))
    return whole


async def products(reader: Reader, rows: Rows, config: Config) -> Rows:
    whole = [dict(row) for row in rows]
    ids = [str(row["id"]) for row in whole]
    for name in ("combinations", "stock_availables", "specific_prices"):
        parts = await reader.parts(name, "id_product", [*ids, "0"] if name == "specific_prices" else ids)
        for row in whole:
            if parts is not None:
                row[name] = parts.get(str(row["id"]), []) + (parts.get("0", []) if name == "specific_prices" else [])
    await _options(reader, _all(whole, "combinations"))
    await _words(reader, whole)
    await rates(reader, whole, config)
    return whole


async def _options(reader: Reader, combinations: Rows) -> None:
    """The option values of each combination, each with the option that it is a value of."""
    values = await _associated(reader, combinations, "product_option_values")
    await _name(reader, values, {"option": ("product_options", "id_attribute_group")})


async def _words(reader: Reader, whole: Rows) -> None:
    """Tags and features of products."""
    await _associated(reader, whole, "tags")
    values = [entry for row in whole for entry in _entries(row, "product_features")]
    known = await reader.named("product_features", (entry.get("id") for entry in values))
    said = await reader.named("product_feature_values", (entry.get("id_feature_value") for entry in values))
    for row in whole:
        pairs = [
            (known.get(str(entry.get("id"))), said.get(str(entry.get("id_feature_value"))))
            for entry in _entries(row, "product_features")
        ]
        row["features"] = [
            {"feature": _kept("product_features", feature), "feature_value": _kept("product_feature_values", value)}
            for feature, value in pairs
            if feature and value
        ]


async def rates(reader: Reader, whole: Rows, config: Config) -> None:
    """The taxes of each product's tax rules group where the shop stands."""
    country = config.get("country_id")
    rules = await reader.parts("tax_rules", "id_tax_rules_group", (str(row.get("id_tax_rules_group")) for row in whole))
    if rules is None or not country:
        return
    await _name(reader, [rule for found in rules.values() for rule in found], {"tax": ("taxes", "id_tax")})
    for row in whole:
        found = rules.get(str(row.get("id_tax_rules_group")), [])
        row["tax_rules"] = [rule for rule in found if str(rule.get("id_country")) == country]


async def _addresses(reader: Reader, whole: Rows) -> None:
    fields = {"address_invoice": ("addresses", "id_address_invoice"), "address_delivery": ("addresses", "id_address_delivery")}
    await _name(reader, whole, fields)
    await _places(reader, [row[name] for row in whole for name in fields if name in row])


async def _places(reader: Reader, addresses: Rows) -> None:
    await _name(reader, addresses, {"country": ("countries", "id_country"), "state": ("states", "id_state")})


async def _taxes(reader: Reader, details: Rows) -> None:
    await _associated(reader, details, "taxes")


async def _associated(reader: Reader, rows: Rows, name: str) -> Rows:
    """Puts the records that `associations.name` lists beside the row's own fields; gives all of them."""
    known = await reader.named(name, (entry.get("id") for row in rows for entry in _entries(row, name)))
    for row in rows:
        row[name] = [_kept(name, known[str(entry["id"])]) for entry in _entries(row, name) if str(entry.get("id")) in known]
    return _all(rows, name)


async def _name(reader: Reader, rows: Rows, fields: Mapping[str, tuple[str, str]]) -> None:
    for name, (path, field) in fields.items():
        known = await reader.named(path, (row.get(field) for row in rows))
        for row in rows:
            if (found := known.get(str(row.get(field)))) is not None:
                row[name] = _kept(path, found)


def _entries(row: Json, name: str) -> Iterable[Json]:
    associations = row.get("associations")
    entries = associations.get(name) if isinstance(associations, dict) else None
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _all(rows: Rows, name: str) -> Rows:
    return [part for row in rows for part in row.get(name, [])]


def _kept(path: str, row: Json) -> Json:
    fields = KEPT.get(path)
    return {name: row[name] for name in fields if name in row} if fields else _without_secrets(row)


def _without_secrets(row: Json) -> Json:
    return {name: value for name, value in row.items() if name not in SECRET}
