"""Makes orders out of invented people and goods."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from shoprelay_simulators.messages import Json
from shoprelay_simulators.shopgo.rows import Order, Payment, Purchase, Shipment
from shoprelay_simulators.world.chance import chance
from shoprelay_simulators.world.goods import BILINGUAL
from shoprelay_simulators.world.people import Person, jordanian_person

if TYPE_CHECKING:
    from shoprelay_simulators.shopgo.shop import ShopGoShop

METHODS = ("cash_on_delivery", "cash_on_delivery", "credit_card", "bank_transfer", "other")


def address(person: Person) -> Json:
    return {
        "name": person.name,
        "city": person.city,
        "email": person.email,
        "country": person.country,
        "postcode": person.postcode,
        "telephone": person.phone,
        "line1": person.street,
        "line2": person.extra,
        "lng": None,
        "lat": None,
    }


def order(shop: "ShopGoShop", created: datetime) -> Order:
    rng = shop.rng
    shop.counter += 1
    person = jordanian_person(rng, shop.counter)
    shipping = address(person if chance(rng, 70) else jordanian_person(rng, shop.counter))
    buyer = {"ip": f"192.0.2.{rng.randint(1, 254)}", "name": person.name, "email": person.email, "phone": person.phone}
    row = Order(
        f"R{1600000000 + shop.counter * 37}",
        created,
        dict(buyer),
        address(person),
        shipping,
        rng.choice(METHODS),
        rng.choice(("en", "en", "ar")),
        _purchases(shop),
        rng.choice((Decimal("0.00"), Decimal("2.00"), Decimal("3.50"))),
    )
    row.discount = Decimal("0.50") if chance(rng, 30) else Decimal(0)
    target = created + timedelta(days=3)
    parcels = 2 if chance(rng, 10) else 1
    row.shipments = [Shipment(f"{shop.counter}{n}", "ready", created, "matrix-rate", target) for n in range(parcels)]
    if row.payment_method == "credit_card":
        row.payments.append(Payment(row.total, "credit_card", created, {"reference": f"ch_{rng.getrandbits(40):010x}"}))
    return row


def _purchases(shop: "ShopGoShop") -> list[Purchase]:
    chosen = shop.rng.sample(BILINGUAL, k=shop.rng.randint(1, 3))
    return [
        Purchase(
            sku,
            {"en": english, "ar": arabic},
            f"https://cdn.example/catalog/{sku or 'plain'}.jpg",
            shop.rng.randint(1, 4),
            Decimal(price),
        )
        for english, arabic, sku, price in chosen
    ]
