"""What a replay counts."""

from shoprelay_cli.tally import Tally


def test_a_replay_that_goes_on_keeps_every_count() -> None:
    before = Tally(records=9, replayed=2, dead_letters=3)
    before.unreadable["woocommerce/orders: total: expected a number"] = 4
    before.documents["orders", "updated"] = 2
    after = Tally()
    after.go_on(before.row())
    assert (after.records, after.replayed, after.totals()) == (9, 2, before.totals())
    assert (after.dead_letters, after.unreadable) == (3, before.unreadable)
