"""An alert in words: what it is, with whom, until when, the number to call, and who was told or has taken it on."""

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from api.formats import and_list, clock, deadline, list_moment
from api.forms.form import slug_of
from api.list_view.next_links import BY_NAME, button_words
from domain.actor import Actor
from domain.episode.alert.acknowledge_alert import may_acknowledge
from domain.episode.alert.alert import Alert, Contact, Rung
from domain.protocol.protocol import Place

PLACE_WORDS = {
    Place.ON_CALL: "on call",
    Place.BACK_UP: "back-up",
    Place.MEDICAL_DIRECTOR: "medical director",
}
ABOUT = {
    "release_hold": "hold_id",
    "review_safety": "hold_id",
    "review_adverse_event": "adverse_event_id",
    "review_deviation": "deviation_id",
    "record_next_day_check_in": "session_id",
    "review_symptoms": "report_id",
}
"""Decisions with a form of their own, and the field of theirs that what raised the alert fills."""


class ToldOf(NamedTuple):
    """That a message about an alert went out to somebody."""

    alert_id: UUID
    clinician_id: UUID
    channel: str
    at: datetime


class AlertShown(NamedTuple):
    """`kind` is urgent, attention or neutral; `settle` is the form that settles what raised it, `entries` what did."""

    kind: str
    name: str
    why: str
    since: str
    with_words: str
    told_words: str
    acknowledge_href: str
    settle: tuple[str, str] | None
    entries: tuple[UUID, ...]


class Looking(NamedTuple):
    """Who looks, when, and how people are named."""

    by: Actor
    now: datetime
    zone: tzinfo
    name_of: Callable[[UUID | None], str]


def alert_shown(alert: Alert, looking: Looking, href: str, *, back: str, told: Sequence[ToldOf] = ()) -> AlertShown:
    """One alert; `href` is the address of its episode, `back` where to go after acknowledging it."""
    may = not alert.is_acknowledged and may_acknowledge(alert, looking.by)
    query = urlencode({"alert_id": alert.alert_id, "back": back})
    return AlertShown(
        kind=_kind(alert),
        name=alert.name,
        why=alert.why,
        since=list_moment(alert.raised_at, looking.zone, looking.now),
        with_words=_acknowledged(alert, looking) if alert.is_acknowledged else _with(alert, looking),
        told_words="" if alert.is_acknowledged else _told(alert, looking, told),
        acknowledge_href=f"{href}/acknowledge-alert?{query}" if may else "",
        settle=_settle(alert, looking.by, href, back),
        entries=alert.entries,
    )


def _kind(alert: Alert) -> str:
    if alert.is_acknowledged:
        return "neutral"
    return "urgent" if alert.is_grave else "attention"


def _acknowledged(alert: Alert, looking: Looking) -> str:
    at = list_moment(alert.acknowledged_at, looking.zone, looking.now) if alert.acknowledged_at else ""
    return f"{looking.name_of(alert.acknowledged_by)} has taken it on, {at}."


def _with(alert: Alert, looking: Looking) -> str:
    """`Not acknowledged in time; now with Dr. Vance, back-up. It goes on to Dr. Chen at 14:50.`"""
    rung = alert.is_with
    if rung is None:
        return "Nobody is on call, and nobody is named to take it."
    first = "Not acknowledged in time; now with" if alert.is_escalated else "With"
    return f"{first} {_names(rung, looking)}. {_and_then(alert, looking)}"


def _and_then(alert: Alert, looking: Looking) -> str:
    by = alert.rungs[alert.reached].acknowledge_by
    at = deadline(by, looking.zone, looking.now)
    if alert.reached + 1 < len(alert.rungs):
        return f"It goes on to {_names(alert.rungs[alert.reached + 1], looking)} at {at}."
    return f"Late since {at}." if by <= looking.now else f"To be acknowledged by {at}."


def _names(rung: Rung, looking: Looking) -> str:
    return and_list([_name(contact, looking) for contact in rung.contacts])


def _name(contact: Contact, looking: Looking) -> str:
    if contact.clinician_id is None:
        return "coordination"
    place = PLACE_WORDS.get(contact.place)
    named = looking.name_of(contact.clinician_id)
    return f"{named}, {place}" if place else named


def _told(alert: Alert, looking: Looking, told: Sequence[ToldOf]) -> str:
    """Honest about who was told: a name in a list has not been paged."""
    call = f"call {alert.call}" if alert.call else "call the crisis line or 911"
    sent = [one for one in told if one.alert_id == alert.alert_id]
    if not sent:
        return f"Nobody has been paged; {call}."
    latest = {one.clinician_id: one for one in sorted(sent, key=lambda one: one.at)}
    said = [f"{looking.name_of(who)} at {clock(one.at, looking.zone)}" for who, one in latest.items()]
    return f"A message went to {and_list(said)}. That it was read is not known; {call}."


def _settle(alert: Alert, by: Actor, href: str, back: str) -> tuple[str, str] | None:
    """The form of the decision that settles it, about the thing it comes of, for whoever may take it."""
    decision = alert.decision or ""
    if decision not in ABOUT or not by.has(*BY_NAME[decision].by):
        return None
    query = urlencode({ABOUT[decision]: alert.about, "back": back})
    return button_words(decision), f"{href}/{slug_of(decision)}?{query}"
