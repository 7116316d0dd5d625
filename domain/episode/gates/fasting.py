"""Fasting: last food and last drink lie as far back as the plan asks, counted in real minutes."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.actor import Role
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import clock


def fasting(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Food and fluid, each with the time at which it opens. A sip with a usual medicine is not asked for."""
    if episode.plan is None:
        return
    terms = episode.plan.terms
    checklist = asked.checklist
    yield _since(asked, "food", checklist.last_food_at if checklist else None, terms.food_minutes)
    yield _since(asked, "fluid", checklist.last_fluid_at if checklist else None, terms.fluid_minutes)


def _since(asked: Question, what: str, last_at: datetime | None, minutes: int) -> Gate:
    if minutes == 0:
        return asked.open("+fasting", what)
    if last_at is None:
        opens = Opens(act="Record the checklist.", decision="record_checklist", by=Role.THERAPIST)
        return asked.closed("+fasting", what, missing=f"when the patient last took {what}", opens=opens)
    opens_at = last_at + timedelta(minutes=minutes)
    zone = asked.network.zone
    fact = f"Last {what} {clock(last_at, zone)}; {minutes} min are asked."
    if asked.now >= opens_at:
        return asked.open("+fasting", what, fact)
    missing = f"{minutes} min without {what}"
    return asked.closed(
        "+fasting", what, fact, missing=missing, opens=Opens(at=opens_at, act=f"Wait until {clock(opens_at, zone)}.")
    )
