"""What is due over the course: follow-up consult, more sessions, review of the plan, discharge."""

from collections.abc import Iterable

from domain.actor import Role
from domain.days import day_of
from domain.episode.due.ending import is_ending
from domain.episode.due.obligation import Obligation, whose
from domain.episode.episode import Episode
from domain.episode.follow_up.follow_up import FollowUpDecision
from domain.episode.gates.doses import any_dosed
from domain.episode.gates.follow_up import follow_up_before_more_doses, follow_up_due_on
from domain.episode.gates.gate import Question
from domain.episode.gates.words import on
from domain.episode.plan.plan import PlanStatus


def visits(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """Follow-up first: it decides whether anything else comes."""
    if is_ending(episode):
        yield _discharge(episode, asked)
        return
    yield from _follow_up(episode, asked)
    if episode.plan is not None and episode.plan.status is PlanStatus.IN_FORCE:
        yield Obligation(
            key="plan_review",
            what="Review of the plan",
            why=f"Plan {episode.plan.number} is to be reviewed by {on(episode.plan.terms.review_by)}.",
            with_role=Role.PRESCRIBER,
            with_id=whose(episode, Role.PRESCRIBER, asked.now),
            due_on=episode.plan.terms.review_by,
            rule="3",
            decision="amend_plan",
            entries=(episode.plan.entry_id,),
        )


def _discharge(episode: Episode, asked: Question) -> Obligation:
    latest = max(episode.follow_ups, key=lambda visit: visit.completed_at, default=None)
    stopped = latest is not None and latest.decision is FollowUpDecision.STOP
    return Obligation(
        key="discharge",
        what="Discharge",
        why="The follow-up decided to stop." if stopped else "The patient was found not eligible.",
        with_role=Role.PRESCRIBER,
        with_id=whose(episode, Role.PRESCRIBER, asked.now),
        decision="discharge_patient",
        entries=(latest.entry_id,) if latest is not None and stopped else (),
    )


def _follow_up(episode: Episode, asked: Question) -> Iterable[Obligation]:
    prescriber = whose(episode, Role.PRESCRIBER, asked.now)
    closed = [gate for gate in follow_up_before_more_doses(episode, asked) if not gate.is_open]
    due_on = follow_up_due_on(episode, asked)
    if closed and closed[0].opens.decision == "amend_plan":
        yield Obligation(
            key="more_sessions",
            what="Amend the plan for more sessions",
            why=" ".join(closed[0].facts),
            with_role=Role.PRESCRIBER,
            with_id=prescriber,
            rule="9",
            decision="amend_plan",
            entries=closed[0].entries,
            blocks_dosing=True,
        )
    elif closed or due_on is not None:
        month = f"About a month after the intake, by {on(due_on)}." if due_on else ""
        booked = episode.follow_up_booked_for
        in_time = booked if booked and (due_on is None or day_of(booked, asked.network.zone) <= due_on) else None
        yield Obligation(
            key="follow_up",
            what="Follow-up consult",
            why=" ".join(closed[0].facts) if closed else month,
            with_role=Role.PRESCRIBER,
            with_id=prescriber,
            due_at=in_time,
            due_on=None if in_time else due_on,
            rule="9" if closed else "10",
            decision="complete_follow_up" if booked else "book_follow_up",
            entries=closed[0].entries if closed else (),
            blocks_dosing=bool(closed) or any_dosed(episode),
        )
