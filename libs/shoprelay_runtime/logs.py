"""Structured logs on stderr: JSON lines, or readable ones on a terminal. Never a secret, never personal data.

Callers log ids, counts and error classes; payloads, headers and settings stay out.
"""

import logging
import sys
import time
from typing import Final

import structlog

_SILENT_SECONDS: Final = 10.0


def configure(service: str, level: str) -> None:
    """Set up logging for the process; other libraries' warnings come out in the same form."""
    number = getattr(logging, level.upper())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper("iso"),
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    structlog.contextvars.bind_contextvars(service=service)
    others = logging.StreamHandler(sys.stderr)
    others.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name, structlog.processors.format_exc_info],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    others.addFilter(_Seldom())
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[others], force=True)


class _Seldom(logging.Filter):
    """Lets a message through once in ten seconds: aiokafka says 25 times a second that a broker is away."""

    def __init__(self) -> None:
        super().__init__()
        self._until: dict[object, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        what = (record.name, record.msg)
        present = time.monotonic()
        if self._until.get(what, 0.0) > present:
            return False
        self._until[what] = present + _SILENT_SECONDS
        return True


def logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger that names its module."""
    made: structlog.typing.FilteringBoundLogger = structlog.get_logger(module=name)
    return made
