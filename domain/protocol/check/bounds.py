"""Whether every number is one that a clinic could mean: none below zero, none that no calendar or day can hold."""

from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from domain.protocol.check.finding import Finding
from domain.protocol.check.lines import Place, Written
from domain.protocol.check.shape import named


class Bounds(NamedTuple):
    """From the least to the most, both allowed."""

    least: Decimal
    most: Decimal


def _between(least: str, most: str) -> Bounds:
    return Bounds(Decimal(least), Decimal(most))


OF_ITS_OWN: dict[str, Bounds] = {
    "adult_years": _between("18", "25"),
    "chaperone_adult_years": _between("18", "25"),
    "next_day_check_in_hour": _between("0", "23"),
    "marked_sedation": _between("1", "3"),
}
"""Nobody is of age before 18, and a day has 24 hours."""
MOST_BY_ENDING: tuple[tuple[str, Bounds], ...] = (
    ("_mg_per_session", _between("0.1", "5000")),
    ("_mg_per_kg", _between("0.01", "50")),
    ("_mg", _between("0.1", "5000")),
    ("_mmhg", _between("1", "300")),
    ("_per_min", _between("1", "300")),
    ("_percent", _between("1", "500")),
    ("_minutes", _between("1", "1440")),
    ("_hours", _between("1", "2160")),
    ("_days", _between("1", "3650")),
    ("_months", _between("1", "120")),
)
"""A day of minutes, ninety of hours, ten years of days and months."""
ANY_OTHER = _between("1", "1000")
MAY_BE_ZERO = frozenset(
    {
        "alcohol_thc_hold_hours", "booster_from_minutes", "booster_until_minutes", "check_tolerance_minutes",
        "clock_skew_minutes", "contact_notice_days", "fluid_minutes",
        "follow_up_grace_days", "follow_up_override_days", "food_minutes", "hold_minutes", "late_entry_minutes",
        "legal_basis_warning_days", "licence_warning_days", "overrides_per_session", "post_dose_from_hours",
        "post_dose_lapses_hours", "prescription_refills", "renewal_notice_days", "report_review_days",
        "urinary_review_working_days",
    }
)  # fmt: skip
"""Where none is an answer: no fasting, no refill, no day of grace. None of what watches a patient is among them."""
BOUNDED_ELSEWHERE = ("requirements", "measures")
"""Their kinds say in which range each of their numbers lies, as the limits of vitals do."""


def bounds(written: Written) -> Iterable[Finding]:
    """Numbers out of every sensible range, each on its line."""
    for place, name, value in _numbers(written.document, ()):
        least, most = _bounds_of(name)
        if not least <= value <= most:
            says = f"{name} is from {least} to {most}; here it is {value}."
            yield Finding(named(place), written.line(*place), says)


def _bounds_of(name: str) -> Bounds:
    if name in OF_ITS_OWN:
        return OF_ITS_OWN[name]
    found = next((bounds for ending, bounds in MOST_BY_ENDING if name.endswith(ending)), ANY_OTHER)
    return found._replace(least=Decimal(0)) if name in MAY_BE_ZERO else found


def _numbers(value: Any, place: Place) -> Iterator[tuple[Place, str, Decimal]]:
    """Every number of the document with its name; entries of a list go by the list's."""
    if (place[:1] and place[0] in BOUNDED_ELSEWHERE) or place[-1:] == ("vital_limits",):
        return
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _numbers(item, (*place, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _numbers(item, (*place, number))
    elif (amount := _amount(value, place)) is not None:
        yield place, _name(place), amount


def _amount(value: Any, place: Place) -> Decimal | None:
    is_text_of_an_amount = isinstance(value, str) and (place[-1] == "value" or _name(place).endswith("_mg"))
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number and not is_text_of_an_amount:
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _name(place: Place) -> str:
    names = [str(part) for part in place if not isinstance(part, int)]
    return names[-2] if names[-1] == "value" and len(names) > 1 else names[-1]
