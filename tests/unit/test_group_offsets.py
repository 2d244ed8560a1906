"""A group's offsets are known as soon as the broker has a coordinator for it."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import GroupAuthorizationFailedError, GroupCoordinatorNotAvailableError, KafkaError
from aiokafka.structs import TopicPartition

from shoprelay_runtime.bus import group_offsets

PART = TopicPartition("raw", 0)


class Admin:
    """Answers with these errors first."""

    def __init__(self, *errors: KafkaError) -> None:
        self.errors = list(errors)

    async def list_consumer_group_offsets(self, group: str, partitions: Any = None) -> Any:
        if self.errors:
            raise self.errors.pop(0)
        return {PART: SimpleNamespace(offset=7)}


async def test_a_coordinator_that_is_not_there_yet_is_waited_for() -> None:
    admin: Any = Admin(GroupCoordinatorNotAvailableError(), GroupCoordinatorNotAvailableError())
    assert await group_offsets(admin, "normalizer") == {PART: 7}


async def test_other_trouble_is_told() -> None:
    admin: Any = Admin(GroupAuthorizationFailedError())
    with pytest.raises(GroupAuthorizationFailedError):
        await group_offsets(admin, "normalizer")
