"""What is due because somebody's licence or training does not count any more: another person has to step in."""

from collections.abc import Iterable

from domain.actor import Role
from domain.episode.due.obligation import Obligation, whose
from domain.episode.episode import Episode
from domain.episode.gates.gate import Question
from domain.episode.gates.words import all_of, count, on
from domain.episode.session.session import SessionStatus
from domain.episode.team.team import CredentialLapse, CredentialProblem

BECAUSE = {
    CredentialProblem.NOT_WORKING: "does not work in this network any more",
    CredentialProblem.NO_LICENCE: "has no licence in {state}",
    CredentialProblem.LICENCE_ENDED: "has a licence in {state} until {since_on} only",
    CredentialProblem.NOT_TRAINED: "has not completed the training",
}


def credentials(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """One per person and role, as long as the plan or a booked session still counts on them."""
    for lapse_id, lapse in episode.credential_lapses.items():
        sessions = _still_booked(episode, lapse)
        plan = episode.plan
        holds_plan = plan is not None and plan.plan_id == lapse.plan_id and plan.prescriber_id == lapse.clinician_id
        if not sessions and not holds_plan:
            continue
        yield Obligation(
            key=f"credential:{lapse_id}",
            what=f"Find a covering {lapse.role.value}",
            why=_why(lapse, sessions, holds_plan),
            with_role=Role.COORDINATOR,
            with_id=whose(episode, Role.COORDINATOR, asked.now),
            due_on=lapse.since_on,
            rule="3" if lapse.role is Role.PRESCRIBER else "18",
            decision="assign_care_team_member",
            entries=(lapse.entry_id,),
            blocks_dosing=True,
        )


def _still_booked(episode: Episode, lapse: CredentialLapse) -> int:
    """How many of the sessions it named still count on this person."""
    named = (episode.sessions.get(session_id) for session_id in lapse.session_ids)
    booked = [s for s in named if s is not None and s.status is SessionStatus.BOOKED]
    if lapse.role is Role.THERAPIST:
        return sum(1 for session in booked if session.therapist_id == lapse.clinician_id)
    return len(booked) if episode.plan and episode.plan.prescriber_id == lapse.clinician_id else 0


def _why(lapse: CredentialLapse, sessions: int, holds_plan: bool) -> str:
    because = BECAUSE[lapse.problem].format(state=lapse.state, since_on=on(lapse.since_on))
    waiting = all_of((["the plan"] if holds_plan else []) + ([count(sessions, "booked session")] if sessions else []))
    return f"The {lapse.role.value} {because}; it concerns {waiting}."
