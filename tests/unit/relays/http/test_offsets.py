"""A list that is cut by places gives each row that stays in it once, whatever leaves it or comes meanwhile."""

import random
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.http.asking import Overloaded
from shoprelay_relays.http.offsets import Place, Row, walk

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Shelf:
    """A list of rows that changes before each request; it gives at most `most` rows at once."""

    def __init__(self, count: int, change: Callable[["Shelf"], None] = lambda _shelf: None, most: int = 100) -> None:
        self.ids, self.change, self.most = list(range(count)), change, most
        self.asked: list[tuple[int, int]] = []

    async def fetch(self, offset: int, limit: int) -> tuple[list[Row], datetime]:
        self.asked.append((offset, limit))
        self.change(self)
        return [{"id": one} for one in self.ids[offset : offset + min(limit, self.most)]], NOW


def own(row: Row) -> str:
    return str(row["id"])


async def walked(shelf: Shelf, place: Place) -> list[int]:
    found: list[int] = []
    async for step in walk(shelf.fetch, own, place):
        found += [row["id"] for row in step.rows]
    return found


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 95])
async def test_a_list_at_rest(count: int) -> None:
    assert await walked(Shelf(count), Place(size=10)) == list(range(count))


@pytest.mark.parametrize("seed", range(40))
async def test_what_stays_comes_once_while_rows_leave_and_come_at_either_end(seed: int) -> None:
    chance = random.Random(seed)
    fresh = iter(range(1000, 9999))
    gone: set[int] = set()

    def change(shelf: Shelf) -> None:
        for one in chance.sample(shelf.ids, min(len(shelf.ids), chance.randint(0, 12))):
            shelf.ids.remove(one)
            gone.add(one)
        for _ in range(chance.randint(0, 3)):
            shelf.ids.insert(chance.choice((0, len(shelf.ids))), next(fresh))

    found = await walked(Shelf(200, change), Place(size=10))
    assert len(found) == len(set(found))
    assert set(range(200)) - gone <= set(found)


async def test_it_goes_on_from_a_cursor_though_its_last_rows_have_left() -> None:
    shelf, place, found = Shelf(60), Place(size=10), []
    async for step in walk(shelf.fetch, own, place):
        found += [row["id"] for row in step.rows]
        if len(found) >= 30:
            break
    for one in (29, 28, 3, 4):
        shelf.ids.remove(one)
    resumed = await walked(shelf, Place.read(place.written()))
    assert found + resumed == list(range(60))


async def test_where_nothing_is_left_of_what_was_seen_all_that_is_there_is_told() -> None:
    shelf = Shelf(30)
    assert await walked(shelf, Place(0, 40, ["a", "b"], 10)) == list(range(30))


async def test_a_shop_that_gives_less_than_it_is_asked_for_is_read_to_the_end() -> None:
    assert await walked(Shelf(95, most=7), Place(size=50)) == list(range(95))


async def test_a_short_answer_in_mid_list_does_not_end_it() -> None:
    def change(shelf: Shelf) -> None:
        shelf.most = 7 if len(shelf.asked) == 2 else 10

    assert await walked(Shelf(95, change), Place(size=10)) == list(range(95))


async def test_a_shop_that_passes_over_the_offset_is_in_trouble() -> None:
    async def fetch(_offset: int, limit: int) -> tuple[list[Row], datetime]:
        return [{"id": one} for one in range(min(20, limit))], NOW

    with pytest.raises(ShopTrouble, match="the same again"):
        async for _ in walk(fetch, own, Place()):
            pass


@pytest.mark.parametrize("count", [0, 1, 4, 5, 20])
async def test_a_list_that_grows_with_each_request_ends(count: int) -> None:
    shelf = Shelf(count, lambda now: now.ids.append(len(now.ids)))
    assert set(range(count)) <= set(await walked(shelf, Place(size=10)))
    assert len(shelf.asked) <= count / 9 + 3


async def test_a_shop_that_cannot_bear_a_page_is_asked_for_smaller_ones() -> None:
    shelf = Shelf(30)

    def change(now: Shelf) -> None:
        if now.asked[-1][1] > 12:
            raise Overloaded("504")

    shelf.change = change
    assert await walked(shelf, Place(size=100)) == list(range(30))
    assert [limit for _, limit in shelf.asked][:4] == [100, 50, 25, 12]


async def test_a_shop_that_can_bear_no_page_is_in_trouble() -> None:
    def change(_shelf: Shelf) -> None:
        raise Overloaded("504")

    with pytest.raises(Overloaded):
        await walked(Shelf(30, change), Place())
