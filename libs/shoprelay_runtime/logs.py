"""Structured logs on stderr: JSON lines, or readable ones on a terminal. Never a secret, never personal data.

Callers log ids, counts and error classes; payloads, headers and settings stay out.
"""

import logging
import sys

import structlog


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
    logging.basicConfig(level=max(number, logging.WARNING), stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")


def logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger that names its module."""
    made: structlog.typing.FilteringBoundLogger = structlog.get_logger(module=name)
    return made
