"""What is due before the first dose: care team, intake, clearance, eligibility, consents and a plan."""

from collections.abc import Iterable

from domain.actor import Role
from domain.days import day_of
from domain.episode.due.obligation import Obligation, whose
from domain.episode.eligibility.eligibility import EligibilityOutcome
from domain.episode.episode import Episode
from domain.episode.gates.consent import consent
from domain.episode.gates.doses import sessions_left
from domain.episode.gates.eligibility import eligibility
from domain.episode.gates.gate import Question
from domain.episode.gates.intake import intake
from domain.episode.gates.plan import plan
from domain.episode.gates.words import on
from domain.episode.plan.plan import PlanStatus


def onboarding(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """Each step once the one before it is done."""
    yield from _care_team(episode, asked)
    yield from _intake(episode, asked)
    if episode.intake is None:
        return
    yield from _clearances(episode, asked)
    yield from _eligibility(episode, asked)
    if episode.eligibility is None or episode.eligibility.outcome is not EligibilityOutcome.ELIGIBLE:
        return
    yield from _consents(episode, asked)
    yield from _plan(episode, asked)


def _care_team(episode: Episode, asked: Question) -> Iterable[Obligation]:
    referred_on = on(day_of(episode.referred_at, asked.network.zone)) if episode.referred_at else ""
    for role in (Role.PRESCRIBER, Role.THERAPIST):
        if not episode.members_at(asked.now, role):
            yield Obligation(
                key=f"care_team:{role.value}",
                what="Assign care team",
                why=f"No {role.value} is on the care team; referred {referred_on}.",
                with_role=Role.COORDINATOR,
                decision="assign_care_team_member",
                blocks_dosing=True,
            )


def _intake(episode: Episode, asked: Question) -> Iterable[Obligation]:
    if episode.intake is None and episode.intake_booked_for is None:
        yield Obligation(
            key="intake",
            what="Book the intake consult",
            why="No intake is booked.",
            with_role=Role.COORDINATOR,
            with_id=whose(episode, Role.COORDINATOR, asked.now),
            decision="book_intake",
            blocks_dosing=True,
        )
        return
    for gate in intake(episode, asked):
        if not gate.is_open:
            yield Obligation(
                key="intake",
                what="Intake consult" if episode.intake is None else "Update of the intake",
                why=" ".join(gate.facts),
                with_role=Role.PRESCRIBER,
                with_id=whose(episode, Role.PRESCRIBER, asked.now),
                due_at=episode.intake_booked_for if episode.intake is None else None,
                rule=gate.rule,
                decision=gate.opens.decision,
                entries=gate.entries,
                blocks_dosing=True,
            )


def _clearances(episode: Episode, asked: Question) -> Iterable[Obligation]:
    for clearance in episode.clearances.values():
        if clearance.received_at is None:
            asked_on = on(day_of(clearance.requested_at, asked.network.zone))
            yield Obligation(
                key=f"clearance:{clearance.clearance_id}",
                what="Medical clearance",
                why=f"{clearance.specialty.capitalize()}, asked for {asked_on}.",
                with_role=Role.COORDINATOR,
                with_id=whose(episode, Role.COORDINATOR, asked.now),
                due_on=clearance.due_on,
                rule="2",
                decision="receive_clearance",
                entries=(clearance.entry_id,),
                blocks_dosing=True,
            )


def _eligibility(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """Not while a clearance is awaited, and not again once the patient was found not eligible."""
    found = episode.eligibility
    if any(clearance.received_at is None for clearance in episode.clearances.values()):
        return
    if found is not None and found.outcome is EligibilityOutcome.NOT_ELIGIBLE:
        return
    for gate in eligibility(episode, asked):
        if not gate.is_open:
            yield Obligation(
                key="eligibility",
                what="Determine eligibility",
                why=" ".join(gate.facts),
                with_role=Role.PRESCRIBER,
                with_id=whose(episode, Role.PRESCRIBER, asked.now),
                rule=gate.rule,
                decision="determine_eligibility",
                entries=gate.entries,
                blocks_dosing=True,
            )


def _consents(episode: Episode, asked: Question) -> Iterable[Obligation]:
    ways = episode.plan.terms.ways if episode.plan else ()
    for gate in consent(episode, asked._replace(way=ways[0] if ways else None)):
        if not gate.is_open:
            yield Obligation(
                key="consent",
                what="Consents to sign",
                why=" ".join(gate.facts),
                with_role=Role.THERAPIST,
                with_id=whose(episode, Role.THERAPIST, asked.now),
                rule=gate.rule,
                decision="sign_consent",
                entries=gate.entries,
                blocks_dosing=True,
            )


def _plan(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """Issue, renew or resume; more sessions come with the follow-up."""
    found = episode.plan
    if found is not None and found.status is PlanStatus.IN_FORCE and sessions_left(episode, found) == 0:
        return
    for gate in plan(episode, asked):
        if not gate.is_open:
            suspended = found is not None and found.status is PlanStatus.SUSPENDED
            yield Obligation(
                key="plan",
                what="Resume the plan" if suspended else "Issue a plan",
                why=gate.facts[0],
                with_role=Role.PRESCRIBER,
                with_id=whose(episode, Role.PRESCRIBER, asked.now),
                rule=gate.rule,
                decision=gate.opens.decision,
                entries=gate.entries,
                blocks_dosing=True,
            )
