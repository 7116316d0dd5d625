"""The wide form: one row per patient, one column of totals per visit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from deploy.outcomes.outcome_file.cells import of_the_past, patient_reference, whole_number
from deploy.outcomes.outcome_file.findings import Finding, ImportedOutcome, Rejection, Row, checked_total
from domain.instrument import Instrument
from domain.refusal import Refused


@dataclass(frozen=True)
class WideForm:
    """`visits` says on which day each column of totals was taken."""

    instrument: Instrument
    patient_column: str
    visits: Mapping[str, date]
    today: date | None

    def findings(self, row: Row) -> Iterator[Finding]:
        """An outcome or a reason for every visit that is filled in."""
        try:
            patient = patient_reference(row.cells[self.patient_column], self.patient_column)
        except Refused as refused:
            yield Rejection.of(row.line, refused)
            return
        for column, day in self.visits.items():
            try:
                total = whole_number(row.cells[column], column)
                if total is not None:
                    checked_total(self.instrument, total, column)
                    taken_on = of_the_past(day, self.today, column)
                    yield ImportedOutcome(patient, row.line, column, taken_on, total)
            except Refused as refused:
                yield Rejection.of(row.line, refused)
