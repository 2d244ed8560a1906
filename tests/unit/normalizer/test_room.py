"""However batches come and are cut off, no more records than there is room for are worked on, and none waits for ever."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from services.normalizer.room import Room


async def work(room: Room, size: int, held: list[int]) -> None:
    async with room.of(size):
        held.append(size)
        assert sum(held) <= 10
        for _ in range(size % 4):
            await asyncio.sleep(0)
        held.remove(size)


async def rush(sizes: list[int]) -> None:
    room, held = Room(10), list[int]()
    async with asyncio.timeout(5):
        await asyncio.gather(*(work(room, size, held) for size in sizes))
    assert room.free == 10


@given(st.lists(st.integers(1, 10), min_size=1, max_size=30))
def test_never_more_than_there_is_room_for_and_everybody_enters(sizes: list[int]) -> None:
    asyncio.run(rush(sizes))


async def test_one_that_is_larger_than_the_room_enters_alone() -> None:
    room, order = Room(10), []

    async def enter(name: str, size: int) -> None:
        async with room.of(size):
            order.append(f"{name} in")
            await asyncio.sleep(0)
            order.append(f"{name} out")

    await asyncio.gather(enter("small", 1), enter("large", 500), enter("next", 1))
    assert order == ["small in", "small out", "large in", "large out", "next in", "next out"]
    assert room.free == 10


async def test_who_is_cut_off_while_waiting_holds_up_nobody() -> None:
    room = Room(10)
    async with room.of(6):
        large = asyncio.ensure_future(room.of(10).__aenter__())
        small = asyncio.ensure_future(room.of(4).__aenter__())
        await asyncio.sleep(0)
        assert not small.done(), "in the order in which they came"
        large.cancel()
        await asyncio.wait_for(small, 1)


async def test_who_is_cut_off_as_it_enters_gives_its_room_back() -> None:
    room = Room(10)
    async with room.of(10):
        waiting = asyncio.ensure_future(room.of(3).__aenter__())
        await asyncio.sleep(0)
    waiting.cancel()  # let in, and not told yet
    await asyncio.gather(waiting, return_exceptions=True)
    assert room.free == 10
