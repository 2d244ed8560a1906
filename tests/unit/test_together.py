"""Many small things asked for at once are done in few large ones."""

import asyncio
from dataclasses import dataclass, field

import pytest

from shoprelay_runtime.together import Together


@dataclass
class Doing:
    """Doubles numbers, each time when it is let; 13 fails alone, 0 fails them all."""

    batches: list[list[int]] = field(default_factory=list)
    may: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, numbers: list[int]) -> list[int | Exception]:
        self.batches.append(numbers)
        await self.may.wait()
        if 0 in numbers:
            raise ZeroDivisionError
        return [ValueError("13") if number == 13 else 2 * number for number in numbers]


async def _begun(together: Together[int, int], *numbers: int) -> list[asyncio.Task[list[int]]]:
    tasks = [asyncio.create_task(together.ask(number)) for number in numbers]
    for _ in range(3):
        await asyncio.sleep(0)
    return tasks


async def test_what_is_asked_while_others_are_under_way_goes_together():
    doing = Doing()
    together = Together(doing)
    tasks = await _begun(together, 1) + await _begun(together, 2) + await _begun(together, 3, 4, 5)
    assert doing.batches == [[1]]
    doing.may.set()
    assert [await task for task in tasks] == [[2], [4], [6], [8], [10]]
    assert doing.batches == [[1], [2, 3, 4, 5]]
    assert await together.ask(6, 7) == [12, 14]


async def test_who_asks_for_several_gets_them_in_order_and_no_batch_is_larger_than_it_may_be():
    doing = Doing()
    doing.may.set()
    together = Together(doing, most=3)
    assert await asyncio.gather(together.ask(1, 2), together.ask(3, 4), together.ask(*range(5, 10)), together.ask()) == [
        [2, 4],
        [6, 8],
        [10, 12, 14, 16, 18],
        [],
    ]
    assert [len(batch) for batch in doing.batches] == [2, 2, 5]


async def test_one_that_fails_fails_alone():
    doing = Doing()
    doing.may.set()
    together = Together(doing)
    said = await asyncio.gather(*(together.ask(number) for number in (1, 2, 13, 3)), return_exceptions=True)
    assert said[:2] + said[3:] == [[2], [4], [6]]
    assert isinstance(said[2], ValueError)


async def test_a_command_that_fails_fails_for_all_who_asked_and_the_next_one_works():
    doing = Doing()
    together = Together(doing)
    well = await _begun(together, 1)
    tasks = await _begun(together, 2, 0, 3)
    doing.may.set()
    said = await asyncio.gather(*well, *tasks, return_exceptions=True)
    assert [type(each) for each in said] == [list] + [ZeroDivisionError] * 3
    assert await together.ask(4) == [8]


async def test_who_is_cancelled_before_it_began_asks_for_nothing_and_harms_nobody():
    doing = Doing()
    together = Together(doing)
    (first,) = await _begun(together, 1)
    gone, stays = await _begun(together, 3, 4)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    doing.may.set()
    assert await stays == [8]
    assert await first == [2]
    assert doing.batches == [[1], [4]]


async def test_who_asks_again_the_moment_all_are_done_is_not_forgotten():
    doing = Doing()
    together = Together(doing)

    async def twice(number: int) -> list[int]:
        return await together.ask(number) + await together.ask(number + 10)

    first = asyncio.create_task(twice(1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    second = await _begun(together, 2)
    assert doing.batches == [[1]]
    doing.may.set()
    async with asyncio.timeout(1):
        assert await asyncio.gather(first, *second) == [[2, 22], [4]]


async def test_what_nobody_waits_for_is_joined_by_what_comes_in_its_pause():
    doing = Doing()
    doing.may.set()
    together = Together(doing, pause=0.05)
    first = asyncio.create_task(together.ask(1))
    await asyncio.sleep(0.01)
    assert doing.batches == []
    assert await asyncio.gather(together.ask(2), together.ask(3), first) == [[4], [6], [2]]
    assert doing.batches == [[1, 2, 3]]
    assert await together.ask(4) == [8]
