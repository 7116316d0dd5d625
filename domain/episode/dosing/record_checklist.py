"""The checklist of the day: what is asked before the dose. An answer that was not given is unknown, not no."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.intake.intake import told
from domain.episode.plan.plan import Milligrams
from domain.episode.safety.place_hold import hold_because
from domain.episode.safety.safety import HoldReason
from domain.episode.session.session import Checklist, SessionKind
from domain.episode.session.which_session import session_of, with_session
from domain.event import Envelope, Event
from domain.order import NewId, Order
from domain.refusal import Refused
from domain.sealed import KeptBackAnswer
from domain.stream import change


class Answers(BaseModel):
    """True and false as the words say; None: not asked."""

    last_food_at: AwareDatetime | None = None
    last_fluid_at: AwareDatetime | None = None
    medicines_held: bool | None = None
    held_medicine_last_taken_at: AwareDatetime | None = None
    """When the last of the medicines to hold was taken; the hours are counted from then (M2)."""
    pressure_medicine_skipped: bool | None = None
    """One against high blood pressure that is taken as usual was left out today: the vitals are read with it (M1)."""
    medicines_changed: bool | None = None
    suicidal_thoughts_today: bool | None = None
    intoxicated: KeptBackAnswer = None
    alcohol_or_thc_within_hold: KeptBackAnswer = None
    """What somebody drank or took, like being intoxicated, is asked for the dose alone (42 CFR Part 2)."""
    pregnancy_changed: bool | None = None
    """Pregnant, possibly pregnant, or declining to say, since the intake."""
    ketamine_elsewhere: bool | None = None
    capacity_in_doubt: bool | None = None
    driving_acknowledged: bool = False
    room_is_ready: bool | None = None
    medicine_in_hand: bool | None = None
    label_strength_mg: Decimal | None = None
    two_identifiers: bool = False


class ChecklistRecorded(EpisodeEvent, Answers, stored_as="ChecklistRecorded"):
    """The checklist of the day was gone through before a dose; null is not asked."""

    session_id: UUID
    checklist_id: UUID


class RecordChecklist(Order, Answers):
    session_id: UUID
    checklist_id: NewId
    label_strength_mg: Milligrams | None = None


class LastMealIsStillToCome(Refused):
    """The last food, drink or medicine cannot lie ahead. Write when it was."""


@decides(Role.THERAPIST, Role.PRESCRIBER)
def record_checklist(episode: Episode, order: RecordChecklist, *, now: datetime) -> list[Event]:
    """Record the checklist of the day. Thoughts of suicide hold dosing at once."""
    session = session_of(episode, order.session_id, SessionKind.DOSING)
    if session.checklist is not None and session.checklist.checklist_id == order.checklist_id:
        return []
    for field in ("last_food_at", "last_fluid_at", "held_medicine_last_taken_at"):
        if (taken := getattr(order, field)) is not None and taken > order.happened_at(now):
            raise LastMealIsStillToCome(field=field)
    answers = {name: getattr(order, name) for name in Answers.model_fields}
    recorded = ChecklistRecorded(session_id=order.session_id, checklist_id=order.checklist_id, **answers)
    if not order.suicidal_thoughts_today:
        return [recorded]
    return [recorded, hold_because(HoldReason.SUICIDAL_THOUGHTS, order.checklist_id, order.session_id)]


@evolve.register
def _(event: ChecklistRecorded, episode: Episode, envelope: Envelope) -> Episode:
    answers = {name: getattr(event, name) for name in Answers.model_fields}
    checklist = Checklist(
        envelope.event_id, event.checklist_id, envelope.occurred_at, **answers, known_in=envelope.version
    )
    if event.medicines_changed:
        episode = change(episode, medicines_changed=told(envelope))
    session = episode.sessions.get(event.session_id)
    before = session.checklist if session else None
    if before is not None and before.recorded_at > checklist.recorded_at:
        return episode  # entered late: the newer answers stand
    return with_session(episode, event.session_id, checklist=change(checklist, was=before))
