"""taxes: the rates by country, all of the standard class."""

from shoprelay_simulators.messages import Json
from shoprelay_simulators.woocommerce import paging
from shoprelay_simulators.woocommerce.call import Answer, Call, simple_page
from shoprelay_simulators.woocommerce.errors import WpError
from shoprelay_simulators.woocommerce.links import links
from shoprelay_simulators.woocommerce.paging import Sort
from shoprelay_simulators.woocommerce.rows import TaxRate
from shoprelay_simulators.woocommerce.taxes import RATES

SORTS: dict[str, Sort[TaxRate]] = {
    "id": lambda rate: rate.id,
    "order": lambda rate: rate.id,
    "priority": lambda rate: rate.priority,
}


def list_taxes(call: Call) -> Answer:
    args = call.args
    args.check(tuple(SORTS))
    rates = paging.chosen(RATES, args)
    shown = paging.cut(paging.ordered(rates, args, SORTS, "order", "asc"), args)
    return simple_page(call, [_tax(call, rate) for rate in shown], len(rates))


def get_tax(call: Call) -> Answer:
    rate = next((rate for rate in RATES if rate.id == call.number()), None)
    if rate is None:
        raise WpError(404, "woocommerce_rest_invalid_id", "Invalid resource ID.")
    return Answer(_tax(call, rate))


def _tax(call: Call, rate: TaxRate) -> Json:
    return {
        "id": rate.id,
        "country": rate.country,
        "state": "",
        "postcode": "",
        "city": "",
        "rate": f"{rate.percent:.4f}",
        "name": rate.label,
        "priority": rate.priority,
        "compound": rate.compound,
        "shipping": True,
        "order": rate.id - 1,
        "class": "standard",
        "postcodes": [],
        "cities": [],
        "_links": links(call.shop.site_url, "taxes", rate.id),
    }
