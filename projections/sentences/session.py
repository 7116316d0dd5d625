"""Sentences about booking and holding sessions of every kind."""

from uuid import UUID

from domain.episode.session.book_session import SessionBooked
from domain.episode.session.cancel_session import SessionCancelled
from domain.episode.session.complete_integration import IntegrationCompleted
from domain.episode.session.complete_preparation import PreparationCompleted
from domain.episode.session.confirm_transport import TransportConfirmed
from domain.episode.session.miss_session import SessionMissed
from domain.episode.session.move_session import SessionMoved
from domain.episode.session.verify_chaperone import ChaperoneVerified
from projections.sentences.saying import Category, Telling, Told, calls, free, named, says
from projections.sentences.words import length, listed, moment, way, words


@says(SessionBooked, "calendar", Category.SESSIONS)
def _(event: SessionBooked, told: Telling) -> Told:
    session = f"{words(event.kind)} session {event.number}"
    by = f" with {named(event.therapist_id)}" if event.therapist_id and not _is_actor(event, told) else ""
    html = f"{told.who} scheduled {session}{by} for {moment(event.starts_at, told)}, {way(event.way)}."
    return Told(html, free(Companion=event.companion_name), note="Self-guided" if event.self_guided else "")


def _is_actor(event: SessionBooked, told: Telling) -> bool:
    return event.therapist_id == told.envelope.actor_id


@calls(SessionBooked)
def _(event: SessionBooked) -> tuple[UUID, str]:
    return event.session_id, f"{words(event.kind)} session {event.number}"


@says(SessionMoved, "calendar", Category.SESSIONS)
def _(event: SessionMoved, told: Telling) -> str:
    start, end = moment(event.from_starts_at, told), moment(event.starts_at, told)
    return f"{told.who} moved {named(event.session_id)} from {start} to {end}."


@says(SessionCancelled, "blocked", Category.SESSIONS)
def _(event: SessionCancelled, told: Telling) -> Told:
    return Told(f"{told.who} cancelled {named(event.session_id)}.", free(Reason=event.reason))


@says(SessionMissed, "attention", Category.SESSIONS)
def _(event: SessionMissed, told: Telling) -> str:
    return f"The patient did not come to {named(event.session_id)}."


@says(PreparationCompleted, "open", Category.SESSIONS)
@says(IntegrationCompleted, "open", Category.SESSIONS)
def _(event: PreparationCompleted | IntegrationCompleted, told: Telling) -> Told:
    took = length(event.ended_at - event.started_at)
    return Told(f"{told.who} completed {named(event.session_id)}: {took}.", free(Summary=event.summary))


@says(ChaperoneVerified, "person", Category.SESSIONS)
def _(event: ChaperoneVerified, told: Telling) -> Told:
    wrong = [
        words
        for is_so, words in (
            (event.is_adult, "not of age"),
            (event.answers_the_phone, "not reachable by phone"),
            (event.has_capacity, "not able to look after the patient"),
        )
        if not is_so
    ]
    found = listed(wrong) if wrong else "all in order"
    html = f"{told.who} spoke with the chaperone for {named(event.session_id)}: {found}."
    return Told(html, free(Name=event.name, Telephone=event.phone))


@says(TransportConfirmed, "person", Category.SESSIONS)
def _(event: TransportConfirmed, told: Telling) -> Told:
    html = f"{told.who} settled the way home after {named(event.session_id)}: {words(event.transport)}."
    return Told(html, free(Note=event.note))
