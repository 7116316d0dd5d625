"""Rows that an event brings into its own transaction: reservations, care team, accounts, names, links, keys."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import singledispatch
from typing import Any, NamedTuple
from uuid import UUID

from domain.clinician.admit_clinician import ClinicianAdmitted
from domain.clinician.reinstate_clinician import ClinicianReinstated
from domain.clinician.suspend_clinician import ClinicianSuspended
from domain.episode.check_in.answer_check_in_link import CheckInLinkAnswered
from domain.episode.check_in.lock_check_in_link import CheckInLinkLocked
from domain.episode.check_in.revoke_check_in_link import CheckInLinkRevoked
from domain.episode.check_in.send_check_in_link import CheckInLinkSent
from domain.episode.course.discharge_patient import PatientDischarged
from domain.episode.course.mark_in_error import EntryMarkedInError
from domain.episode.dosing.end_dosing_session import SessionEnded
from domain.episode.referral.import_history import HistoryImported
from domain.episode.referral.refer import PatientReferred
from domain.episode.safety.carry_over_adverse_event import AdverseEventCarriedOver
from domain.episode.safety.record_adverse_event_outcome import AdverseEventOutcomeRecorded
from domain.episode.safety.report_adverse_event import AdverseEventReported
from domain.episode.safety.review_adverse_event import AdverseEventReviewed
from domain.episode.session.book_session import SessionBooked
from domain.episode.session.cancel_session import SessionCancelled
from domain.episode.session.companion_hours import companion_hours, hours_taken
from domain.episode.session.miss_session import SessionMissed
from domain.episode.session.move_session import SessionMoved
from domain.episode.team.arrange_cover import CoverArranged
from domain.episode.team.assign_care_team_member import CareTeamMemberAssigned
from domain.episode.team.remove_care_team_member import CareTeamMemberRemoved
from domain.event import Event
from domain.network.create_network import NetworkCreated
from domain.patient.confirm_erasure import PatientErased
from domain.patient.correct_patient_details import PatientDetailsCorrected
from domain.patient.register_patient import PatientRegistered
from store.blind_index import email_token, name_tokens
from store.key_file import KeyEncryptionKey
from store.subscriber_rows import SideRow, subscriber_rows

SideRows = dict[str, list[dict[str, Any]]]
OPEN_EPISODE = "open_episode"
"""One open episode per patient and network."""
COMPANION = "companion"
"""One patient per companion and hour."""
CHANGE_THE_TEAM = frozenset({CareTeamMemberAssigned, CareTeamMemberRemoved, CoverArranged, EntryMarkedInError})


class Beside(NamedTuple):
    """What stands around an event: the state before it, its stream, and the keys that names are looked up by."""

    state: Any
    after: Callable[[], Any]
    """Tells the state that the events lead to; asked only where that may matter, since it folds them."""
    kek: KeyEncryptionKey
    network_id: UUID
    stream_id: UUID


def side_rows(events: Sequence[Event], beside: Beside) -> SideRows:
    """The rows of these events of one stream, by their kind. Text in the events is still in clear."""
    rows: SideRows = defaultdict(list)
    if not CHANGE_THE_TEAM.isdisjoint(map(type, events)):
        rows["team"] = [_of(member, "clinician_id", "role", "from_at", "until_at") for member in beside.after().team]
    if events and events[0].stream == "subscriber":
        brought = subscriber_rows(events, beside.kek, network_id=beside.network_id, stream_id=beside.stream_id)
    else:
        brought = [row for event in events for row in _rows_of(event, beside)]
    for kind, row in brought:
        rows[kind].append(row)
    return dict(rows)


@singledispatch
def _rows_of(event: Event, beside: Beside) -> Iterable[SideRow]:
    """What one event brings: nothing, unless it is one of those below."""
    return ()


# --- open episodes, and the hours of companions


@_rows_of.register
def _(event: PatientReferred, beside: Beside) -> Iterable[SideRow]:
    yield "reserve", {"kind": OPEN_EPISODE, "key": event.patient_id}
    yield "episode_of", {"patient_id": event.patient_id}


@_rows_of.register
def _(event: HistoryImported, beside: Beside) -> Iterable[SideRow]:
    yield "episode_of", {"patient_id": event.patient_id}


@_rows_of.register
def _(event: PatientDischarged, beside: Beside) -> Iterable[SideRow]:
    yield "free", {"kind": OPEN_EPISODE, "key": beside.state.patient_id}
    yield from _of_a_death(beside)


@_rows_of.register
def _(event: EntryMarkedInError, beside: Beside) -> Iterable[SideRow]:
    if event.entry_id == beside.state.close_entry_id:
        yield "reserve", {"kind": OPEN_EPISODE, "key": beside.state.patient_id}
    for session in beside.state.sessions.values():
        if session.entry_id == event.entry_id:
            yield from _companion("free", hours_taken(session))


@_rows_of.register
def _(event: SessionBooked, beside: Beside) -> Iterable[SideRow]:
    if event.takes_companion and event.companion_id is not None:
        yield from _companion("reserve", companion_hours(event.companion_id, event.starts_at, event.minutes))


@_rows_of.register
def _(event: SessionMoved, beside: Beside) -> Iterable[SideRow]:
    if (session := beside.state.sessions.get(event.session_id)) is not None:
        yield from _companion("free", hours_taken(session))
        yield from _companion("reserve", hours_taken(session, event.starts_at))


@_rows_of.register
def _(event: SessionCancelled | SessionMissed | SessionEnded, beside: Beside) -> Iterable[SideRow]:
    if (session := beside.state.sessions.get(event.session_id)) is not None:
        yield from _companion("free", hours_taken(session))


# --- check-in links


@_rows_of.register
def _(event: CheckInLinkSent, beside: Beside) -> Iterable[SideRow]:
    yield "link", _of(event, "link_id", "patient_id", "language", "expires_at")


@_rows_of.register
def _(event: CheckInLinkRevoked | CheckInLinkLocked, beside: Beside) -> Iterable[SideRow]:
    yield "link_ended", _of(event, "link_id")


@_rows_of.register
def _(event: CheckInLinkAnswered, beside: Beside) -> Iterable[SideRow]:
    yield "link_answered", _of(event, "link_id")


@_rows_of.register
def _(
    event: AdverseEventReported | AdverseEventCarriedOver | AdverseEventReviewed | AdverseEventOutcomeRecorded,
    beside: Beside,
) -> Iterable[SideRow]:
    return _of_a_death(beside)


# --- people and networks


@_rows_of.register
def _(event: PatientRegistered | PatientDetailsCorrected, beside: Beside) -> Iterable[SideRow]:
    if event.name is not None and not event.name.is_sealed:
        tokens = name_tokens(beside.kek, beside.network_id, event.name.reveal_for_sealing())
        yield "search", {"patient_id": beside.stream_id, "tokens": [token.hex() for token in tokens]}


@_rows_of.register
def _(event: PatientErased, beside: Beside) -> Iterable[SideRow]:
    """The place of an open episode is taken for good, so that none that begins at this moment is missed; a copy of
    before may hold an open one, which does not stop what was decided."""
    if not event.is_repeated:
        yield "reserve", {"kind": OPEN_EPISODE, "key": beside.stream_id}
    yield "erase", {"patient_id": beside.stream_id}


@_rows_of.register
def _(event: ClinicianAdmitted, beside: Beside) -> Iterable[SideRow]:
    if not event.email.is_sealed:
        token = email_token(beside.kek, beside.network_id, event.email.reveal_for_sealing())
        yield "account", {"clinician_id": beside.stream_id, "email_token": token.hex()}


@_rows_of.register
def _(event: ClinicianSuspended, beside: Beside) -> Iterable[SideRow]:
    yield "standing", {"clinician_id": beside.stream_id, "status": "suspended"}


@_rows_of.register
def _(event: ClinicianReinstated, beside: Beside) -> Iterable[SideRow]:
    yield "standing", {"clinician_id": beside.stream_id, "status": "active"}


@_rows_of.register
def _(event: NetworkCreated, beside: Beside) -> Iterable[SideRow]:
    yield "directory", _of(event, "slug", "title")


def _of_a_death(beside: Beside) -> Iterable[SideRow]:
    """Nobody writes to a patient who has died."""
    if not beside.state.has_died and beside.after().has_died:
        yield "no_more_links", {"episode_id": beside.stream_id, "patient_id": beside.state.patient_id}


def _companion(kind: str, hours: Sequence[str]) -> Iterable[SideRow]:
    return ((kind, {"kind": COMPANION, "key": hour}) for hour in hours)


def _of(fields: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(fields, name) for name in names}
