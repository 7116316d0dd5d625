"""Single cells of an outcome file: patient, whole number and date; what cannot be read says how to write it.

Refusals carry the column, never the cell: a shifted column may hold a name.
"""

import re
from datetime import date

from deploy.outcomes.outcome_file.delimited import is_text
from domain.refusal import Refused

NOT_SEEN = {"", "NA"}
"""How an outcome that was not taken is written; NA is what statistics programs export."""
LONGEST_REFERENCE = 100
EARLIEST = date(1900, 1, 1)


class PatientIsMissing(Refused):
    """The line names no patient."""


class PatientIsNotReadable(Refused):
    """The patient's reference is not readable text of at most 100 characters. Save the file as UTF-8."""


class NumberIsNotWhole(Refused):
    """This is not a whole number. Leave the cell empty if the patient was not seen."""


class DateIsMissing(Refused):
    """The date is missing. Write it as YYYY-MM-DD, such as 2026-03-17."""


class DateIsADayNumber(Refused):
    """This is a spreadsheet's day number, which depends on its settings. Write the date as YYYY-MM-DD."""


class DateIsAmbiguous(Refused):
    """Which of these numbers is the day and which the month is not certain. Write the date as YYYY-MM-DD."""


class DateIsNotReadable(Refused):
    """This is not a date of the calendar. Write it as YYYY-MM-DD, such as 2026-03-17."""


class DateIsTooLongAgo(Refused):
    """{taken_on} is before any such measure was taken. Write the date as YYYY-MM-DD, such as 2026-03-17."""


class DateIsInTheFuture(Refused):
    """{taken_on} is in the future; an outcome is recorded after it was taken."""


def patient_reference(cell: str, column: str) -> str:
    if cell in NOT_SEEN:
        raise PatientIsMissing(field=column)
    if not is_text(cell) or len(cell) > LONGEST_REFERENCE:
        raise PatientIsNotReadable(field=column)
    return cell


def whole_number(cell: str, column: str) -> int | None:
    """A number such as 12 or, from a spreadsheet, 12.0 or 12,0; None if not seen."""
    if cell in NOT_SEEN:
        return None
    if not re.fullmatch(r"[+-]?[0-9]{1,6}([.,]0{1,6})?", cell):
        raise NumberIsNotWhole(field=column)
    return int(re.split("[.,]", cell)[0])


def calendar_date(cell: str, column: str) -> date:
    """A date as YYYY-MM-DD, a time of day behind it being ignored. Other forms are refused rather than guessed."""
    if cell in NOT_SEEN:
        raise DateIsMissing(field=column)
    written = re.fullmatch(r"([0-9]{4}-[0-9]{2}-[0-9]{2})([T ][0-9:.]{5,15}Z?)?", cell)
    if written:
        try:
            return date.fromisoformat(written[1])
        except ValueError:
            raise DateIsNotReadable(field=column) from None
    if re.fullmatch(r"[0-9]{1,6}([.,][0-9]+)?", cell):
        raise DateIsADayNumber(field=column)
    if re.match(r"[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}\b", cell):
        raise DateIsAmbiguous(field=column)
    raise DateIsNotReadable(field=column)


def of_the_past(taken_on: date, today: date | None, column: str) -> date:
    """Not before the first scales of psychiatry, so that a mistyped century is noticed, nor after today."""
    if taken_on < EARLIEST:
        raise DateIsTooLongAgo(field=column, taken_on=taken_on)
    if today is not None and taken_on > today:
        raise DateIsInTheFuture(field=column, taken_on=taken_on)
    return taken_on
