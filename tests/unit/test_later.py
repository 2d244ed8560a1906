"""Work in the background ends with its process."""

import asyncio
import contextlib

from services.shop_api.later import Later


async def test_work_that_swallows_a_cancellation_does_not_hold_the_stop() -> None:
    later, begun = Later(), asyncio.Event()

    async def deaf() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            begun.set()
            await asyncio.Event().wait()
        await asyncio.Event().wait()

    later.start("deaf", deaf())
    await begun.wait()
    async with asyncio.timeout(30):
        await later.close()


async def test_the_same_work_is_begun_once_at_a_time() -> None:
    later, begun = Later(), list[str]()

    async def work(name: str) -> None:
        begun.append(name)
        await asyncio.Event().wait()

    later.start("one", work("first"))
    later.start("one", work("second"))
    await asyncio.sleep(0)
    await later.close()
    assert begun == ["first"]
