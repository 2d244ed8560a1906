"""taxes: the rates by country, all of the standard class."""

from shoprelay_simulators.messages import Json
from shoprelay_simulators.woocommerce import paging
from shoprelay_simulators.woocommerce.build import RATES
from shoprelay_simulators.woocommerce.call import Answer, Call, simple_page
from shoprelay_simulators.woocommerce.errors import WpError
from shoprelay_simulators.woocommerce.links import links
from shoprelay_simulators.woocommerce.paging import Sort
from shoprelay_simulators.woocommerce.rows import TaxRate

SORTS: dict[str, Sort[TaxRate]] = {
    "id": lambda rate: rate.id,
    "order": lambda rate: rate.id,
    "priority": lambda _: 1,
}


def list_taxes(call: Call) -> Answer:
    args = call.args
    args.check(tuple(SORTS))
    rates = paging.chosen(RATES.values(), args)
    shown = paging.cut(paging.ordered(rates, args, SORTS, "order", "asc"), args)
    return simple_page(call, [_tax(call, rate) for rate in shown], len(rates))


def get_tax(call: Call) -> Answer:
    rate = next((rate for rate in RATES.values() if rate.id == call.number()), None)
    if rate is None:
        raise WpError(404, "woocommerce_rest_invalid_id", "Invalid resource ID.")
    return Answer(_tax(call, rate))


def _tax(call: Call, rate: TaxRate) -> Json:
    country = next(country for country, one in RATES.items() if one is rate)
    return {
        "id": rate.id,
        "country": country,
        "state": "",
        "postcode": "",
        "city": "",
        "rate": f"{rate.percent:.4f}",
        "name": rate.label,
        "priority": 1,
        "compound": False,
        "shipping": True,
        "order": rate.id - 1,
        "class": "standard",
        "postcodes": [],
        "cities": [],
        "_links": links(call.shop.site_url, "taxes", rate.id),
    }
