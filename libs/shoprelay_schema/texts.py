"""JSON texts that are kept for a while."""


def fitted(text: bytes) -> bytes:
    """The same text in no more memory than it needs.

    orjson leaves a text the memory that it wrote into: 8 KB for 1.5 KB. That was a quarter of a busy normalizer's memory.
    """
    return bytes(memoryview(text))
