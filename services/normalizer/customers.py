"""Customers have two keys: the shop's id and the e-mail. The first one seen makes the `_id`; every further key leads to it.

An e-mail belongs to the first account that is seen with it. Another account with the same e-mail is a customer of its own.
"""

from collections.abc import Iterable
from typing import NamedTuple

from bson import ObjectId

from services.normalizer.observations import Known, Observation

Key = tuple[ObjectId, ObjectId]


class Alias(NamedTuple):
    """Where a key leads. `account`: the id computed from the shop's own id of the account that has claimed this e-mail."""

    customer: ObjectId
    webshop: ObjectId
    account: ObjectId | None = None


def keys_of(observations: Iterable[Observation]) -> set[Key]:
    """(project, id computed from a key) of every customer that the observations name."""
    found: set[Key] = set()
    for observation in observations:
        project = observation.shop.project.id
        found.update((project, key) for key in observation.keys)
        if _customer_of(observation):
            found.add((project, _customer_of(observation)))  # type: ignore[arg-type]
    return found


def _customer_of(observation: Observation) -> ObjectId | None:
    return (observation.values or {}).get("customer_id") if observation.collection == "orders" else None


def resolve(observations: list[Observation], known: Known) -> dict[Key, Alias]:
    """Point customers and the orders that name them at the customer's `_id`; gives the alias rows to add."""
    added: dict[Key, Alias] = {}
    for observation in observations:
        if observation.keys:
            _resolve_customer(observation, known, added)
    for observation in observations:
        customer = _customer_of(observation)
        if customer is not None and observation.values is not None:
            observation.values["customer_id"] = known.customers.get((observation.shop.project.id, customer), customer)
    return added


def _resolve_customer(observation: Observation, known: Known, added: dict[Key, Alias]) -> None:
    project, own = observation.shop.project.id, observation.keys[0]
    emails = [(project, key) for key in observation.keys[1:]]
    free = [key for key in emails if known.accounts.get(key, own) == own]
    observation.id = next((known.customers[key] for key in ((project, own), *free) if key in known.customers), observation.id)
    if observation.values is None:
        return  # a deletion claims no key
    for key in ((project, own), *free):
        before = known.customers.get(key), known.accounts.get(key)
        if known.customers.setdefault(key, observation.id) == observation.id and key in emails:
            known.accounts[key] = own
        if before != (known.customers[key], known.accounts.get(key)):
            added[key] = Alias(known.customers[key], observation.shop.webshop_id, known.accounts.get(key))
