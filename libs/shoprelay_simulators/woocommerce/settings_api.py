"""What a shop says about itself: settings, countries, gateways, shipping methods, system status, the API's index."""

from shoprelay_simulators.messages import Json
from shoprelay_simulators.woocommerce import paging
from shoprelay_simulators.woocommerce.build import GATEWAYS, METHODS, REFUNDING
from shoprelay_simulators.woocommerce.call import Answer, Call, simple_page
from shoprelay_simulators.woocommerce.errors import WpError
from shoprelay_simulators.woocommerce.links import links
from shoprelay_simulators.woocommerce.order_json import SYMBOLS

COUNTRIES = {
    "AT": "Austria", "BE": "Belgium", "CH": "Switzerland", "CZ": "Czech Republic", "DE": "Germany", "DK": "Denmark",
    "EE": "Estonia", "ES": "Spain", "FI": "Finland", "FO": "Faroe Islands", "FR": "France",
    "GB": "United Kingdom (UK)", "GL": "Greenland", "IE": "Ireland", "IS": "Iceland", "IT": "Italy", "JO": "Jordan",
    "LT": "Lithuania", "LV": "Latvia", "NL": "Netherlands", "NO": "Norway", "PL": "Poland", "PT": "Portugal",
    "SE": "Sweden", "US": "United States (US)",
}  # fmt: skip
READ_ONLY = ("GET",)
WRITABLE = ("GET", "POST", "PUT", "PATCH")
SETTINGS: dict[str, dict[str, tuple[str, str, str]]] = {
    "general": {
        "woocommerce_default_country": ("Country / State", "select", "DK"),
        "woocommerce_calc_taxes": ("Enable taxes", "checkbox", "yes"),
        "woocommerce_currency": ("Currency", "select", "DKK"),
        "woocommerce_currency_pos": ("Currency position", "select", "right_space"),
        "woocommerce_price_num_decimals": ("Number of decimals", "number", "2"),
    },
    "products": {
        "woocommerce_weight_unit": ("Weight unit", "select", "kg"),
        "woocommerce_dimension_unit": ("Dimensions unit", "select", "cm"),
    },
    "tax": {
        "woocommerce_prices_include_tax": ("Prices entered with tax", "radio", "yes"),
        "woocommerce_tax_based_on": ("Calculate tax based on", "select", "shipping"),
    },
}


def _setting(call: Call, group: str, name: str, *, alone: bool) -> Json:
    label, kind, value = SETTINGS[group][name]
    value = call.shop.settings.get(f"{group}/{name}", value)
    shown = call.shop.currency if name == "woocommerce_currency" else value
    body: Json = {"id": name, "label": label, "description": "", "type": kind, "default": "", "tip": "", "value": shown}
    if alone:
        body["group_id"] = group
    return {**body, "_links": links(call.shop.site_url, f"settings/{group}", name, WRITABLE)}


def list_settings(call: Call) -> Answer:
    group = call.ids[0]
    if group not in SETTINGS:
        raise WpError(404, "rest_setting_setting_group_invalid", "Invalid setting group.")
    return Answer([_setting(call, group, name, alone=False) for name in SETTINGS[group]])


def get_setting(call: Call) -> Answer:
    group, name = call.ids
    if name not in SETTINGS.get(group, {}):
        raise WpError(404, "rest_setting_setting_invalid", "Invalid setting.")
    return Answer(_setting(call, group, name, alone=True))


def set_setting(call: Call) -> Answer:
    """A choice takes only what it offers: of those here yes and no are known, and the units."""
    group, name = call.ids
    get_setting(call)
    value = call.body.get("value")
    if not isinstance(value, str) or (SETTINGS[group][name][1] in {"checkbox", "radio"} and value not in {"yes", "no"}):
        raise WpError(400, "rest_setting_value_invalid", "An invalid setting value was passed.")
    if name == "woocommerce_currency":
        call.shop.currency = value
    call.shop.settings[f"{group}/{name}"] = value
    return Answer(_setting(call, group, name, alone=True))


def _country(call: Call, code: str) -> Json:
    block = links(call.shop.site_url, "data/countries", code.lower(), READ_ONLY)
    return {"code": code, "name": COUNTRIES[code], "states": [], "_links": block}


def list_countries(call: Call) -> Answer:
    return Answer([_country(call, code) for code in COUNTRIES])


def get_country(call: Call) -> Answer:
    code = call.ids[0].upper()
    if code not in COUNTRIES:
        raise WpError(404, "woocommerce_rest_data_invalid_location", "There are no locations matching these parameters.")
    return Answer(_country(call, code))


def _gateway(call: Call, number: int) -> Json:
    name, title = GATEWAYS[number]
    return {
        "id": name,
        "title": title,
        "description": "",
        "order": number,
        "enabled": True,
        "method_title": title,
        "method_description": "",
        "method_supports": ["products", "refunds"] if name in REFUNDING else ["products"],
        # As shops have it: whoever may read this reads the gateway's secrets.
        "settings": {"api_key": {"id": "api_key", "type": "password", "value": "sk_live_invented"}},
        "_links": links(call.shop.site_url, "payment_gateways", name, WRITABLE),
    }


def list_gateways(call: Call) -> Answer:
    return simple_page(call, [_gateway(call, number) for number in range(len(GATEWAYS))], len(GATEWAYS))


def get_gateway(call: Call) -> Answer:
    number = next((number for number, (name, _) in enumerate(GATEWAYS) if name == call.ids[0]), None)
    if number is None:
        raise WpError(404, "woocommerce_rest_payment_gateway_invalid", "Resource does not exist.")
    return Answer(paging.only_fields(_gateway(call, number), call.args))


def list_zones(call: Call) -> Answer:
    zone: Json = {"id": 1, "name": "Norden", "order": 0, "_links": links(call.shop.site_url, "shipping/zones", 1)}
    return simple_page(call, [zone], 1)


def list_zone_methods(call: Call) -> Answer:
    if call.ids[0] != "1":
        raise WpError(404, "woocommerce_rest_shipping_zone_invalid", "Resource does not exist.")
    items: list[Json] = [
        {
            "id": int(instance),
            "instance_id": int(instance),
            "title": title,
            "order": number,
            "enabled": True,
            "method_id": method,
            "method_title": method.replace("_", " ").capitalize(),
            "method_description": "",
            "settings": {},
            "_links": links(call.shop.site_url, "shipping/zones/1/methods", instance),
        }
        for number, (method, instance, title, _) in enumerate(METHODS)
    ]
    return simple_page(call, items, len(items))


def system_status(call: Call) -> Answer:
    shop = call.shop
    return Answer(
        {
            "environment": {
                "home_url": shop.site_url,
                "site_url": shop.site_url,
                "version": shop.version,
                "wp_version": shop.wordpress,
                "wp_multisite": False,
                "wp_cron": True,
                "language": "da_DK",
                "php_version": "8.2.30",
                "default_timezone": "UTC",
            },
            "active_plugins": [],
            "settings": {
                "api_enabled": False,
                "force_ssl": False,
                "currency": shop.currency,
                "currency_symbol": SYMBOLS.get(shop.currency, shop.currency),
                "number_of_decimals": 2,
                "HPOS_enabled": shop.order_tables,
                "HPOS_sync_enabled": False,
            },
        }
    )


def index(call: Call) -> Answer:
    """`/wp-json/`: public, and the one place that names the shop's time zone."""
    shop = call.shop
    offset = shop.now().astimezone(shop.zone).utcoffset()
    body: Json = {
        "name": "Klitbutikken",
        "description": "",
        "url": shop.site_url,
        "home": shop.site_url,
        "gmt_offset": str(int(offset.total_seconds() // 3600) if offset else 0),
        "timezone_string": shop.zone.key,
        "namespaces": ["oembed/1.0", "wc/v1", "wc/v2", "wc/v3", "wp/v2"],
        "authentication": [],
    }
    return Answer(body)
