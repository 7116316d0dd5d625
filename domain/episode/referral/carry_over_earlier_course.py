"""What becomes known of an earlier course after a new one was opened: high risk, unreviewed thoughts, a late dose.

What was known when the new episode opened came along with the referral. It is compared with how the earlier courses
stand now, so that a repetition adds nothing, and what was released there before is not held here.
"""

from datetime import datetime
from uuid import UUID

from domain.actor import Role
from domain.days import day_of
from domain.decision import decides
from domain.derived import derived_id
from domain.episode.dosing.dosed_before_told import dosed_before_told
from domain.episode.eligibility.eligibility import Contraindication
from domain.episode.episode import EarlierCourse, EarlierTold, Episode, EpisodeEvent, evolve
from domain.episode.intake.intake import told
from domain.episode.plan.suspend_plan import PlanSuspended, SuspendedBecause, suspensions
from domain.episode.referral.elsewhere import Elsewhere, earlier_high
from domain.episode.safety.carry_over_adverse_event import carried_over
from domain.episode.safety.note_deviation import DeviationNoted
from domain.episode.safety.place_hold import HoldPlaced, hold_because
from domain.episode.safety.safety import Hold, HoldReason
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.protocol.protocol import Protocol
from domain.stream import change


class EarlierCourseCarriedOver(EpisodeEvent, stored_as="EarlierCourseCarriedOver"):
    """What gates need to know of the earlier episodes, whole, as it is known now; it replaces what was known before."""

    found_in: UUID
    """The episode in which it was recorded."""
    earlier: EarlierCourse


class CarryOverEarlierCourse(Order):
    found_in: UUID


@decides(Role.SYSTEM)
def carry_over_earlier_course(
    episode: Episode,
    order: CarryOverEarlierCourse,
    *,
    elsewhere: Elsewhere,
    network: Network,
    protocol: Protocol,
    now: datetime,
) -> list[Event]:
    """Take over what was recorded late in an earlier episode; a course that has ended, or is history only, needs none.

    High risk suspends the plan, as it does where it is found (rule 21, case P5). A dose here that came too soon after
    one there is told, since nobody here knew of it.
    """
    if episode.patient_id is None or episode.is_imported or episode.closed_at is not None:
        return []
    earlier = _known_now(episode, elsewhere)
    held = [*_held_anew(episode, elsewhere), *_stopped(episode, elsewhere)]
    if earlier == episode.earlier:
        return held
    before, found = episode.earlier.high_risk, earlier.high_risk
    is_new = found is not None and (before is None or before.outcome_id != found.outcome_id)
    is_suspended = any(isinstance(one, PlanSuspended) for one in held)
    suspended = suspensions(episode, SuspendedBecause.SAFETY) if is_new and not is_suspended else []
    dosed: list[DeviationNoted] = []
    if earlier.last_dose_at is not None and earlier.last_dose_at != episode.earlier.last_dose_at:
        day, told_at = day_of(earlier.last_dose_at, network.zone), order.happened_at(now)
        dosed = dosed_before_told(episode, day, told_at, network=network, protocol=protocol)
    return [EarlierCourseCarriedOver(found_in=order.found_in, earlier=earlier), *held, *suspended, *dosed]


def _known_now(episode: Episode, elsewhere: Elsewhere) -> EarlierCourse:
    """Contraindications and serious events only grow: what is resolved there was not resolved here.

    High risk stays when the way back was gone there, since it is gone here or not at all; it ends where the screening
    was corrected or marked in error.
    """
    before, now = episode.earlier, elsewhere.earlier_course()
    stays = before.high_risk if before.high_risk is not None and elsewhere.found_high(before.high_risk) else None
    return EarlierCourse(
        contraindications=tuple(sorted({*before.contraindications, *now.contraindications})),
        serious_adverse_events=tuple(sorted({*before.serious_adverse_events, *now.serious_adverse_events})),
        last_dose_at=now.last_dose_at,
        high_risk=now.high_risk or stays,
    )


def _held_anew(episode: Episode, elsewhere: Elsewhere) -> list[Event]:
    """Holds there that no hold placed here since answers to."""
    return [
        _hold_here(episode, hold, cause)
        for cause, hold in elsewhere.safety_holds().items()
        if not any(_answers_to(here, hold, cause) for here in episode.holds.values())
    ]


def _stopped(episode: Episode, elsewhere: Elsewhere) -> list[Event]:
    """Adverse events that stop dosing there once more, as by a review marked in error, and are not known here."""
    found: list[Event] = []
    for event, reported_in in elsewhere.stopping_events():
        hold = hold_because(HoldReason.ADVERSE_EVENT, event.adverse_event_id)
        if event.adverse_event_id not in episode.adverse_events and hold.hold_id not in episode.holds:
            found += [carried_over(event, reported_in), hold]
    return [*found, *suspensions(episode, SuspendedBecause.ADVERSE_EVENT)] if found else []


def _answers_to(here: Hold, there: Hold, cause: UUID) -> bool:
    is_same = here.reason is there.reason and here.because_of == cause
    return is_same and (here.is_open or (here.known_at or here.placed_at) >= (there.known_at or there.placed_at))


def _hold_here(episode: Episode, there: Hold, cause: UUID) -> HoldPlaced:
    hold = hold_because(there.reason, cause)
    if hold.hold_id not in episode.holds:
        return hold
    return hold.model_copy(update={"hold_id": derived_id(there.hold_id, "carried over")})


@evolve.register
def _(event: EarlierCourseCarriedOver, episode: Episode, envelope: Envelope) -> Episode:
    before, risk = episode.earlier.high_risk, event.earlier.high_risk
    is_known = before is not None and risk is not None and before.outcome_id == risk.outcome_id
    found = {
        code: Contraindication(envelope.event_id, code, found_at=envelope.occurred_at, known_in=envelope.version)
        for code in event.earlier.contraindications
        if code not in episode.earlier.contraindications
    }
    return change(
        episode,
        contraindications={**episode.contraindications, **found},
        earlier=event.earlier,
        earlier_told=(*episode.earlier_told, EarlierTold(episode.earlier, episode.earlier_high, told(envelope))),
        earlier_high=episode.earlier_high if is_known else earlier_high(risk, envelope),
    )
