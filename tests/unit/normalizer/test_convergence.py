"""Whatever order observations arrive in, the documents end the same: as the shop is."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from shoprelay_runtime.codec import to_json
from shoprelay_schema.raw import RawRecord, Via
from tests.unit.normalizer.memory import Memory, at, gone, listed_as_deleted, pushed, record

LAST, NOW = 20, 100


@dataclass(frozen=True)
class State:
    """An order in its shop at one moment. `there`: it is not deleted."""

    there: bool
    version: str
    price: int
    lines: tuple[str, ...]
    refunds: tuple[str, ...]


@dataclass
class Shop:
    """An order's states by second; `versions`: whether the platform tells a modified time."""

    number: str
    states: list[State]
    versions: bool
    records: list[RawRecord] = field(default_factory=list)

    def at(self, second: int) -> State:
        return self.states[min(second, len(self.states) - 1)]

    def order(self, second: int) -> dict[str, Any]:
        """The order's payload; a trashed one says that it is gone."""
        state = self.at(second)
        version = state.version if self.versions else ""
        if not state.there:
            return {"id": self.number, "version": version, "gone": [["orders", self.number, "trashed"]]}
        head = {
            "collection": "orders",
            "key": self.number,
            "values": {"order_number": self.number, "price": float(state.price), "email": f"{self.number}@example.com"},
            "owns": {
                "order_lines": [f"{self.number}/{sku}" for sku in state.lines],
                "credit_notes": [f"{self.number}/{r}" for r in state.refunds],
            },
        }
        # An order tells of these in passing; where there are no versions, always the same.
        method = {
            "collection": "payment_methods",
            "key": "card",
            "derived": True,
            "values": {"remote_id": "card", "name": f"Card {version}"},
        }
        buyer = {
            "collection": "customers",
            "key": f"email:{self.number}",
            "derived": True,
            "values": {"email": f"{self.number}@example.com", "group": version},
        }
        lines = [self._line(sku, state) for sku in state.lines]
        return {"id": self.number, "version": version, "parts": [*lines, head, method, buyer, *map(self._stub, state.refunds)]}

    def _line(self, sku: str, state: State) -> dict[str, Any]:
        values = {"order_number": self.number, "variant_sku": sku, "quantity": state.price, "remote_id": sku}
        return {"collection": "order_lines", "key": f"{self.number}/{sku}", "values": values}

    def _stub(self, refund: str) -> dict[str, Any]:
        key = f"{self.number}/{refund}"
        return {
            "collection": "credit_notes",
            "key": key,
            "derived": True,
            "values": {"order_number": self.number, "remote_id": refund},
            "follow_up": ["refunds", key],
        }

    def deleted(self, second: int) -> str:
        """What the platform's list of deletions says of when, if it says it."""
        return self.at(second).version if self.versions else ""

    def read(self, second: int, asked: float) -> RawRecord:
        """The answer to a direct read of the order."""
        if not self.at(second).there:
            return gone(self.number, asked)
        return record(self.order(second), asked, via=Via.READ)

    def refund(self, refund: str, second: int, asked: float) -> RawRecord:
        """The answer to a direct read of a refund."""
        key, state = f"{self.number}/{refund}", self.at(second)
        if not state.there or refund not in state.refunds:
            # The natural key of a refund is its whole remote id here.
            return record({"gone": [["credit_notes", key, "404"]]}, asked, via=Via.READ, resource="refunds", remote_id=key)
        values = {"order_number": self.number, "remote_id": refund, "amount": 5.0}
        version = at(0).isoformat() if self.versions else ""
        body = {"version": version, "parts": [{"collection": "credit_notes", "key": key, "values": values}]}
        return record(body, asked, via=Via.READ, resource="refunds", remote_id=key)


@st.composite
def shops(draw: st.DrawFn, number: str, *, versions: bool) -> Shop:
    """A history of edits, deletions and restorations, and what was seen of it: enough to know how it ends, in the end."""
    states: list[State] = []
    version, there, refunds = "", True, ("r1",)
    for second in range(draw(st.integers(1, 6))):
        before, there = there, draw(st.sampled_from((True, True, True, False)))
        # An edit may leave the modified time alone; a deletion and a restoration move it.
        if second == 0 or before != there or draw(st.booleans()):
            version = at(second + int(number) / 1000).isoformat()
        refunds = draw(st.sampled_from((refunds, (), ("r1",) if "r1" in refunds else ())))
        lines = draw(st.sampled_from((("A",), ("A", "B"), ("B",), ())))
        states.append(State(there, version, draw(st.integers(1, 3)), lines, refunds))
    shop = Shop(number, states, versions)
    # A refund's own read may not overlap with a slow answer about its order: see what is not promised.
    kinds, slowest = draw(st.sampled_from((("prwd", 2), ("prwdf", 0))))
    look = st.tuples(st.sampled_from(kinds), st.integers(0, 6), st.integers(0, slowest), st.integers(0, 25))
    looks = draw(st.lists(look, max_size=7))
    for i, (kind, second, later, delay) in enumerate(looks):
        moment = 0.01 * i + 0.1 * int(number)  # no two looks in one millisecond
        _look(shop, kind, second, later, delay, moment)
    shop.records.append(shop.read(LAST, LAST))
    return shop


def _look(shop: Shop, kind: str, second: int, later: int, delay: int, moment: float) -> None:
    """One observation: a poll or read is answered later than it was asked, a webhook arrives later than it was sent."""
    there = shop.at(second + later).there
    if kind == "p" and there:
        shop.records.append(record(shop.order(second + later), second + moment))
    elif kind == "r":
        shop.records.append(shop.read(second + later, second + moment))
    elif kind == "w":
        shop.records.append(pushed(shop.order(second), second + delay + moment))
    elif kind == "d" and not shop.at(second).there:
        shop.records.append(listed_as_deleted(shop.number, second + later + moment, version=shop.deleted(second)))
    elif kind == "f" and there and shop.at(second + later).refunds:
        shop.records.append(record(shop.order(second + later), second + moment))
        shop.records.append(shop.refund("r1", second + later, second + later + moment + 0.001))


def run(shops: Sequence[Shop], order: Sequence[RawRecord], cuts: Sequence[int], field_at: int) -> Memory:
    """Normalize in this order and these batches, then answer every direct read that was asked for with how the shop is."""
    memory = Memory()
    bounds = [0, *sorted(cuts), len(order)]
    for i, (start, end) in enumerate(itertools.pairwise(bounds)):
        memory.batch(*order[start:end])
        if i == field_at:
            memory.add_field(erp_number="E-1")
        _operators_fields_survive(memory)
    answers = 0
    while asked := sorted(memory.asked()):
        answers += 1
        assert answers < 10, f"asks without end: {asked}"
        memory.batch(*(_answer(shops, resource, remote_id, NOW + answers) for resource, remote_id in asked))
        _operators_fields_survive(memory)
    memory.audit()
    return memory


def _answer(shops: Sequence[Shop], resource: str, remote_id: str, second: float) -> RawRecord:
    number, _, refund = remote_id.partition("/")
    shop = next(shop for shop in shops if shop.number == number)
    return shop.refund(refund, NOW, second) if resource == "refunds" else shop.read(NOW, second)


def _operators_fields_survive(memory: Memory) -> None:
    """A field that the operator added is there as long as the document is."""
    for before, after in zip(memory.changes, memory.changes[1:], strict=False):
        if (before.collection, before.id, after.kind) == (after.collection, after.id, "updated"):
            assert after.body.get("erp_number") == before.body.get("erp_number", after.body.get("erp_number"))


def ends(memory: Memory) -> dict[str, list[Any]]:
    """The documents without the stamps of the observation that they were last seen by; null and absent are one."""
    found: dict[str, list[Any]] = {}
    for _, collection, _id in memory.known.documents:
        found[collection] = [_plain(row) for row in memory.documents(collection)]
    return found


def _plain(row: dict[str, Any]) -> Any:
    kept = {"version": row["source"]["version"], "owns": row["source"].get("owns")}
    hidden = ("updated_at", "webshop_id", "company_id", "_id", "erp_number")
    return to_json({**{n: v for n, v in row.items() if v is not None and n not in hidden}, "source": kept})


def truth(shops: Sequence[Shop]) -> tuple[set[str], set[str], set[str], dict[str, float]]:
    """The orders, lines, refunds and prices that the shops have now."""
    there = [(shop, shop.at(NOW)) for shop in shops if shop.at(NOW).there]
    return (
        {shop.number for shop, _ in there},
        {f"{shop.number}/{sku}/{state.price}" for shop, state in there for sku in state.lines},
        {f"{shop.number}/{refund}/5.0" for shop, state in there for refund in state.refunds},
        {shop.number: float(state.price) for shop, state in there},
    )


def stored(memory: Memory) -> tuple[set[str], set[str], set[str], dict[str, float]]:
    orders = memory.documents("orders")
    return (
        {o["order_number"] for o in orders},
        {f"{x['order_number']}/{x['variant_sku']}/{x['quantity']}" for x in memory.documents("order_lines")},
        {f"{x['order_number']}/{x['remote_id']}/{x.get('amount')}" for x in memory.documents("credit_notes")},
        {o["order_number"]: o["price"] for o in orders},
    )


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data(), versions=st.booleans())
def test_any_order_any_repetition_and_any_batches_end_as_the_shop_is(data: st.DataObject, *, versions: bool) -> None:
    """Two orders with lines and refunds are edited, deleted and restored; polls, direct reads, webhooks and the
    platform's list of deletions saw parts of that.

    Each order was read once after its last change: a change that nothing looked at cannot be known. Everything else is free:
    reads that were answered late, webhooks that arrive after anything, edits that do not move the modified time, platforms
    without versions; any permutation, repetitions, any cut into batches. In the end, and once the direct reads that were asked
    for are answered, the documents are what the shop has, in two arbitrary runs alike.

    What is not promised, because nothing in the observations decides it: two different contents read in one millisecond at one
    version; a refund that was read by itself
    while an answer about its order was under way that has it no more. Records of one resource name the same attributes, a
    direct one all of those that a derived one names. `closed_at`, stock movements, customers' `_id` and whether an order in an
    ignored status was stored before it got there tell of the way there; they are tested on their own.
    """
    all_shops = [data.draw(shops("1", versions=versions)), data.draw(shops("2", versions=versions))]
    records = [r for shop in all_shops for r in shop.records]
    runs = [run(all_shops, *data.draw(arrivals(records))) for _ in range(2)]
    for memory in runs:
        note(str([(c.collection, c.kind, str(c.id)[:4]) for c in memory.changes]))
        assert stored(memory) == truth(all_shops)
    methods = [[m["name"] for m in memory.documents("payment_methods")] for memory in runs]
    assert methods[0] == methods[1]
    assert all(len(memory.documents("customers")) <= len(all_shops) for memory in runs)


@st.composite
def arrivals(draw: st.DrawFn, records: Sequence[RawRecord]) -> tuple[list[RawRecord], list[int], int]:
    """An order of arrival with repetitions, where it is cut into batches, and when the operator adds a field."""
    again = draw(st.lists(st.sampled_from(records), max_size=4))
    order = draw(st.permutations([*records, *again]))
    return order, draw(st.lists(st.integers(0, len(order)), max_size=6)), draw(st.integers(0, 3))
