"""Customers have two keys: the shop's id and the e-mail. The first one seen makes the `_id`; every further key leads to it."""

from collections.abc import Iterable

from bson import ObjectId

from services.normalizer.observations import Known, Observation

Key = tuple[ObjectId, ObjectId]


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


def resolve(observations: list[Observation], known: Known) -> dict[Key, ObjectId]:
    """Point customers and the orders that name them at the customer's `_id`; gives the alias rows to add."""
    added: dict[Key, ObjectId] = {}
    for observation in observations:
        if observation.keys:
            _resolve_customer(observation, known, added)
    for observation in observations:
        customer = _customer_of(observation)
        if customer is not None and observation.values is not None:
            observation.values["customer_id"] = known.customers.get((observation.shop.project.id, customer), customer)
    return added


def _resolve_customer(observation: Observation, known: Known, added: dict[Key, ObjectId]) -> None:
    project = observation.shop.project.id
    keys = [(project, key) for key in observation.keys]
    customer = next((known.customers[key] for key in keys if key in known.customers), observation.id)
    observation.id = customer
    if observation.values is None:
        return  # a deletion claims no key
    for key in keys:
        if key not in known.customers:
            known.customers[key] = added[key] = customer
