"""Dead letters: what was at fault is there, each time it was tried, and nothing else is."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from tests.chaos.evidence import Raw, Told
from tests.chaos.promises import Promise, body_hash


def dead_letters(raw: Sequence[Raw], letters: Sequence[Told], operator: Mapping[str, Any]) -> Promise:
    """`operator`: {wrong: hashes of bodies that nothing can read, blocked: [{webshop, customer}] of whom there was another}."""
    promise = Promise("dead letters: every record that was at fault each time it was tried, and no other")
    places = Counter(letter.headers["dlq_position"] for letter in letters)
    wrong = set(operator["wrong"])
    for place, count in places.items():
        promise.expect(count == 1, f"{place} is {count} dead letters")
    for record in raw:
        there = record.told.place in places
        if body_hash(record) in wrong:
            promise.expect(there, f"{record.told.place} cannot be read and is no dead letter")
        elif there:
            promise.expect(_blocked(record, operator["blocked"]), f"{record.told.place} ({record.ce_subject}) is a dead letter")
    known = {record.told.place for record in raw}
    promise.expect(places.keys() <= known, f"dead letters of what is no raw record: {sorted(places.keys() - known)[:3]}")
    tries = Counter(record.told.headers["retry_of"] for record in raw if "retry_of" in record.told.headers)
    for letter, count in tries.items():
        promise.expect(count == 1, f"the dead letter {letter} was put back {count} times")
    return promise


def _blocked(record: Raw, blocked: Sequence[Mapping[str, Any]]) -> bool:
    """Whether it speaks of a customer whose place was taken."""
    body = orjson.loads(record.body) if record.body.startswith(b"{") else {}
    named = {str(body.get("customer_id"))} | ({str(body.get("id"))} if "first_name" in body else set())
    return any(each["webshop"] == record.webshop and each["customer"] in named for each in blocked)
