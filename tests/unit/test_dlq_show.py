"""Where `dlq show` points."""

import pytest

from shoprelay_cli.dlq_show import nearest, path_of, pointed

ORDER = {"id": 7, "lines": [{"price": "1.00"}, {"price": "one", "sku": None}], "tags": []}


@pytest.mark.parametrize("field", ["lines.1.price", "lines[1].price", "/lines/1/price"])
def test_it_points_at_the_field(field: str) -> None:
    lines = pointed(ORDER, field, "expected a number").splitlines()
    (marked,) = [line for line in lines if "<--" in line]
    assert marked == f'      "price": "one",   <-- {field}: expected a number'
    assert "\n".join(line.partition("   <--")[0] for line in lines) == pointed(ORDER, "", "")


def test_it_points_at_what_a_missing_field_is_missing_from() -> None:
    (marked,) = [line for line in pointed(ORDER, "lines.0.tax.rate", "is missing").splitlines() if "<--" in line]
    assert marked == "    {   <-- lines.0.tax.rate: is missing"
    assert nearest(ORDER, path_of("lines.9.price")) == ("lines",)


def test_without_a_field_nothing_is_marked() -> None:
    assert "<--" not in pointed(ORDER, "", "KeyError")
    assert pointed(ORDER, "", "").splitlines()[-2:] == ['  "tags": []', "}"]
