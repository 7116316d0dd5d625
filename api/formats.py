"""How dates, times, spans, scores and quantities are written on every page."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal

from markupsafe import Markup, escape

NO_BREAK = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
EN_DASH = "\N{EN DASH}"
ARROW = "\N{RIGHTWARDS ARROW}"

# Written out, because strftime follows the locale of the server process.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
RANGE = re.compile(rf"\d+{EN_DASH}\d+")
TELEPHONE = re.compile(
    r"(?<![\w&#-])(?:\+\d[\d ().-]{6,16}\d|\(\d{3}\) ?\d[\d-]{4,}\d"
    r"|(?!\d{4}-\d\d-\d\d\b)\d{2,4}(?:-\d{2,5}){1,3})(?![\w-])"
)
FEWEST_DIGITS = 7
YEAR_IS_CLEAR_WITHIN = timedelta(days=180)


def day_of(at: datetime, zone: tzinfo) -> date:
    """The calendar day of an instant in this zone."""
    return at.astimezone(zone).date()


def full_date(on: date) -> str:
    """`12 Mar 2026`: banner, forms, replay, print."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def heading_date(on: date) -> str:
    """`Thu 12 Mar 2026`: page heads and day headings of the timeline."""
    return f"{WEEKDAYS[on.weekday()]} {full_date(on)}"


def list_date(on: date, today: date) -> str:
    """`Thu 12 Mar` in lists; the year is added where it would be unclear."""
    if abs(on - today) > YEAR_IS_CLEAR_WITHIN:
        return heading_date(on)
    return f"{WEEKDAYS[on.weekday()]} {short_date(on)}"


def short_date(on: date) -> str:
    """`12 Mar`: chart axes and narrow cells, where the year is in sight."""
    return f"{on.day} {MONTHS[on.month - 1]}"


def clock(at: datetime, zone: tzinfo) -> str:
    """`09:42`, 24 hours, in the zone the page names in its foot."""
    return f"{at.astimezone(zone):%H:%M}"


def full_moment(at: datetime, zone: tzinfo) -> str:
    """`12 Mar 2026 09:42`."""
    return f"{full_date(day_of(at, zone))} {clock(at, zone)}"


def list_moment(at: datetime, zone: tzinfo, now: datetime) -> str:
    """`today 08:51`, else `Wed 11 Mar 14:20`."""
    on, today = day_of(at, zone), day_of(now, zone)
    words = "today" if on == today else list_date(on, today)
    return f"{words} {clock(at, zone)}"


def deadline(by: datetime, zone: tzinfo, now: datetime) -> str:
    """As `list_moment`; midnight is said as the end of the day before it, since `00:00` is taken for either end."""
    if by.astimezone(zone).time() != time(0):
        return list_moment(by, zone, now)
    before, today = day_of(by, zone) - timedelta(days=1), day_of(now, zone)
    return f"the end of {'today' if before == today else list_date(before, today)}"


def time_tag(at: datetime, zone: tzinfo, words: str) -> Markup:
    """The words as a `<time>` element carrying the exact instant with its offset."""
    instant = at.astimezone(zone).isoformat(timespec="seconds")
    return Markup(f'<time datetime="{instant}">{escape(words)}</time>')  # noqa: S704 an instant needs no escaping


def counted(number: int, one: str, many: str = "") -> str:
    """`1 day`, `2 days`, `no days`."""
    noun = one if number == 1 else many or f"{one}s"
    return f"{number or 'no'} {noun}"


def number_word(number: int) -> str:
    """`two`; figures from thirteen on."""
    return NUMBERS[number] if 0 <= number < len(NUMBERS) else str(number)


def and_list(words: Sequence[str]) -> str:
    """`a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def days_away(on: date, today: date) -> str:
    """`today`, `in 2 days`, `7 days ago`; stands beside the date, never alone."""
    days = (on - today).days
    if days == 0:
        return "today"
    return f"in {counted(days, 'day')}" if days > 0 else f"{counted(-days, 'day')} ago"


def days_due(on: date, today: date) -> str:
    """As `days_away`, but a past due date is `2 days over`."""
    return f"{counted((today - on).days, 'day')} over" if on < today else days_away(on, today)


def waiting(since: datetime, now: datetime) -> str:
    """How long something has waited, in its largest unit: `51 min`, `19 h`, `3 days`; at first `under 1 min`."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes == 0:
        return "under 1 min"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return f"{minutes // 60} h"
    return counted(minutes // (24 * 60), "day")


def length(span: timedelta) -> str:
    """A span in at most two units: `58 min`, `2 h 25 min`, `2 days 18 h`."""
    minutes = int(abs(span).total_seconds() // 60)
    hours, days = minutes // 60, minutes // (24 * 60)
    if days:
        return " ".join([counted(days, "day"), *([f"{hours % 24} h"] if hours % 24 else [])])
    if hours:
        return " ".join([f"{hours} h", *([f"{minutes % 60} min"] if minutes % 60 else [])])
    return f"{minutes} min"


def stopwatch(span: timedelta) -> str:
    """`0:43`: hours and minutes gone by in a dosing session."""
    minutes = max(0, int(span.total_seconds() // 60))
    return f"{minutes // 60}:{minutes % 60:02d}"


def signed(number: int) -> str:
    """`+3`, `−7` with a real minus sign, `no change` for zero."""
    if number == 0:
        return "no change"
    return f"+{number}" if number > 0 else f"{MINUS}{-number}"


def score_change(first: int, last: int) -> str:
    """`21 → 14 (−7)`."""
    return f"{first} {ARROW} {last} ({signed(last - first)})"


def points_moved(first: int, last: int) -> str:
    """`7 points lower`; whether that is better depends on the instrument."""
    if first == last:
        return "no change"
    return f"{counted(abs(last - first), 'point')} {'higher' if last > first else 'lower'}"


def unbroken_ranges(text: str) -> Markup:
    """The text with every range of numbers, such as `50–100`, kept on one line: a browser breaks after its dash."""
    escaped = str(escape(text))
    return Markup(RANGE.sub(r'<span class="unbroken">\g<0></span>', escaped))  # noqa: S704 escaped just before


def to_dial(text: str) -> Markup:
    """The text with every telephone number in it, such as `555-0117`, as a link that a telephone dials.

    Of one without `+` or brackets only figures joined by hyphens are taken, so that no date or time is.
    """
    return Markup(TELEPHONE.sub(_dialled, str(escape(text))))  # noqa: S704 escaped just before


def _dialled(found: re.Match[str]) -> str:
    digits = re.sub(r"[^+\d]", "", found[0])
    if len(digits) < FEWEST_DIGITS:
        return found[0]
    return f'<a class="unbroken" href="tel:{digits}">{found[0]}</a>'


def score_range(low: int, high: int) -> str:
    """`10–14`."""
    return f"{low}{EN_DASH}{high}"


def number(value: Decimal | float) -> str:
    """`100`, `0.5`, `−2`: no trailing zeros, no bare point, a real minus sign."""
    written = f"{Decimal(str(value)):f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return written.replace("-", MINUS)


def quantity(value: Decimal | float, unit: str) -> str:
    """`100 mg`: the space never breaks."""
    return f"{number(value)}{NO_BREAK}{unit}"


def dose(mg: Decimal | float) -> str:
    """`100 mg`, `0.5 mg`."""
    return quantity(mg, "mg")


def blood_pressure(systolic_mmhg: int, diastolic_mmhg: int) -> str:
    """`148/82`."""
    return f"{systolic_mmhg}/{diastolic_mmhg}"


def percent(value: Decimal | float) -> str:
    """`98%`."""
    return f"{number(value)}%"


def age_years(born: date, today: date) -> int:
    """Completed years of life; one born on 29 February turns a year older on 1 March of other years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def birth_date(born: date, today: date) -> str:
    """`11 Mar 1984 (42 y)`, as in the patient banner."""
    return f"{full_date(born)} ({age_years(born, today)}{NO_BREAK}y)"
