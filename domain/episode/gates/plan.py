"""The plan (rule 3): in force, not past its last day, with a session left."""

from collections.abc import Iterable

from domain.actor import Role
from domain.episode.episode import Episode
from domain.episode.gates.doses import sessions_left, sessions_used
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import WAY_WORDS, count, on
from domain.episode.intake.intake import Way
from domain.episode.plan.plan import Plan, PlanStatus


def plan(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Closed without a plan, while suspended, after its last day, with its sessions used, and away from its ways."""
    found = episode.plan
    if found is None:
        opens = Opens(act="A prescriber issues a plan.", decision="issue_plan", by=Role.PRESCRIBER)
        yield asked.closed("3", "plan", "No plan has been issued.", missing="a plan", opens=opens)
        return
    besides = asked.session.session_id if asked.session else None
    used, all_sessions = sessions_used(episode, found, besides), found.terms.sessions_authorised
    facts = (f"Plan {found.number}: {used} of {count(all_sessions, 'session')} used, until {on(found.expires_on)}.",)
    entries = [found.entry_id]
    match _problem(found, asked, left=sessions_left(episode, found, besides)):
        case None:
            yield asked.open("3", "plan", *facts, entries=entries)
        case fact, missing, decision:
            opens = Opens(act=f"A prescriber sees to it: {missing}.", decision=decision, by=Role.PRESCRIBER)
            yield asked.closed("3", "plan", fact, *facts, missing=missing, opens=opens, entries=entries)


def _problem(found: Plan, asked: Question, left: int) -> tuple[str, str, str] | None:
    """Fact, what is missing, and the decision that brings it."""
    if found.status is PlanStatus.SUSPENDED:
        because = f": {found.suspended_because.replace('_', ' ')}" if found.suspended_because else ""
        return f"Plan {found.number} is suspended{because}.", "the plan resumed", "resume_plan"
    if found.status is PlanStatus.ENDED:
        return f"Plan {found.number} has ended.", "a new plan", "issue_plan"
    if found.expires_on < asked.today:
        return f"Plan {found.number} expired on {on(found.expires_on)}.", "a new plan", "issue_plan"
    if asked.way is not None and asked.way not in (Way.IN_PERSON, *found.terms.ways):
        ways = " or ".join(WAY_WORDS[way.value] for way in found.terms.ways)
        return f"Plan {found.number} orders sessions {ways}.", f"a session {ways}, or the plan amended", "amend_plan"
    if left == 0:
        return "All sessions of the plan are used.", "a plan amended with more sessions", "amend_plan"
    return None
