"""What is kept for a while takes about as much memory as it is long."""

import tracemalloc

from shoprelay_relays.spec import Record

ITEM = {f"name{number}": "x" * 20 for number in range(45)}


def test_a_record_holds_no_more_memory_than_its_text() -> None:
    tracemalloc.start()
    try:
        kept = [Record.of("orders", str(number), ITEM) for number in range(200)]
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < 1.3 * sum(len(record.body) for record in kept)
