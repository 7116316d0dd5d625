"""A birth date on its way in: plausible, and of age or not; from here on it is sealed."""

from datetime import date

from domain.refusal import Refused

OLDEST_YEARS = 120


class BirthDateIsNotPlausible(Refused):
    """{birth_date} cannot be a birth date today: it is in the future or more than 120 years ago. Look again."""


def years_between(birth_date: date, today: date) -> int:
    """Completed years; a birthday on 29 February is reached on 1 March in other years."""
    return today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))


def is_of_age(birth_date: date, today: date, adult_years: int) -> bool:
    """Whether somebody born then is of age today; refuses a date that cannot be right."""
    if birth_date > today or years_between(birth_date, today) > OLDEST_YEARS:
        raise BirthDateIsNotPlausible(field="birth_date", birth_date=birth_date)
    return years_between(birth_date, today) >= adult_years
