"""Invented shoppers: Danish and their neighbours, and Jordanian."""

import random
from dataclasses import dataclass

from shoprelay_simulators.world.chance import chance

DANISH_FIRST = (
    "Søren", "Bjørk", "Åse", "Mads", "Freja", "Ida", "Jens Ole", "Nikolaj", "Asta", "Villads", "Ærenfryd", "Liv",
)  # fmt: skip
DANISH_LAST = (
    "Ødegaard", "Krogh", "Bækgaard", "Åkjær", "Holm-Nielsen", "Thorup", "O'Shea", "Skov", "Dahl", "Juul", "Vang",
)  # fmt: skip
COMPANIES = ("", "", "", "", "Smed & Søn ApS", "Kaffebar 'Hjørnet'", "Lys + Lyd I/S", "Müller <Handel> GmbH")
PLACES = (
    ("DK", "Aarhus C", "8000", ("Mejlgade", "Nørre Allé", "Ryesgade")),
    ("DK", "København K", "1260", ("Bredgade", "Store Strandstræde")),
    ("DK", "Rønne", "3700", ("Lille Torv", "Snellemark")),
    ("DK", "Ærøskøbing", "5970", ("Vestergade",)),
    ("SE", "Malmö", "211 42", ("Östergatan", "Gröna gränd")),
    ("DE", "Köln", "50667", ("Domstraße", "Am Hof")),
    ("NO", "Tromsø", "9008", ("Storgata",)),
)
JORDAN_FIRST = (("Layla", "ليلى"), ("Omar", "عمر"), ("Rania", "رانيا"), ("Yazan", "يزن"), ("Hala", "هلا"))
JORDAN_LAST = (("Haddad", "حداد"), ("Khoury", "خوري"), ("Nasser", "ناصر"), ("Majali", "المجالي"))
JORDAN_PLACES = (
    ("Amman", "11118", ("Rainbow Street", "Mecca Street", "شارع الجامعة")),
    ("Irbid", "21110", ("University Street",)),
    ("Aqaba", "77110", ("King Hussein Street",)),
)
PLAIN = str.maketrans({"ø": "o", "å": "aa", "æ": "ae", "Ø": "o", "Å": "aa", "Æ": "ae", " ": ".", "'": "", "-": "."})


@dataclass(frozen=True)
class Person:
    first: str
    last: str
    company: str
    street: str
    extra: str
    city: str
    postcode: str
    country: str
    email: str
    phone: str

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"


def nordic_person(rng: random.Random, number: int) -> Person:
    """`number` makes the e-mail address unique."""
    first, last = rng.choice(DANISH_FIRST), rng.choice(DANISH_LAST)
    country, city, postcode, streets = rng.choice(PLACES)
    return Person(
        first,
        last,
        rng.choice(COMPANIES),
        f"{rng.choice(streets)} {rng.randint(1, 140)}{rng.choice(('', '', ' B', ', 2. tv'))}",
        rng.choice(("", "", "", "c/o Østergård")),
        city,
        postcode,
        country,
        f"{first}.{last}.{number}@kunde.example".translate(PLAIN).lower(),
        f"+45 {rng.randint(20, 99)} {rng.randint(10, 99)} {rng.randint(10, 99)} {rng.randint(10, 99)}",
    )


def jordanian_person(rng: random.Random, number: int) -> Person:
    """Some names are written in Arabic; some shoppers give no e-mail address."""
    script = rng.choice((0, 0, 1))
    first, last = rng.choice(JORDAN_FIRST), rng.choice(JORDAN_LAST)
    city, postcode, streets = rng.choice(JORDAN_PLACES)
    email = f"{first[0]}.{last[0]}.{number}@shopper.example".lower() if chance(rng, 70) else ""
    street = f"{rng.choice(streets)} {rng.randint(1, 90)}"
    phone = f"+9627{rng.randint(70000000, 99999999)}"
    return Person(first[script], last[script], "", street, "", city, postcode, "JO", email, phone)
