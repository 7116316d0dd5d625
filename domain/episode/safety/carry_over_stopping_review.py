"""A review in an earlier course said that dosing stops: it stops in this one too, whatever the grade (rule 25).

What such a review had said when this course began came along with the referral; this is for what is said later.
"""

from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.derived import derived_id
from domain.episode.episode import Episode
from domain.episode.gates.adverse_events import stops_dosing
from domain.episode.plan.suspend_plan import SuspendedBecause, suspensions
from domain.episode.referral.elsewhere import Elsewhere
from domain.episode.safety.carry_over_adverse_event import carried_over
from domain.episode.safety.place_hold import hold_because
from domain.episode.safety.safety import AdverseEvent, HoldReason
from domain.event import Event
from domain.order import Order


class CarryOverStoppingReview(Order):
    adverse_event_id: UUID
    reviewed_in: UUID
    """The episode in which it was reviewed."""


@decides(Role.SYSTEM)
def carry_over_stopping_review(
    episode: Episode, order: CarryOverStoppingReview, *, elsewhere: Elsewhere
) -> list[Event]:
    """Stop dosing because of a review in another episode, if that is what it still says.

    An event that was judged here too is held anew where the review there is the later one; a prescriber releases it.
    A course that has ended, or is history only, needs none.
    """
    if episode.patient_id is None or episode.is_imported or episode.closed_at is not None:
        return []
    there = _stopping(elsewhere, order)
    if there is None:
        return []
    hold = hold_because(HoldReason.ADVERSE_EVENT, there.adverse_event_id)
    here = episode.adverse_events.get(there.adverse_event_id)
    suspended = suspensions(episode, SuspendedBecause.ADVERSE_EVENT)
    if here is None:
        is_known = hold.hold_id in episode.holds
        return [] if is_known else [carried_over(there, order.reviewed_in), hold, *suspended]
    if stops_dosing(here) or not _is_judged_before(here, there, episode):
        return []
    again = derived_id(hold.hold_id, "reviewed", there.review_entry_id)
    return [hold.model_copy(update={"hold_id": again}), *suspended]


def _stopping(elsewhere: Elsewhere, order: CarryOverStoppingReview) -> AdverseEvent | None:
    """The event, unless its review was changed since or marked in error."""
    found = (one.adverse_events.get(order.adverse_event_id) for one in elsewhere.episodes if _is_it(one, order))
    return next((event for event in found if event is not None and event.dosing_may_go_on is False), None)


def _is_it(episode: Episode, order: CarryOverStoppingReview) -> bool:
    return episode.episode_id == order.reviewed_in


def _is_judged_before(here: AdverseEvent, there: AdverseEvent, episode: Episode) -> bool:
    """Reviewed or released here, and reviewed there since; what is held still needs no other hold."""
    held = [hold for hold in episode.holds.values() if hold.because_of == here.adverse_event_id]
    if there.reviewed_at is None or any(hold.is_open for hold in held):
        return False
    judged = (here.reviewed_at, *(hold.released_at for hold in held))
    return all(moment < there.reviewed_at for moment in judged if moment is not None)
