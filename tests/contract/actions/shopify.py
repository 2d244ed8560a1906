"""What is done in a simulated Shopify shop."""

from functools import partial

from tests.contract.relays.shopify.acting import made_shop, reached
from tests.contract.relays.shopify.acting_goods import GOODS
from tests.contract.relays.shopify.acting_lines import LINES
from tests.contract.relays.shopify.acting_orders import ORDERS
from tests.contract.relays.shopify.acting_others import OTHERS
from tests.support.acting import Acted


def acted_app(app: str) -> Acted:
    """The cases in a shop with this kind of app."""
    return Acted(shop=partial(made_shop, app), config=reached, cases=(*ORDERS, *LINES, *GOODS, *OTHERS))


ACTED = acted_app("public")
