"""How many partitions an installation's topics get."""

import pytest

from shoprelay_runtime.bus import _wanted
from shoprelay_runtime.settings import Settings
from shoprelay_schema.topics import DEAD_LETTERS, RAW_BACKFILL, RAW_LIVE, STATEMENTS, TOPICS


@pytest.mark.parametrize(("partitions", "few"), [(1, 1), (2, 2), (12, 3), (48, 3)])
def test_the_setting_is_for_the_topics_that_carry_the_traffic(partitions: int, few: int) -> None:
    made = {topic.name: topic.num_partitions for topic in _wanted(Settings(partitions=partitions))}
    assert made.keys() == {*(topic.name for topic in TOPICS), *DEAD_LETTERS}
    assert {name for name, number in made.items() if number == few} >= {STATEMENTS.name, *DEAD_LETTERS}
    assert {number for name, number in made.items() if name not in {STATEMENTS.name, *DEAD_LETTERS}} == {partitions}
    assert made[RAW_LIVE.name] == made[RAW_BACKFILL.name], "one owner has both lanes of a shop"
