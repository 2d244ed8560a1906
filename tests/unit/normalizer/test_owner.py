"""What a normalizer owns ends when it leaves, whatever the group still gives it."""

from typing import cast

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from services.normalizer.owner import Owner
from services.normalizer.reader import Reader
from services.normalizer.settings import NormalizerSettings
from services.normalizer.worker import Worker


def _refuse(index: int) -> Worker:
    raise AssertionError(f"a worker of partition {index} was begun")


async def test_a_rebalance_that_ends_while_it_leaves_begins_no_worker() -> None:
    nobody = cast(AIOKafkaConsumer, None)
    owner = Owner(_refuse, Reader(NormalizerSettings.model_construct(), nobody, nobody))
    await owner.leave()
    await owner.on_partitions_assigned([TopicPartition("raw.live.v1", 0), TopicPartition("raw.backfill.v1", 0)])
    assert owner.workers == {}
