"""The languages in which patients are written to and asked."""

from enum import StrEnum


class Language(StrEnum):
    """By its ISO 639-1 code."""

    ENGLISH = "en"
    SPANISH = "es"
