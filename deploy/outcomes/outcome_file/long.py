"""The long form: one row per outcome, with its date and a total or one column per item."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from deploy.outcomes.outcome_file.cells import (
    NOT_SEEN,
    calendar_date,
    of_the_past,
    patient_reference,
    whole_number,
)
from deploy.outcomes.outcome_file.findings import (
    Finding,
    ImportedOutcome,
    OtherInstrument,
    Rejection,
    Row,
    checked_total,
    missing,
)
from domain.instrument import AnswerIsOutOfRange, Instrument, ids, load, score
from domain.refusal import Refused


class AnswerIsMissing(Refused):
    """Without an answer here there is no total. Fill it in, or leave out all answers and give the total."""


class TotalDiffersFromAnswers(Refused):
    """The answers add up to {added_up}, the total says {total}."""


class InstrumentIsNotNamed(Refused):
    """This names no instrument. Write one of: {known}."""


class LongColumns(NamedTuple):
    """Names of the columns; `item` is followed by the number of the item. The instrument's column may be left out."""

    taken_on: str = "taken_on"
    instrument: str = "instrument"
    total: str = "total"
    item: str = "item"

    def items(self, instrument: Instrument) -> list[str]:
        """The columns of its answers, in order."""
        return [f"{self.item}{item.number}" for item in instrument.items]

    def optional(self, instrument: Instrument) -> list[str]:
        """Those that are read where they are there."""
        return [self.instrument, self.total, *self.items(instrument)]


@dataclass(frozen=True)
class LongForm:
    instrument: Instrument
    patient_column: str
    columns: LongColumns
    header: tuple[str, ...]
    today: date | None

    def __post_init__(self) -> None:
        if not self._has_items and self.columns.total not in self.header:
            wanted = f"{self.columns.total}, and not all of {self._items[0]} to {self._items[-1]}"
            raise missing(wanted, list(self.header))

    @property
    def _items(self) -> list[str]:
        return self.columns.items(self.instrument)

    @property
    def _has_items(self) -> bool:
        return set(self._items) <= set(self.header)

    def findings(self, row: Row) -> Iterator[Finding]:
        """The outcome of a row, the reason why it is none, or nothing where the patient was not seen."""
        try:
            if not self._is_ours(row):
                yield OtherInstrument(row.line)
                return
            answers = self._answers(row)
            column = self._items[0] if answers else self.columns.total
            total = self._score(answers, row) if answers else self._total(row)
            if total is not None:
                patient = patient_reference(row.cells[self.patient_column], self.patient_column)
                written = calendar_date(row.cells[self.columns.taken_on], self.columns.taken_on)
                taken_on = of_the_past(written, self.today, self.columns.taken_on)
                yield ImportedOutcome(patient, row.line, column, taken_on, total, answers)
        except Refused as refused:
            yield Rejection.of(row.line, refused)

    def _is_ours(self, row: Row) -> bool:
        if self.columns.instrument not in row.cells:
            return True
        named = row.cells[self.columns.instrument].casefold()
        for known in map(load, ids()):
            if named in (known.id, known.title.casefold()):
                return known.id == self.instrument.id
        raise InstrumentIsNotNamed(field=self.columns.instrument, known=", ".join(ids()))

    def _answers(self, row: Row) -> tuple[int | None, ...] | None:
        if not self._has_items or all(row.cells[column] in NOT_SEEN for column in self._items):
            return None
        return tuple(whole_number(row.cells[column], column) for column in self._items)

    def _total(self, row: Row) -> int | None:
        total = whole_number(row.cells.get(self.columns.total, ""), self.columns.total)
        return None if total is None else checked_total(self.instrument, total, self.columns.total)

    def _score(self, answers: tuple[int | None, ...], row: Row) -> int:
        try:
            added_up = score(self.instrument, answers).total
        except AnswerIsOutOfRange as refused:
            refused.field = f"{self.columns.item}{refused.facts['item']}"
            raise
        if added_up is None:
            raise AnswerIsMissing(field=self._items[answers.index(None)])
        total = self._total(row)
        if total not in (None, added_up):
            raise TotalDiffersFromAnswers(field=self.columns.total, added_up=added_up, total=total)
        return added_up
