"""Licences where the patient is today (rules 3 and 18): the prescriber's, and the therapist's with their training."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from domain.actor import Role
from domain.clinician.clinician import Clinician
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import all_of, on
from domain.refusal import Refused


def prescriber_licence(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Closed unless the plan's prescriber is on the care team, and licensed where the patient is that day (case L2)."""
    if episode.plan is None:
        return
    who = episode.plan.prescriber_id
    if episode.member(who, Role.PRESCRIBER, asked.now) is None:
        problem: str | None = "is not on the care team any more"
    else:
        problem = _problem(asked.clinicians.get(who), Role.PRESCRIBER, episode, asked)
    fact = _where(episode, asked)
    if problem is None:
        yield replace(asked.open("3", "licence", fact, "The plan's prescriber is licensed there."), name=NAME)
        return
    opens = Opens(
        act="A prescriber licensed there accepts the episode and issues the plan again.",
        decision="accept_hand_over",
        by=Role.PRESCRIBER,
    )
    gate = asked.closed("3", "licence", fact, f"The plan's prescriber {problem}.", missing=LICENSED, opens=opens)
    yield replace(gate, name=NAME)


NAME = "Prescriber licensed"
"""The rule's own name is that of its other gate, the sessions left."""
LICENSED = "a prescriber licensed where the patient is"


def therapist(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Closed unless the session's therapist, or one who covers for them, is licensed there and trained."""
    known = [_unfit(who, episode, asked) for who in therapists_of(episode, asked)]
    fact = _where(episode, asked)
    opens = Opens(
        act="A covering therapist takes the session.", decision="assign_care_team_member", by=Role.COORDINATOR
    )
    if not known:
        missing = "a therapist on the care team"
        yield asked.closed("18", "therapist", "No therapist is on the care team.", missing=missing, opens=opens)
        return
    first = known[0]
    if first is None:
        yield asked.open("18", "therapist", fact, "The therapist is licensed there and trained.")
        return
    said = f"The therapist {first.said}."
    if None in known:
        yield asked.open("18", "therapist", fact, said, "Another therapist on the care team is licensed and trained.")
        return
    yield asked.closed("18", "therapist", fact, said, missing=first.missing, opens=opens)


class TherapistIsNotFit(Refused):
    """Rule 18: whoever opens or clears a session runs it, and {said}. A therapist who is licensed and trained acts."""

    rule = "18"


def require_fit(therapist_id: UUID, episode: Episode, asked: Question) -> None:
    """Refuse a therapist who may not run this session, also where another of the team may."""
    if (unfit := _unfit(therapist_id, episode, asked)) is not None:
        raise TherapistIsNotFit(said=f"the therapist who acts {unfit.said}")


class _Unfit(NamedTuple):
    """Why a therapist may not run the session, and what is missing for it."""

    said: str
    missing: str


def _unfit(therapist_id: UUID, episode: Episode, asked: Question) -> _Unfit | None:
    who = asked.clinicians.get(therapist_id)
    problem = _problem(who, Role.THERAPIST, episode, asked)
    if problem is not None:
        return _Unfit(problem, "a therapist licensed where the patient is")
    untrained = [t.title for t in asked.protocol.trainings if who and not who.has_completed(t, asked.today)]
    return _Unfit(f"has not completed {all_of(untrained)}", f"training: {all_of(untrained)}") if untrained else None


def _where(episode: Episode, asked: Question) -> str:
    """In words that nobody takes for how the patient is."""
    state = state_of(episode, asked)
    if state is None:
        return f"Nobody has recorded where the patient is on {on(asked.today)}."
    return f"The patient is in {state} on {on(asked.today)}."


def state_of(episode: Episode, asked: Question) -> str | None:
    """Where the patient is: confirmed for this session, else where they live."""
    if asked.session is not None and asked.session.place is not None:
        return asked.session.place.state
    return episode.intake.home_state if episode.intake else None


def therapists_of(episode: Episode, asked: Question) -> list[UUID]:
    """Those on the care team at that moment, the session's own first: who has left the team runs no session."""
    on_team = [m.clinician_id for m in episode.team if m.role is Role.THERAPIST and m.is_on_team_at(asked.now)]
    booked = asked.session.therapist_id if asked.session is not None else None
    return sorted(on_team, key=lambda who: who != booked)


def _problem(who: Clinician | None, role: Role, episode: Episode, asked: Question) -> str | None:
    state = state_of(episode, asked)
    if who is None or not who.is_active_as(role):
        return "does not work in this network"
    if state is None:
        return "cannot be checked without it"
    licence = who.licence_in(state, role)
    if licence is None:
        return f"has no licence in {state}"
    if not licence.is_valid_on(asked.today):
        return f"had a licence in {state} until {on(licence.expires_on)}"
    return None
