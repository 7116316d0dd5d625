"""What ends soon and would close doses: licences of people, and the legal basis of remote prescribing."""

from datetime import date, timedelta
from typing import NamedTuple

from api import formats
from api.list_view.look import Look
from api.people import Colleague
from domain.protocol.ending import ending_bases
from projections.directory import LicenceHeld


class Ahead(NamedTuple):
    """A strip under the bar: what ends and when, and where to read about the rule."""

    kind: str
    words: str
    href: str
    link_words: str


class LicenceRow(NamedTuple):
    """One licence that ends within the protocol's number of days, or has ended."""

    name: str
    what: str
    last_day: str
    away: str
    edge: str


def ahead(look: Look, *, has_doses_ahead: bool = True) -> list[Ahead]:
    """The legal basis where it may close a dose, then licences of the person who looks."""
    found = [
        Ahead(
            "info",
            f"{one.basis.name}: until {formats.full_date(one.until_on)}, {in_days(one.until_on, look.today)}. "
            "Dosing sessions of patients who were never seen in person may not start after it.",
            "/protocol#rule-20",
            "Rule 20",
        )
        for one in (ending_bases(look.around.network.protocol, look.today) if has_doses_ahead else ())
    ]
    me = look.around.colleagues.get(look.by.actor_id)
    mine = [_own(licence, look.today) for licence in ending(me, look)] if me else []
    return [*found, *mine]


def ending(who: Colleague, look: Look) -> list[LicenceHeld]:
    """Licences of a working person that end within the warning, the first to end first; none where no number says."""
    days = look.around.network.protocol.numbers.licence_warning_days
    if days is None or who.is_suspended:
        return []
    until = look.today + timedelta(days=days.value)
    held = (one for one in who.licences if one.profession_role in who.roles and one.last_day <= until)
    return sorted(held, key=lambda one: one.last_day)


def licence_rows(look: Look) -> list[LicenceRow]:
    """Every licence in the network that ends soon."""
    found = [(one, who) for who in look.around.colleagues.values() for one in ending(who, look)]
    return [
        LicenceRow(
            name=who.name,
            what=f"{one.profession_role.value.capitalize()}, {one.state}",
            last_day=formats.full_date(one.last_day),
            away=in_days(one.last_day, look.today),
            edge="attention" if one.last_day < look.today else "",
        )
        for one, who in sorted(found, key=lambda pair: (pair[0].last_day, pair[1].name))
    ]


def in_days(day: date, today: date) -> str:
    """`in 33 days`, `today`, `ended 2 days ago`."""
    days = (day - today).days
    if days < 0:
        return f"ended {formats.counted(-days, 'day')} ago"
    return f"in {formats.counted(days, 'day')}" if days else "today"


def _own(licence: LicenceHeld, today: date) -> Ahead:
    role = licence.profession_role.value
    words = f"Your licence as a {role} in {licence.state}: {in_days(licence.last_day, today)}"
    if licence.last_day >= today:
        words = f"Your licence as a {role} in {licence.state} ends {formats.full_date(licence.last_day)}, "
        words += in_days(licence.last_day, today)
    return Ahead("attention", f"{words}. Send coordination the renewed one.", "/protocol#rule-3", "Rule 3")
