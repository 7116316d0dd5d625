"""Instruments: questionnaires and rating scales as versioned data, their scoring, and change between two scores."""

from domain.instrument.asking import in_full
from domain.instrument.catalogue import (
    InstrumentIsUnknown,
    InstrumentVersionIsUnknown,
    ids,
    load,
    recorded_with,
    title_of,
)
from domain.instrument.comparison import Change, Reliable, change
from domain.instrument.instrument import Instrument
from domain.instrument.item import Direction, Item, Option, Rater
from domain.instrument.rules import Band
from domain.instrument.scoring import (
    SAFETY_ITEM_NOT_SCREENED,
    SAFETY_ITEM_POSITIVE,
    AnswerIsOutOfRange,
    AnswersDoNotMatchItems,
    InstrumentHasNoTotal,
    Score,
    TotalIsOutOfRange,
    score,
    score_total,
)

__all__ = [
    "SAFETY_ITEM_NOT_SCREENED",
    "SAFETY_ITEM_POSITIVE",
    "AnswerIsOutOfRange",
    "AnswersDoNotMatchItems",
    "Band",
    "Change",
    "Direction",
    "Instrument",
    "InstrumentHasNoTotal",
    "InstrumentIsUnknown",
    "InstrumentVersionIsUnknown",
    "Item",
    "Option",
    "Rater",
    "Reliable",
    "Score",
    "TotalIsOutOfRange",
    "change",
    "ids",
    "in_full",
    "load",
    "recorded_with",
    "score",
    "score_total",
    "title_of",
]
