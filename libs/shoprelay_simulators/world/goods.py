"""Invented goods, with the names and SKUs that trip importers: entities, quotes, no SKU, one SKU twice."""

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Goods:
    """`sku` may be empty or shared. `options` are the sizes and colours of a variable product."""

    name: str
    sku: str
    price: str
    sizes: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()


SPECIAL = (
    Goods("Strikket sweater Læsø", "SWE-10", "649.00"),
    Goods("Regnfrakke Hirtshals", "FRA-200", "899.00", ("S", "M", "L"), ("Sort", "Rød")),
    Goods("Kop & underkop", "KOP-7", "129.50"),
    Goods("Gavebånd", "", "24.95"),
    Goods('Ramme 12" "Klassisk"', "RAM-12", "199.00"),
    Goods("Pude <uden fyld>", "PUD-1", "89.00"),
    Goods("Kop & underkop (gammel model)", "KOP-7", "99.00"),
    Goods("Postkort", "", "8.00"),
    Goods("Sandal Skærgård", "SAN-5", "349.00", ("38", "39", "40"), ()),
    Goods("Lysestage 🕯 messing", "LYS-3", "275.00"),
)
THINGS = ("Skål", "Vase", "Tæppe", "Håndklæde", "Bakke", "Krus", "Lampe", "Kurv")
STYLES = ("Møn", "Samsø", "Fur", "Anholt", "Mandø", "Endelave")
BILINGUAL = (
    ("Cedar soap bar", "صابون الأرز", "soap-cedar-01", "3.50"),
    ("Embroidered scarf", "شال مطرز", "scarf-emb-02", "18.00"),
    ("Za'atar blend & sumac", "زعتر وسماق", "zaatar-250", "4.75"),
    ("Olive oil 1L", "زيت زيتون", "oil-1000", "9.90"),
    ("Brass coffee pot", "دلة نحاس", "pot-brass", "42.00"),
    ("Gift wrap", "", "", "1.00"),
)


def catalogue(rng: random.Random, count: int) -> list[Goods]:
    """The special ones first, then plain ones up to `count`."""
    goods = list(SPECIAL[:count])
    for number in range(len(goods), count):
        name = f"{rng.choice(THINGS)} {rng.choice(STYLES)}"
        goods.append(Goods(name, f"VAR-{number:04d}", f"{rng.randint(20, 900)}.{rng.choice(('00', '50', '95'))}"))
    return goods
