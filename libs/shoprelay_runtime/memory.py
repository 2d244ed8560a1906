"""How a process deals with memory: Python's collector of cycles, and the C library's allocator."""

import contextlib
import ctypes
import gc
import sys
from typing import Final

_ARENA_MAX: Final = -8
"""Of glibc's malloc.h."""


def collect_seldom() -> None:
    """A batch allocates objects by the thousand, and nearly all of them go without the collector of cycles: a fifth of the
    normalizer's time went into looking for the few that do not. What was loaded until now stays, and is looked at no more.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def share_one_heap() -> None:
    """Have glibc keep one heap for all threads; nothing elsewhere.

    Each thread of the MongoDB driver would have one of its own, and give nothing back: a tenth of a busy normalizer's memory.
    """
    if not sys.platform.startswith("linux"):
        return
    with contextlib.suppress(AttributeError):  # musl has one heap anyway
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
