"""What the cap on dead letters takes for a broken mapping, and what for a broken shop."""

from collections.abc import Iterable

import pytest

from services.normalizer.cap import Outcome, Run, TooManyRejected, run_of

MOST = 10
ORDERS = "plain/orders"


def bad(shop: str, times: int = 1, mapping: str = ORDERS) -> list[Outcome]:
    return [Outcome(mapping, shop, accepted=False, reason="expected a number")] * times


def good(shop: str, mapping: str = ORDERS) -> list[Outcome]:
    return [Outcome(mapping, shop, accepted=True)]


def after(*parts: Iterable[Outcome]) -> Run:
    """Each part is a batch; between two the run goes through the journal."""
    run = Run()
    for part in parts:
        run = run_of(run.after(part, MOST).row())
    return run


def test_a_mapping_that_fails_for_every_shop_is_broken() -> None:
    after([*bad("a", 5), *bad("b", 4)])
    with pytest.raises(TooManyRejected, match=r"plain/orders: the last 10 records, of 2 webshops, .* expected a number"):
        after(bad("a", 5), bad("b", 4), bad("b"))


def test_many_shops_with_a_record_each_are_as_telling() -> None:
    after(*[bad(str(number)) for number in range(9)])
    with pytest.raises(TooManyRejected, match="of 10 webshops"):
        after(*[bad(str(number)) for number in range(10)])


def test_an_accepted_record_of_the_mapping_ends_the_run() -> None:
    after(bad("a", 5), bad("b", 4), good("c"), bad("a", 5), bad("b", 4))


def test_what_other_mappings_accept_proves_nothing() -> None:
    with pytest.raises(TooManyRejected):
        after(bad("a", 5), good("c", "plain/products"), bad("b", 4), good("c", "other/orders"), bad("b"))


def test_a_shop_that_sends_garbage_stops_nobody_else() -> None:
    run = after(good("b", "plain/products"), bad("a", 1000), bad("b", 4))
    assert run.rejected == {ORDERS: {"a": 1000, "b": 4}}


def test_a_shop_that_has_the_partition_to_itself_is_stopped_at_ten_times_the_cap() -> None:
    after(good("a"), bad("a", 99))
    with pytest.raises(TooManyRejected, match="of the only webshop here"):
        after(good("a"), bad("a", 99), bad("a"))


def test_it_goes_on_when_another_shop_of_its_partition_is_served() -> None:
    after(good("a"), bad("a", 99), [*bad("a", 10), *good("b", "plain/products")])


@pytest.mark.parametrize("most", [2, 3])
def test_the_smallest_caps_need_two_shops(most: int) -> None:
    Run().after([*good("b"), *bad("a", 50)], most)
    with pytest.raises(TooManyRejected):
        Run().after([*bad("a", most - 1), *bad("b")], most)
