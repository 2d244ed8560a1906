"""What is said of a record that cannot be stored."""

import pytest
from pydantic import ValidationError

from services.normalizer.observe import rejected
from shoprelay_schema.documents import Order


def test_an_attribute_that_cannot_be_stored_is_named_and_its_value_is_not() -> None:
    with pytest.raises(ValidationError) as raised:
        Order.model_validate({"remote_id": "1", "price": "jane@example.com"})
    why = rejected("raw.live.v1-0-1", raised.value)
    assert why.reason.startswith("Order.price: ")
    assert "jane" not in why.reason + why.detail
