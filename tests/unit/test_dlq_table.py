"""The table of dead letters on terminals of any width."""

import pytest

from shoprelay_cli.dlq_table import lines

LETTER = {
    "position": "raw.backfill.v1.dlq-11-1234567",
    "at": "2026-03-01 12:00:01",
    "of": "orders/1001",
    "webshop": "65f0a1b2c3d4e5f6a7b8c9d0",
    "type": "raw.record_read.v1",
    "state": "discarded",
    "reason": "lines.0.price: expected a number " + "x" * 100,
}


@pytest.mark.parametrize(
    ("width", "head"),
    [
        (10_000, "position at of webshop type reason"),
        (140, "position at of webshop reason"),
        (100, "position at of reason"),
        (80, "position at reason"),
    ],
)
def test_what_does_not_fit_is_left_out_and_the_reason_cut(width: int, head: str) -> None:
    first, second = lines([LETTER], width, settled=False)
    assert first.split() == head.split()
    assert max(len(first), len(second)) <= width
    assert second.startswith(LETTER["position"])
    assert "lines.0.price:" in second
    assert second.endswith("…" if width < 10_000 else "x")


def test_settled_letters_have_their_state() -> None:
    assert lines([LETTER], 100, settled=True)[0].split() == ["position", "at", "state", "reason"]


def test_a_terminal_that_is_too_narrow_for_anything_shows_the_position_whole() -> None:
    assert lines([LETTER], 20, settled=False)[1].startswith(LETTER["position"])
