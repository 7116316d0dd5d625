"""The quick starts as text: programs that run as they stand, shown where integrators look for a beginning."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "quickstarts"


class QuickStart(NamedTuple):
    """One program. `way` is how events reach it."""

    key: str
    way: str
    file_name: str
    says: str

    @property
    def text(self) -> str:
        return _text(self.file_name)


QUICK_STARTS: tuple[QuickStart, ...] = (
    QuickStart(
        "stream",
        "Stream",
        "follow.sh",
        "You ask, and the answer goes on. curl and jq are all it needs. GET /events gives the same in pages.",
    ),
    QuickStart(
        "webhook",
        "Webhook",
        "webhook_receiver.py",
        "We post to your address: signed after Standard Webhooks, once that address has proved to hold the secret.",
    ),
    QuickStart(
        "kafka",
        "Kafka",
        "kafka_consumer.py",
        "A topic of your own, under your own user. Where you are in it is kept beside what you made of it.",
    ),
)


def named(file_name: str) -> QuickStart | None:
    """The quick start in this file; None where there is none."""
    return next((one for one in QUICK_STARTS if one.file_name == file_name), None)


@cache
def _text(file_name: str) -> str:
    return (FOLDER / file_name).read_text(encoding="utf-8")
