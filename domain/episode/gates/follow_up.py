"""Follow-up (rules 9 and 10): before more doses than the first ones, and about a month after the intake."""

from collections.abc import Iterable
from datetime import date, timedelta

from domain.actor import Role
from domain.days import day_of
from domain.episode.episode import Episode
from domain.episode.follow_up.follow_up import FollowUp, FollowUpDecision
from domain.episode.gates.doses import dosed_sessions, first_dose_of
from domain.episode.gates.eligibility import long_pause
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import at, count, on


def follow_up_before_more_doses(episode: Episode, asked: Question) -> Iterable[Gate]:
    """After the first doses: the visit done, its decision to go on, and the plan amended after it.

    A decision to stop counts at once, however few doses there were.
    """
    dosed = dosed_sessions(episode, asked.session.session_id if asked.session else None)
    first = asked.plan_numbers(episode).first_sessions_before_follow_up.value
    fact = f"{count(len(dosed), 'session')} dosed; the follow-up comes after {first}."
    newest = max(episode.follow_ups, key=lambda visit: visit.completed_at, default=None)
    has_stopped = newest is not None and newest.decision is FollowUpDecision.STOP and newest.completed_at <= asked.now
    if len(dosed) < first and not has_stopped:
        yield asked.open("9", "follow_up", fact)
        return
    visits = [visit for visit in episode.follow_ups if dosed and visit.completed_at >= first_dose_of(dosed[0])]
    latest = newest if has_stopped else max(visits, key=lambda visit: visit.completed_at, default=None)
    entries = [latest.entry_id] if latest else []
    match _problem(episode, latest, asked.network.zone):
        case None:
            yield asked.open("9", "follow_up", fact, *_said(latest, asked), entries=entries)
        case missing, decision:
            opens = Opens(act="The follow-up consult, then an amended plan.", decision=decision, by=Role.PRESCRIBER)
            said = _said(latest, asked)
            yield asked.closed("9", "follow_up", fact, *said, missing=missing, opens=opens, entries=entries)


def _problem(episode: Episode, latest: FollowUp | None, zone: str) -> tuple[str, str] | None:
    """What is missing, and the decision that brings it."""
    if latest is None:
        return "a follow-up consult", "complete_follow_up"
    if latest.decision is FollowUpDecision.STOP:
        return "a follow-up consult that decides to go on", "complete_follow_up"
    if latest.sessions_released == 0:
        return "a follow-up consult that releases more sessions", "complete_follow_up"
    plan = episode.plan
    if plan is None or (plan.amended_at or plan.issued_at) < latest.completed_at:
        return f"the plan amended after the follow-up of {at(latest.completed_at, zone)}", "amend_plan"
    return None


def _said(latest: FollowUp | None, asked: Question) -> list[str]:
    if latest is None:
        return ["No follow-up consult has taken place since the first dose."]
    when = at(latest.completed_at, asked.network.zone)
    released = count(latest.sessions_released, "more session")
    return [f"Follow-up on {when}: {latest.decision.value}, {released}."]


def follow_up_not_overdue(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Once a dose was taken: closed when the visit is overdue beyond its days of grace."""
    due_on = follow_up_due_on(episode, asked)
    if due_on is None:
        return
    dosed = dosed_sessions(episode, asked.session.session_id if asked.session else None)
    closes_on = due_on + timedelta(days=asked.plan_numbers(episode).follow_up_grace_days.value + 1)
    if not dosed or asked.today < closes_on:
        yield asked.open("10", "follow_up_due", f"Follow-up due {on(due_on)}.")
        return
    opens = Opens(act="A prescriber holds it.", decision="complete_follow_up", by=Role.PRESCRIBER)
    fact = f"The follow-up was due {on(due_on)}; no dose from {on(closes_on)} on."
    yield asked.closed("10", "follow_up_due", fact, missing="a follow-up consult", opens=opens)


def follow_up_due_on(episode: Episode, asked: Question) -> date | None:
    """Counted from the intake, or from the return after a long pause; None once a visit took place since."""
    if episode.intake is None:
        return None
    since = episode.intake.completed_at
    if (pause := long_pause(episode, asked)) is not None:
        since = max(since, pause.resumed_at)
    if any(visit.completed_at >= since for visit in episode.follow_ups):
        return None
    return day_of(since, asked.network.zone) + timedelta(days=asked.plan_numbers(episode).follow_up_due_days.value)
