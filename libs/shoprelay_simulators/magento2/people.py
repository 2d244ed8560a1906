"""Makes customers."""

from typing import TYPE_CHECKING

from shoprelay_simulators.magento2.orders import address
from shoprelay_simulators.magento2.rows import Row
from shoprelay_simulators.world.people import nordic_person

if TYPE_CHECKING:
    from shoprelay_simulators.magento2.shop import Magento2Shop


def customer(shop: "Magento2Shop") -> Row:
    number = shop.next_id("customer")
    person = nordic_person(shop.rng, number + 5000)
    where = {key: value for key, value in address(person, "").items() if key not in {"address_type", "email"} and value}
    region = {"region_code": None, "region": None, "region_id": 0}
    row: Row = {
        "id": number,
        "group_id": 1,
        "default_billing": str(number + 100),
        "default_shipping": str(number + 100),
        "created_at": shop.stamp(),
        "updated_at": shop.stamp(),
        "created_in": "Default Store View",
        "email": person.email,
        "firstname": person.first,
        "lastname": person.last,
        "store_id": 1,
        "website_id": 1,
        "addresses": [
            {
                **where,
                "id": number + 100,
                "customer_id": number,
                "region": region,
                "default_billing": True,
                "default_shipping": True,
            }
        ],
        "disable_auto_group_change": 0,
        "extension_attributes": {"is_subscribed": number % 2 == 0},
    }
    shop.customers[number] = row
    return row
