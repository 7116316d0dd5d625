"""Log lines of long-running processes: one JSON object each, on stderr, without anything about a person.

Lines that one request caused carry its `request_id`, those of what reacts to it the same as `correlation_id`.
"""

import logging
import sys
import threading
import traceback
import warnings
from collections.abc import MutableMapping
from functools import partial
from pathlib import PurePath
from typing import Any

import orjson
import structlog

from deploy.settings import LogFormat, LogLevel

LONGEST_MESSAGE = 200
SAID_BY_US = "kafka.net"
"""Says of every try of every connection that no broker answers, ten lines a second; we say it once for each round."""
GONE_SAID_BY_US = ("kafka.cluster", "Topic %s not found in cluster metadata")
"""Said ten times a second of a topic that is gone; the relay says once which, `throughline info` for as long."""


def configure_log_lines(
    process: str, log_format: LogFormat = LogFormat.JSON, log_level: LogLevel = LogLevel.INFO
) -> None:
    """From now on everything this process logs, the libraries' warnings included, comes out in one shape."""
    as_text = log_format is LogFormat.TEXT
    shape: list[Any] = [
        partial(_of_process, process),
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _failure_by_kind,
        structlog.dev.ConsoleRenderer(colors=False) if as_text else structlog.processors.JSONRenderer(_as_json),
    ]
    structlog.configure(
        processors=shape,
        wrapper_class=structlog.make_filtering_bound_logger(log_level.value),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.clear_contextvars()
    _log_what_nobody_caught()
    handler = _ThroughStructlog(structlog.get_logger())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger(SAID_BY_US).setLevel(logging.CRITICAL)
    logger, words = GONE_SAID_BY_US
    logging.getLogger(logger).addFilter(lambda record: record.msg != words)


class _ThroughStructlog(logging.Handler):
    """Passes on what libraries log: where it comes from and their fixed words, never the values filled in."""

    def __init__(self, logger: Any) -> None:
        super().__init__()
        self._logger = logger

    def emit(self, record: logging.LogRecord) -> None:
        words = str(record.msg)[:LONGEST_MESSAGE] if not record.exc_info else "failure"
        self._logger.log(record.levelno, words, logger=record.name, exc_info=record.exc_info)


def _log_what_nobody_caught() -> None:
    """Python would print the error with its message, and with the row that a message of the database quotes."""

    def of_thread(ended: threading.ExceptHookArgs) -> None:
        _log_uncaught(ended.exc_value)

    def of_object(left: "sys.UnraisableHookArgs") -> None:
        _log_uncaught(left.exc_value)

    def of_warning(
        message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: Any, **__: Any
    ) -> None:
        """By its kind and place: those of the validator quote the value that they warn of."""
        structlog.get_logger().warning("warned", kind=category.__name__, place=f"{PurePath(filename).name}:{lineno}")

    threading.excepthook, sys.unraisablehook = of_thread, of_object
    warnings.showwarning = of_warning


def _log_uncaught(error: BaseException | None) -> None:
    if not isinstance(error, SystemExit):
        structlog.get_logger().error("failure_nobody_caught", exc_info=error)


def _as_json(line: MutableMapping[str, Any], **_: Any) -> str:
    return orjson.dumps(line, default=str).decode()


def _of_process(process: str, _: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    line["process"] = process
    return line


def _failure_by_kind(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception as its kind and place: its message may quote what somebody typed or what a row holds."""
    found = line.pop("exc_info", None)
    error = sys.exc_info()[1] if found is True else found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        place = f" in {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
        line["failure"] = type(error).__name__ + place
    return line
