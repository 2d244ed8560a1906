"""The short lists of a shop."""

from shoprelay_simulators.hostedshop.build import CARRIERS, COLOURS, COUNTRIES, PAYMENTS, SIZES
from shoprelay_simulators.hostedshop.rows import Row

STATUSES: list[Row] = [
    {"Id": number, "Title": title, "LanguageISO": "DK", "Sorting": number}
    for number, title in (
        (0, "Ikke modtaget"),
        (1, "Ordre modtaget"),
        (2, "Behandles"),
        (3, "Afsendt"),
        (4, "Gen&aring;bnet"),
        (5, "Annulleret"),
        (6, "Klar til afhentning"),
        (7, "Delvist afsendt"),
        (8, "Afhentet"),
        (99, "Kladde"),
        (100, "Kreditnota"),
    )
]
DELIVERY_COUNTRIES: list[Row] = [
    {"Id": number, "Iso": code, "Code": code, "Tax": tax, "CompanyTax": tax, "Access": [], "Primary": code == "DK"}
    for code, (number, _, tax) in COUNTRIES.items()
]
DELIVERY_METHODS: list[Row] = [
    {"Id": number, "Title": title, "ServiceType": service, "Price": price, "Vat": True}
    for number, title, service, price in CARRIERS
]
PAYMENT_METHODS: list[Row] = [
    {"Id": number, "Title": title, "GatewayUserName": "shop", "GatewayPassword": "gateway-secret"} for number, title in PAYMENTS
]
DELIVERY_TIMES: list[Row] = [
    {"Id": 1, "LanguageISO": "DK", "Sorting": 1, "TitleInStock": "1-2 dage", "TitleNoStock": "P&aring; vej"},
]
CURRENCIES: list[Row] = [
    {"Id": 2, "Iso": "EUR", "Currency": "7.46", "Title": "Euro"},
    {"Id": 1, "Iso": "DKK", "Currency": 1, "Title": "Danske kroner"},
]
GROUPS: list[Row] = [{"Id": 1, "Title": "Kunder"}, {"Id": 4, "Title": "Kunder B2B-login"}]
VARIANT_TYPES: list[Row] = [{"Id": 1, "Title": "Farve", "Sorting": 0}, {"Id": 2, "Title": "St&oslash;rrelse", "Sorting": 1}]
VARIANT_VALUES: dict[str, list[Row]] = {
    kind: [{"Id": number, "Title": title, "ProductVariantTypeId": kind, "Sorting": number} for title, number in values.items()]
    for kind, values in (("1", COLOURS), ("2", SIZES))
}
SITES: list[Row] = [
    {"Id": 1, "LanguageISO": "DK", "Title": "Anholt Uld", "Sorting": 0, "Type": "shop"},
    {"Id": 2, "LanguageISO": "SE", "Title": "Anholt Ull", "Sorting": 1, "Type": "shop"},
]
CATEGORIES: list[Row] = [
    {
        "Id": number,
        "Title": title,
        "ParentId": parent,
        "Status": True,
        "Sorting": number,
        "SeoLink": "",
        "Description": "",
        "SeoDescripton": "",
    }
    for number, title, parent in ((1, "Bolig", 0), (2, "Tøj", 0), (3, "K&oslash;kken", 1), (4, "Udsalg", 0))
]
INFO: Row = {
    "Title": "Anholt Uld",
    "LanguageISO": "DK",
    "ProductPricesWithVat": True,
    "ShowProductPricesWithVat": True,
    "SolutionId": "shop000000",
}
