import json

import pytest

from shoprelay_runtime.billing.usage import Malformed, decode

EVENT = {"project": "a" * 24, "company_id": "b" * 24, "webshop_id": "c" * 24, "at": "2024-05-01T10:15:00Z", "pieces": 3}
HEADERS = {"ce_type": "shoprelay.usage.recorded.v1", "ce_id": "batch/1"}


def read(headers=HEADERS, **changes):
    value = {name: v for name, v in (EVENT | changes).items() if v is not None}
    return decode([(name, text.encode()) for name, text in headers.items()], json.dumps(value).encode())


def test_a_valid_event():
    usage = read()
    assert usage.id == "batch/1"
    assert (usage.event.pieces, usage.event.outgoing_requests) == (3, 0)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"company_id": None}, "company_id: Field required"),
        ({"project": "x"}, "project: .*24 hexadecimal"),
        ({"pieces": -1}, "pieces: .*greater than or equal to 0"),
        ({"pieces": 2**50}, "pieces: expected at most"),
        ({"at": "yesterday"}, "at: "),
        ({"at": "2024-05-01T10:15:00"}, "at: .*time zone"),
        ({"at": "2020-05-01T10:15:00Z"}, "at: expected a time after 2022-03-08"),
        ({"surprise": 1}, "surprise: Extra inputs"),
    ],
)
def test_what_is_wrong_is_named(changes, text):
    with pytest.raises(Malformed, match=text) as caught:
        read(**changes)
    assert caught.value.field == next(iter(changes))


def test_headers_are_needed():
    with pytest.raises(Malformed, match="ce_id: expected the event's id"):
        read({"ce_type": HEADERS["ce_type"]})
    with pytest.raises(Malformed, match=r"ce_type: expected shoprelay\.usage\.recorded\.v1, got other"):
        read({"ce_type": "other", "ce_id": "1"})
    with pytest.raises(Malformed, match="ce_id: expected UTF-8"):
        decode([("ce_type", HEADERS["ce_type"].encode()), ("ce_id", b"\xff")], b"{}")


@pytest.mark.parametrize("value", [None, b"", b"{", b"[]", b"\xff"])
def test_a_value_that_is_no_event(value):
    with pytest.raises(Malformed, match=r"^value: "):
        decode([(name, text.encode()) for name, text in HEADERS.items()], value)
