"""The texts of consents that can be read and signed through a link, by type, version and language.

A network that uses its own texts replaces `consent_texts.json`. Those shipped are drafts in plain words, marked (I):
somebody who answers for them has to approve them.
"""

from functools import cache
from importlib.resources import files
from json import loads
from typing import Any, NamedTuple

from domain.patient.language import Language


class ConsentText(NamedTuple):
    """A heading and paragraphs, as they were shown to whoever signed."""

    title: str
    paragraphs: tuple[str, ...]


def consent_text(consent_type: str, version: int, language: Language) -> ConsentText | None:
    """The text of exactly this version; None where there is none in this language."""
    found = _texts().get(consent_type, {}).get(str(version), {}).get(language.value)
    return ConsentText(found["title"], tuple(found["paragraphs"])) if found else None


def has_text(consent_type: str, version: int) -> bool:
    """Whether it can be shown at all: in English, which every other language falls back on."""
    return consent_text(consent_type, version, Language.ENGLISH) is not None


@cache
def _texts() -> dict[str, Any]:
    texts: dict[str, Any] = loads((files(__package__) / "consent_texts.json").read_text(encoding="utf-8"))["texts"]
    return texts
