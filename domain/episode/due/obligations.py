"""Everything that is due in an episode at a moment: one pure function of its state, the protocol and that moment."""

from datetime import datetime
from itertools import chain

from domain.episode.course.done_mark import DoneMark
from domain.episode.due.after_dose import after_dose
from domain.episode.due.arrangements import arrangements
from domain.episode.due.case_review import case_review
from domain.episode.due.check_in_links import check_in_links
from domain.episode.due.contact import contact
from domain.episode.due.coordination import coordination
from domain.episode.due.credentials import credentials
from domain.episode.due.discharge_visit import discharge_visit
from domain.episode.due.documents import documents
from domain.episode.due.forms import forms
from domain.episode.due.late_release import late_release
from domain.episode.due.measures import measures
from domain.episode.due.obligation import Due, Obligation, asked_at
from domain.episode.due.onboarding import onboarding
from domain.episode.due.plan_to_amend import plan_to_amend
from domain.episode.due.prescriptions import prescriptions
from domain.episode.due.renewals import renewals
from domain.episode.due.reports import reports
from domain.episode.due.safety import adverse_events, deviations, safety, safety_after_the_course
from domain.episode.due.sessions import safety_call, sessions
from domain.episode.due.urinary import urinary_symptoms
from domain.episode.due.visits import visits
from domain.episode.episode import Episode
from domain.network.network import Network
from domain.protocol.protocol import Protocol
from domain.stream import change

UNDER_WAY: tuple[Due, ...] = (
    safety,
    urinary_symptoms,
    reports,
    onboarding,
    plan_to_amend,
    prescriptions,
    credentials,
    late_release,
    sessions,
    visits,
    coordination,
    arrangements,
    measures,
    after_dose,
    renewals,
    case_review,
    contact,
    forms,
    documents,
    check_in_links,
)
PAUSED: tuple[Due, ...] = (safety, safety_call, urinary_symptoms, reports, forms, documents)
CLOSED: tuple[Due, ...] = (
    safety_after_the_course,
    safety_call,
    adverse_events,
    reports,
    deviations,
    forms,
    documents,
    discharge_visit,
)
"""What is still owed after discharge, and after a death."""


IMPORTED: tuple[Due, ...] = (safety_after_the_course, adverse_events)
"""History owes nothing; what was told of the patient since is somebody's all the same."""


def obligations(episode: Episode, *, now: datetime, protocol: Protocol, network: Network) -> tuple[Obligation, ...]:
    """What is owed, safety first, then in the order of the course. Imported history owes nothing."""
    asked = asked_at(now, protocol, network)
    due = chain.from_iterable(look(episode, asked) for look in _areas(episode))
    return tuple(change(one, protocol=protocol.key, done=_mark_of(one, episode)) for one in due)


def _mark_of(due: Obligation, episode: Episode) -> DoneMark | None:
    return next((mark for mark in episode.done_marks.values() if (mark.key, mark.due) == (due.key, due.due)), None)


def _areas(episode: Episode) -> tuple[Due, ...]:
    if episode.patient_id is None:
        return ()
    if episode.is_imported:
        return IMPORTED
    if episode.closed_at is not None or has_died(episode):
        return CLOSED
    return PAUSED if episode.paused_at is not None else UNDER_WAY


def has_died(episode: Episode) -> bool:
    """Whether a death was reported: from then on nothing is sent to the patient or their contacts."""
    return episode.has_died
