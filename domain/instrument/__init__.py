"""Instruments: questionnaires and rating scales as versioned data, their scoring, and change between two scores."""

from domain.instrument.catalogue import InstrumentIsUnknown, InstrumentVersionIsUnknown, ids, load
from domain.instrument.comparison import Change, Reliable, change
from domain.instrument.instrument import Band, Direction, Instrument, Item, Option, Rater
from domain.instrument.scoring import (
    SAFETY_ITEM_NOT_SCREENED,
    SAFETY_ITEM_POSITIVE,
    AnswerIsOutOfRange,
    AnswersDoNotMatchItems,
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
    "load",
    "score",
    "score_total",
]
