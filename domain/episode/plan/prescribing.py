"""What every decision on a plan's terms asks of patient and prescriber."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from domain.actor import Role
from domain.clinician.clinician import Clinicians
from domain.days import day_of
from domain.episode.dosing.dose_arithmetic import plain
from domain.episode.eligibility.eligibility import EligibilityOutcome
from domain.episode.eligibility.find_contraindication import is_absolute
from domain.episode.episode import Episode
from domain.episode.follow_up.follow_up import FollowUp, FollowUpDecision
from domain.episode.gates.doses import dosed_sessions, first_dose_at, first_dose_of, sessions_used
from domain.episode.gates.words import on
from domain.episode.intake.update_intake import IntakeIsNotComplete
from domain.episode.plan.plan import Plan, PlanTerms
from domain.network.network import Network
from domain.protocol.protocol import Protocol
from domain.refusal import AsksAgain, Refused


class PatientIsNotEligible(Refused):
    """The patient is not found eligible today: {why}. A prescriber determines eligibility first."""

    rule = "2"


class ContraindicationStands(Refused):
    """An absolute contraindication stands: {names}. It has to resolve, and eligibility be determined anew."""

    rule = "22"


class PrescriberIsSuspended(Refused):
    """A prescriber who is suspended, or no longer in this network, cannot order a plan. Ask another prescriber."""

    rule = "3"


class PrescriberIsNotLicensed(Refused):
    """The prescriber has no licence in {state} that is valid on {day}. A prescriber licensed there orders the plan."""

    rule = "3"


class MoreSessionsNeedFollowUp(Refused):
    """No more than {first} dosed sessions before the follow-up consult. Order up to {left} now, more after it."""

    rule = "9"


class SessionsWereNotReleased(Refused):
    """The latest follow-up consult released {released} more sessions; this plan may authorise up to {left} in all."""

    rule = "9"


class PlanWouldHaveExpired(Refused):
    """The plan would have expired on {day}. Choose a day ahead."""

    rule = "3"


class PlanBelongsToAnotherPrescriber(Refused):
    """Another prescriber ordered this plan. Accept the hand-over and issue it in your own name, or suspend it."""

    rule = "3"


class DoseStepIsLarge(AsksAgain):
    """{dose_mg} mg is {percent} % above the {last_mg} mg ordered before. Look again; if it is right, confirm it."""

    rule = "15"
    confirm = "confirm_step"


def require_eligible(episode: Episode, protocol: Protocol, today: date) -> None:
    """Refuse unless eligible on that day, with no clearance open and no absolute contraindication standing."""
    if standing := sorted(c for c in episode.unresolved_contraindications if is_absolute(c, protocol)):
        entries = [protocol.contraindication(code) for code in standing]
        raise ContraindicationStands(
            names=", ".join(e.name if e else c for e, c in zip(entries, standing, strict=True))
        )
    found = episode.eligibility
    if found is None:
        raise PatientIsNotEligible(why="eligibility was not determined yet")
    if found.outcome is not EligibilityOutcome.ELIGIBLE:
        raise PatientIsNotEligible(why=f"the finding is {found.outcome.value.replace('_', ' ')}")
    if found.valid_until is not None and not found.is_valid_on(today):
        raise PatientIsNotEligible(why=f"the finding ran out on {on(found.valid_until)}")
    if any(c.received_at is None for c in episode.clearances.values()):
        raise PatientIsNotEligible(why="a medical clearance is open")


def require_licensed_prescriber(episode: Episode, clinicians: Clinicians, who: UUID, today: date) -> str:
    """The state the plan is ordered for; refuses a prescriber who may not order there."""
    if episode.intake is None:
        raise IntakeIsNotComplete
    prescriber, state = clinicians.get(who), episode.intake.home_state
    if prescriber is None or not prescriber.is_active_as(Role.PRESCRIBER):
        raise PrescriberIsSuspended
    if not prescriber.is_licensed_in(state, today, Role.PRESCRIBER):
        raise PrescriberIsNotLicensed(state=state, day=on(today))
    return state


def require_own_plan(plan: Plan, who: UUID) -> None:
    """Refuse to change terms that stand under another prescriber's name."""
    if plan.prescriber_id != who:
        raise PlanBelongsToAnotherPrescriber(field="plan_id")


def require_sessions_released(episode: Episode, plan: Plan | None, terms: PlanTerms, protocol: Protocol) -> None:
    """Refuse sessions beyond the first ones, or beyond what the latest follow-up since the first dose released."""
    if plan is not None and terms.sessions_authorised <= plan.terms.sessions_authorised:
        return
    first = protocol.numbers.first_sessions_before_follow_up.value
    already = len(dosed_sessions(episode)) - (sessions_used(episode, plan) if plan else 0)
    visit = _latest_follow_up(episode)
    if visit is None and already + terms.sessions_authorised > first:
        raise MoreSessionsNeedFollowUp(field="terms.sessions_authorised", first=first, left=max(0, first - already))
    if visit is not None and already + terms.sessions_authorised > (most := _most_after(visit, episode, first)):
        raise SessionsWereNotReleased(
            field="terms.sessions_authorised", released=visit.sessions_released, left=max(0, most - already)
        )


def _latest_follow_up(episode: Episode) -> FollowUp | None:
    """The latest visit since the first dose; one before it has nothing to say about more doses."""
    began = first_dose_at(episode)
    visits = (v for v in episode.follow_ups if began is not None and v.completed_at >= began)
    return max(visits, key=lambda v: v.completed_at, default=None)


def _most_after(visit: FollowUp, episode: Episode, first: int) -> int:
    """Dosed sessions of the whole course that the visit allows."""
    before = sum(1 for s in dosed_sessions(episode) if first_dose_of(s) <= visit.completed_at)
    if visit.decision is FollowUpDecision.STOP:
        return before
    return max(first, before + visit.sessions_released)


def require_days_ahead(terms: PlanTerms, now: datetime, network: Network) -> None:
    """Refuse a plan that would be over before it begins."""
    today = day_of(now, network.zone)
    for field, day in (("terms.review_by", terms.review_by), ("terms.valid_until", terms.valid_until)):
        if day is not None and day < today:
            raise PlanWouldHaveExpired(field=field, day=on(day))


def require_step_confirmed(dose_mg: Decimal, last_mg: Decimal, is_confirmed: bool, protocol: Protocol) -> None:
    """Ask again where a dose rises by more than the protocol's step over the one ordered before."""
    percent = (dose_mg - last_mg) / last_mg * 100
    if percent > protocol.numbers.dose_step_percent.value and not is_confirmed:
        raise DoseStepIsLarge(
            field="next_dose_mg", dose_mg=plain(dose_mg), last_mg=plain(last_mg), percent=round(percent)
        )
