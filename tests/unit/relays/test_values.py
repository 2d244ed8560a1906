"""Numbers as platforms write them: exact until they stand in a document, and none that a document cannot hold."""

import math
from decimal import Decimal

import pytest

from shoprelay_relays import values
from shoprelay_relays.errors import PayloadInvalid


@pytest.mark.parametrize("number", ["1e400", "1e9999999", "-1e9999999", "NaN", "Infinity"])
def test_a_number_that_no_document_can_hold_is_refused(number: str) -> None:
    with pytest.raises(PayloadInvalid, match="expected a finite number"):
        values.decimal(number, "total")
    with pytest.raises(PayloadInvalid, match="expected a finite number"):
        values.integer(number, "quantity")


def test_a_zero_carries_no_sign() -> None:
    assert math.copysign(1, values.as_float(-Decimal("0.00")) or 0.0) == 1


@pytest.mark.parametrize("text", ["199.95", "0.1", "-12.5", "1e-7"])
def test_a_number_reads_back_as_it_was_written(text: str) -> None:
    assert Decimal(str(values.as_float(values.decimal(text, "total")))) == Decimal(text)
