"""Opening a link: the birth date is asked, counted before it is looked at, and compared in constant time."""

import hmac
from datetime import date
from hashlib import sha256
from uuid import uuid5

from fastapi import Response

from api.check_in_view.asked import papers
from api.check_in_view.drafts import draft_of
from api.check_in_view.visit import Visit, setting_of, write_down
from api.forms.posted import Posted, small_number
from domain.actor import Actor, Role
from domain.derived import derived_id
from domain.episode.check_in.lock_check_in_link import LockCheckInLink, lock_check_in_link
from domain.episode.episode import EPISODE
from domain.patient.patient import PATIENT
from store.check_in_links import TRIES_PER_HOUR, FoundLink
from store.command import Command
from store.errors import KeyWasDestroyed

LOCKER = derived_id("check-in links", "lock")
"""Who acts when a link locks itself."""


def open_link(visit: Visit, posted: Posted) -> Response:
    """The questions, if the birth date is the patient's."""
    edge = visit.edge
    if edge.links.tries_from(visit.address) >= TRIES_PER_HOUR:
        return visit.page("too_many", 429)
    link = visit.link
    if link is None or not link.is_open_at(edge.clock()):
        edge.links.failed_from(visit.address)
        return visit.closed()
    setting = setting_of(visit, link)
    if setting is None:
        return visit.closed()
    given = _given(posted)
    if given is None:
        words = visit.words("Give day, month and year of your birth.")
        return visit.birth_date(422, posted, error=words, posted=posted)
    allowed = setting.network.check_in_terms.wrong_dates_allowed
    tried = edge.links.claim_try(link, allowed)
    if tried is not None and _is_theirs(visit, link, given):
        edge.links.opened(link)
        write_down(visit, link)
        typed = Posted.of(pair for pair in posted.pairs() if not pair[0].startswith("_"))
        return visit.form(setting, papers(setting), typed.over(draft_of(visit, link)))
    edge.links.failed_from(visit.address)
    if tried is None or tried >= allowed:
        _lock(visit, link, allowed)
        return visit.page("locked", 410)
    words = visit.words("This is not the birth date we know. Look at it again, or call your care team.")
    return visit.birth_date(422, posted, error=words, posted=posted)


def _given(posted: Posted) -> date | None:
    """The day that was chosen; None where there is no such day."""
    day, month, year = (small_number(posted.one(name)) for name in ("_day", "_month", "_year"))
    try:
        return date(year or 0, month or 0, day or 0)
    except ValueError:
        return None


def _is_theirs(visit: Visit, link: FoundLink, given: date) -> bool:
    patient, _ = visit.edge.care.state(PATIENT, link.patient_id, network_id=link.network_id)
    if patient.birth_date is None:
        return False
    try:
        known = visit.edge.keyring.open(patient.birth_date, network_id=link.network_id, person=link.patient_id)
    except KeyWasDestroyed:
        return False
    return hmac.compare_digest(given.isoformat().encode(), known.encode())


def _lock(visit: Visit, link: FoundLink, wrong_dates: int) -> None:
    """Once for all: whoever comes second records nothing new. The care team finds it among what is due."""
    command_id = uuid5(link.link_id, "lock")
    by = Actor(LOCKER, link.network_id, frozenset({Role.SYSTEM}))
    zone = visit.edge.people.around(link.network_id).network.zone
    command = Command(command_id, by, sha256(command_id.bytes).digest(), command_id, zone=zone)
    order = LockCheckInLink(link_id=link.link_id, wrong_dates=wrong_dates)
    visit.edge.care.decide(EPISODE, link.episode_id, lock_check_in_link, order, command=command)
