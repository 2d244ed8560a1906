"""A connection to MongoDB, where it needs none."""

import threading
import time

import pytest

from shoprelay_runtime.store import Store


def test_a_server_that_hangs_does_not_hold_who_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    store, hangs, closed = Store("mongodb://127.0.0.1:1", "control"), threading.Event(), threading.Event()
    really = store._client.close

    def close() -> None:
        hangs.wait(30)
        really()
        closed.set()

    monkeypatch.setattr(store, "_client", type("Client", (), {"close": staticmethod(close)}))
    began = time.monotonic()
    store.close()
    assert time.monotonic() - began < 5
    hangs.set()
    assert closed.wait(30)
