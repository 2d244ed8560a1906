"""The least that stands between two topics: `python -m bench.echo --port 8090`, a baseline for the normalizer.

Whatever arrives on the live lane goes on to the orders' topic as it is, one transaction for each fetch, with its offsets.
"""

import argparse
import asyncio
import signal

import uvloop
from aiokafka.structs import OffsetAndMetadata

from shoprelay_runtime import bus
from shoprelay_runtime.health import Health
from shoprelay_runtime.health_http import health_server
from shoprelay_runtime.settings import Settings
from shoprelay_schema.topics import DOCUMENTS, RAW_LIVE

_GROUP = "bench-echo"


async def echo(port: int) -> None:
    """Until SIGTERM."""
    settings, health = Settings(), Health("echo", port)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, health.stopping.set)
    consumer = await bus.consumer(settings, "echo", settings.named(RAW_LIVE.name), group=settings.named(_GROUP))
    producer = await bus.producer(settings, "echo", transactional_id=settings.named("echo"), linger_ms=0)
    topic = settings.named(DOCUMENTS["orders"].name)
    async with health_server(health, settings.host, port):
        while not health.stopping.is_set():
            fetched = await consumer.getmany(timeout_ms=200)
            if not fetched:
                continue
            async with producer.transaction():
                for record in (record for batch in fetched.values() for record in batch):
                    await producer.send(topic, record.value, key=record.key)
                ends = {part: OffsetAndMetadata(batch[-1].offset + 1, "") for part, batch in fetched.items()}
                await producer.send_offsets_to_transaction(ends, settings.named(_GROUP))
    await consumer.stop()
    await producer.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True, help="where it says that it is ready")
    uvloop.run(echo(parser.parse_args().port))


if __name__ == "__main__":
    main()
