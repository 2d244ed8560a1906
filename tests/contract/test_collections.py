"""The models against the public contract's tables: every difference is listed, and every listed difference is real."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from shoprelay_schema.documents import COLLECTIONS, SHOP_COLLECTIONS
from shoprelay_schema.documents.base import Attribute, Document, Encryption, Index, attributes
from shoprelay_schema.documents.deviations import DEVIATIONS

TABLES: dict[str, Any] = {
    path.stem: json.loads(path.read_text()) for path in sorted((Path(__file__).parent / "collections").glob("*.json"))
}
ENCRYPTED = {
    None: "",
    Encryption.RANDOMIZED: ", encrypted",
    Encryption.DETERMINISTIC: ", encrypted",
    Encryption.VALUES: ", values encrypted",
}
Described = dict[str, str]


def contract(collection: str) -> Described:
    """What the contract says of a collection, one line for each attribute and index."""
    table = TABLES[collection]
    lines = {
        f"attribute {name}": told["type"] + (", encrypted" if told["encrypted"] else "")
        for name, told in table["attributes"].items()
    }
    for index in table["indexes"]:
        subject = keys(index["keys"].items())
        lines[subject] = kind(unique=index["unique"], sparse=index["sparse"], name=index["name"])
    return lines


def ours(model: type[Document]) -> Described:
    lines = {f"attribute {told.name}": told.type + ENCRYPTED[told.encryption] for told in attributes(model).values()}
    for index in model.indexes:
        lines[keys(index.keys)] = kind(index.unique, index.sparse, index.name, index.present)
    return lines


def keys(pairs: Any) -> str:
    return "index " + ",".join(("-" if direction < 0 else "") + name for name, direction in pairs)


def kind(unique: bool, sparse: bool, name: str | None, present: str | None = None) -> str:
    traits = [
        "unique" if unique else "plain",
        "sparse" if sparse else "",
        f"named {name}" if name else "",
        f"where {present} is present" if present else "",
    ]
    return ", ".join(trait for trait in traits if trait)


def differences(collection: str) -> set[tuple[str, str | None, str | None]]:
    theirs, mine = contract(collection), ours(COLLECTIONS[collection])
    return {
        (subject, theirs.get(subject), mine.get(subject))
        for subject in theirs.keys() | mine.keys()
        if theirs.get(subject) != mine.get(subject)
    }


def listed(collection: str) -> set[tuple[str, str | None, str | None]]:
    return {(d.what, d.contract, d.ours) for d in DEVIATIONS if d.collection == collection}


def test_the_tables_are_complete() -> None:
    assert len(TABLES) == 18
    assert sum(len(table["attributes"]) for table in TABLES.values()) == 458
    assert sum(len(table["indexes"]) for table in TABLES.values()) == 95


def test_there_is_a_model_for_each_collection() -> None:
    assert set(COLLECTIONS) == set(TABLES)
    assert len(SHOP_COLLECTIONS) == 14


@pytest.mark.parametrize("collection", sorted(TABLES))
def test_a_difference_from_the_contract_is_listed(collection: str) -> None:
    unlisted = differences(collection) - listed(collection)
    assert not unlisted, f"{collection} differs; list it in deviations.py with its reason, or undo it"


@pytest.mark.parametrize("collection", sorted(TABLES))
def test_a_listed_deviation_is_real(collection: str) -> None:
    stale = listed(collection) - differences(collection)
    assert not stale, f"{collection} does not differ so; take it off deviations.py"


def test_deviations_have_a_collection_a_reason_and_no_double() -> None:
    assert {d.collection for d in DEVIATIONS} <= set(COLLECTIONS)
    assert all(d.reason for d in DEVIATIONS)
    assert max(Counter((d.collection, d.what) for d in DEVIATIONS).values()) == 1


@pytest.mark.parametrize("collection", sorted(TABLES))
def test_no_index_is_declared_twice(collection: str) -> None:
    indexes = COLLECTIONS[collection].indexes
    assert len({index.keys for index in indexes}) == len(indexes)


@pytest.mark.parametrize("collection", sorted(TABLES))
def test_an_indexed_attribute_exists_and_can_be_found_when_encrypted(collection: str) -> None:
    model = COLLECTIONS[collection]
    for name, told in indexed(model):
        assert told is not None, f"{collection} indexes {name}, which it does not have"
        assert told.encryption in {None, Encryption.DETERMINISTIC}, f"{collection}.{name} cannot be found: it is randomized"


def indexed(model: type[Document]) -> list[tuple[str, Attribute | None]]:
    names = {name for index in model.indexes for name, _ in index.keys}
    return [(name, attributes(model).get(name)) for name in sorted(names | partial(model.indexes))]


def partial(indexes: tuple[Index, ...]) -> set[str]:
    return {index.present for index in indexes if index.present}


@pytest.mark.parametrize("collection", sorted(SHOP_COLLECTIONS))
def test_a_shops_documents_are_never_unique_by_company(collection: str) -> None:
    for index in SHOP_COLLECTIONS[collection].indexes:
        assert not index.unique or index.keys[0][0] == "webshop_id"
