"""What the cap on dead letters takes for a broken mapping, and what for a broken shop."""

from collections.abc import Iterable
from itertools import chain

import pytest

from services.normalizer.cap import Limits, Outcome, Run, TooManyRejected, run_of

LIMITS = Limits(least=10, window=40, share=0.5)
ORDERS = "plain/orders"


def bad(shop: str, times: int = 1, mapping: str = ORDERS) -> list[Outcome]:
    return [Outcome(mapping, shop, accepted=False, reason="expected a number")] * times


def good(shop: str, times: int = 1, mapping: str = ORDERS) -> list[Outcome]:
    return [Outcome(mapping, shop, accepted=True)] * times


def after(*parts: Iterable[Outcome], limits: Limits = LIMITS) -> Run:
    """Each part is a batch; between two the run goes through the journal."""
    run = Run()
    for part in parts:
        run = run_of(run.after(part, limits).row())
    return run


def mixed(accepted: int, rejected: int, times: int) -> list[Outcome]:
    """So many of each in turn, of several shops."""
    shops = "abcdefgh"
    return [
        outcome
        for n in range(times)
        for outcome in (*good(shops[n % 8], accepted), *chain(*(bad(shops[(n + k) % 8]) for k in range(rejected))))
    ]


def test_a_mapping_that_fails_for_every_shop_is_broken() -> None:
    after([*bad("a", 5), *bad("b", 4)])
    with pytest.raises(
        TooManyRejected, match=r"plain/orders: 10 of the last 10 records that count, of 2 webshops, .* expected a number"
    ):
        after(bad("a", 5), bad("b", 4), bad("b"))


def test_many_shops_with_a_record_each_are_as_telling() -> None:
    after(*[bad(str(number)) for number in range(9)])
    with pytest.raises(TooManyRejected, match="of 10 webshops"):
        after(*[bad(str(number)) for number in range(10)])


def test_a_mapping_that_worked_stops_when_half_of_the_last_records_are_rejected() -> None:
    well = good("a", 1000)
    broken = list(chain(*zip(*(bad(shop, 20) for shop in "abcdefgh"), strict=True)))
    after(well, broken[:20])
    with pytest.raises(TooManyRejected, match="21 of the last 40 records that count"):
        after(well, broken[:21])


def test_what_fails_more_often_than_not_stops_and_what_fails_less_often_does_not() -> None:
    after(mixed(2, 1, 300))
    after(mixed(1, 1, 300))
    with pytest.raises(TooManyRejected):
        after(mixed(1, 2, 300))


def test_a_share_of_one_lets_everything_through() -> None:
    after(mixed(0, 3, 300), limits=Limits(10, 40, 1.0))


def test_what_other_mappings_accept_proves_nothing() -> None:
    with pytest.raises(TooManyRejected):
        after(bad("a", 5), good("c", 90, "plain/products"), bad("b", 4), good("c", 90, "other/orders"), bad("b"))


def test_a_shop_that_sends_garbage_stops_nobody_else() -> None:
    after(good("b", mapping="plain/products"), bad("a", 1000), bad("b", 4))
    after(*[[*bad("a", 20), *good("b")] for _ in range(100)])


def test_a_flood_of_one_shop_does_not_hide_what_the_others_say() -> None:
    with pytest.raises(TooManyRejected, match="of 6 webshops"):
        after(*[[*bad("a", 1000), *bad(str(number))] for number in range(5)])


def test_a_shop_that_has_the_partition_to_itself_is_stopped_at_ten_times_the_cap() -> None:
    after(good("a"), bad("a", 99))
    with pytest.raises(TooManyRejected, match="of the only webshop here"):
        after(good("a"), bad("a", 99), bad("a"))
    with pytest.raises(TooManyRejected, match="of the only webshop here"):
        after(*[[*bad("a", 3), *good("a")]] * 50)


def let_through(history: Iterable[Outcome], flood: Iterable[Outcome], limits: Limits) -> int:
    """How many of a flood become dead letters before the cap, a record at a time, as worker.py does at the end."""
    run = Run().after(history, limits)
    for number, outcome in enumerate(flood):
        try:
            run = run.after([outcome], limits)
        except TooManyRejected:
            return number
    raise AssertionError("nothing stopped it")


def test_how_many_dead_letters_there_are_before_it_stops_with_the_presets() -> None:
    """The figures of docs/guides/dead-letters.md."""
    many, alone = [outcome for n in range(5000) for outcome in bad(str(n % 8))], bad("0", 5000)
    worked = [outcome for n in range(4000) for outcome in good(str(n % 8))]
    assert let_through([], many, Limits()) == 49
    assert let_through(worked, many, Limits()) == 100
    assert let_through([], alone, Limits()) == 499
    assert max(let_through(good("0", times), alone, Limits()) for times in range(0, 8001, 500)) == 2000


def test_it_goes_on_when_another_shop_of_its_partition_is_served() -> None:
    after(good("a"), bad("a", 99), [*bad("a", 10), *good("b", mapping="plain/products")])


def test_a_neighbour_counts_however_long_it_is_silent_until_it_is_destroyed() -> None:
    silent = after([*good("b"), *bad("b")], [*good("a"), *bad("a", 5000)])
    alone = run_of(silent.without({"b"}).row())
    with pytest.raises(TooManyRejected, match="of the only webshop here"):
        alone.after(bad("a"), LIMITS)
    silent.after(bad("a", 5000), LIMITS)
    silent.without({"c"}).after(bad("a", 5000), LIMITS)


@pytest.mark.parametrize("least", [2, 3])
def test_the_smallest_caps_need_two_shops(least: int) -> None:
    limits = Limits(least, 40, 0.5)
    Run().after([*good("b"), *bad("a", 50)], limits)
    with pytest.raises(TooManyRejected):
        Run().after([*bad("a", least - 1), *bad("b", 2)], limits)


def test_what_the_journal_keeps_is_bounded() -> None:
    row = after(*[mixed(3, 1, 100)] * 5).row()
    assert sum(count for _, _, count in row["windows"][0][1]) == LIMITS.window
