"""Random courses of care as plain lists of events in time order, in zones anywhere on earth."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from hypothesis import strategies as st

from domain.actor import Role
from domain.derived import derived_id
from domain.episode.course.discharge_patient import DischargeReason, PatientDischarged
from domain.episode.course.mark_done import ObligationMarkedDone
from domain.episode.course.pause_episode import EpisodePaused
from domain.episode.course.resume_episode import EpisodeResumed
from domain.episode.dosing.attempt_check_in import CheckInAttempted
from domain.episode.dosing.record_next_day_check_in import NextDayCheckInRecorded
from domain.episode.follow_up.book_follow_up import FollowUpBooked
from domain.episode.follow_up.complete_follow_up import FollowUpCompleted
from domain.episode.follow_up.follow_up import FollowUpDecision
from domain.episode.outcome.record_outcome import OutcomeRecorded
from domain.episode.safety.note_deviation import note_deviation
from domain.episode.safety.place_hold import HoldPlaced
from domain.episode.safety.release_hold import HoldReleased
from domain.episode.safety.report_adverse_event import AdverseEventReported, AdverseEventTerm
from domain.episode.safety.review_adverse_event import AdverseEventAction, AdverseEventReviewed, Related
from domain.episode.safety.review_deviation import DeviationReviewed
from domain.episode.safety.safety import HoldReason
from domain.episode.session.complete_integration import IntegrationCompleted
from domain.episode.session.session import SessionEnd, SessionKind
from domain.episode.team.assign_care_team_member import CareTeamMemberAssigned
from domain.episode.team.remove_care_team_member import CareTeamMemberRemoved
from domain.event import Event
from tests.domain.people import ADA, LINDQVIST, RIVERA, sealed
from tests.dosing_day import booked, dose, ended, opened
from tests.situations import ADA_ELIGIBLE, ADA_INTAKE, ADA_REFERRED, plan_issued

ZONES = (
    "America/New_York", "America/Los_Angeles", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata",
    "America/Sao_Paulo", "Pacific/Apia", "UTC",
)  # fmt: skip
"""Among them half hours, a half hour of summer time, the southern half of the year, and the date line."""
STARTS = (
    datetime(2026, 3, 6, 4, tzinfo=UTC),
    datetime(2026, 10, 22, 23, tzinfo=UTC),
    datetime(2026, 6, 30, tzinfo=UTC),
)
"""Days before clocks go forward or back, and a summer without."""
TURNING_DAYS = (0, 1, 7, 21, 28, 30, 31, 56, 60, 84, 90)


class Course(NamedTuple):
    """`events` with the moments at which they happened; asked at `now`."""

    events: tuple[tuple[datetime, Event], ...]
    now: datetime
    network_zone: str


@dataclass
class Telling:
    """A course while it is told."""

    at: datetime
    patient_zone: str
    events: list[tuple[datetime, Event]] = field(default_factory=list)
    ids: int = 0
    sessions: list[UUID] = field(default_factory=list)
    holds: list[UUID] = field(default_factory=list)
    adverse: list[UUID] = field(default_factory=list)
    deviations: list[UUID] = field(default_factory=list)

    def new_id(self) -> UUID:
        self.ids += 1
        return derived_id("random", self.ids)

    def tell(self, event: Event) -> None:
        self.events.append((self.at, event))


Draw = Callable[[Any], Any]


def _referred(told: Telling, draw: Draw) -> None:
    told.tell(ADA_REFERRED)


def _team(told: Telling, draw: Draw) -> None:
    who, role = draw(st.sampled_from([(LINDQVIST, Role.THERAPIST), (RIVERA, Role.PRESCRIBER)]))
    if draw(st.integers(0, 3)):
        told.tell(CareTeamMemberAssigned(clinician_id=who.actor_id, role=role, from_at=told.at))
    else:
        told.tell(CareTeamMemberRemoved(clinician_id=who.actor_id, role=role, until_at=told.at))


def _onboarded(told: Telling, draw: Draw) -> None:
    times = {"started_at": told.at - timedelta(hours=1), "ended_at": told.at, "patient_zone": told.patient_zone}
    told.tell(ADA_INTAKE.model_copy(update=times))
    until = told.at.date() + timedelta(days=draw(st.integers(0, 90)))
    told.tell(ADA_ELIGIBLE.model_copy(update={"valid_until": until}))
    if draw(st.booleans()):
        told.tell(plan_issued(sessions_authorised=draw(st.integers(1, 4)), review_by=date(2027, 1, 31)))


def _dosed(told: Telling, draw: Draw) -> None:
    session_id = told.new_id()
    told.tell(booked(session_id, number=len(told.sessions) + 1).model_copy(update={"starts_at": told.at}))
    told.tell(opened(session_id))
    told.at += timedelta(minutes=draw(st.integers(1, 90)))
    swallowed = draw(st.booleans())
    for _ in range(draw(st.integers(1, 2))):
        part = dose("14:05", session_id=session_id, dose_id=told.new_id(), swallowed=swallowed)
        told.tell(part.model_copy(update={"taken_at": told.at}))
        told.at += timedelta(minutes=draw(st.integers(1, 45)))
    told.sessions.append(session_id)
    if draw(st.integers(0, 4)):
        told.at += timedelta(minutes=draw(st.integers(10, 400)))
        how = draw(st.sampled_from([SessionEnd.RELEASED, SessionEnd.AGAINST_ADVICE]))
        told.tell(ended("16:10", how, session_id).model_copy(update={"ended_at": told.at}))


def _looked_after(told: Telling, draw: Draw) -> None:
    if not told.sessions:
        return
    if draw(st.booleans()):
        told.tell(NextDayCheckInRecorded(session_id=told.sessions[-1], at=told.at, well=True))
    else:
        told.tell(CheckInAttempted(session_id=told.sessions[-1], at=told.at))


def _integrated(told: Telling, draw: Draw) -> None:
    session_id, start = told.new_id(), told.at
    book = booked(session_id, kind=SessionKind.INTEGRATION, companion_id=None)
    told.tell(book.model_copy(update={"starts_at": start}))
    told.at += timedelta(hours=1)
    told.tell(IntegrationCompleted(session_id=session_id, started_at=start, ended_at=told.at))


def _followed_up(told: Telling, draw: Draw) -> None:
    if draw(st.booleans()):
        told.tell(FollowUpBooked(starts_at=told.at + timedelta(hours=draw(st.integers(1, 24 * 20)))))
        return
    visit = FollowUpCompleted(
        completed_at=told.at, completed_by=RIVERA.actor_id, minutes=30, same_provider=True,
        decision=draw(st.sampled_from([*[FollowUpDecision.CONTINUE] * 4, FollowUpDecision.STOP])),
        sessions_released=draw(st.integers(0, 4)),
    )  # fmt: skip
    told.tell(visit)


def _harmed(told: Telling, draw: Draw) -> None:
    if told.adverse and draw(st.booleans()):
        reviewed = AdverseEventReviewed(
            adverse_event_id=draw(st.sampled_from(told.adverse)), related=Related.UNLIKELY, expected=False,
            action=AdverseEventAction.WATCHED, dosing_may_go_on=True, note=sealed("note"),
        )  # fmt: skip
        told.tell(reviewed)
        return
    told.adverse.append(told.new_id())
    grade = draw(st.sampled_from([1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5]))
    reported = AdverseEventReported(
        adverse_event_id=told.adverse[-1], term=AdverseEventTerm.CONFUSION, grade=grade,
        serious=draw(st.booleans()), happened_at=told.at,
    )  # fmt: skip
    told.tell(reported)


def _held(told: Telling, draw: Draw) -> None:
    if told.holds and draw(st.booleans()):
        told.tell(HoldReleased(hold_id=draw(st.sampled_from(told.holds)), reason=sealed("reason")))
        return
    told.holds.append(told.new_id())
    told.tell(HoldPlaced(hold_id=told.holds[-1], reason=HoldReason.OTHER))


def _deviated(told: Telling, draw: Draw) -> None:
    if told.deviations and draw(st.booleans()):
        told.tell(DeviationReviewed(deviation_id=draw(st.sampled_from(told.deviations)), note=sealed("note")))
        return
    noted = note_deviation("15", "over_maximum", told.new_id())
    told.deviations.append(noted.deviation_id)
    told.tell(noted)


def _scored(told: Telling, draw: Draw) -> None:
    outcome = OutcomeRecorded(
        outcome_id=told.new_id(), instrument="phq-9", instrument_version="1", taken_at=told.at,
        total=draw(st.integers(0, 27)), band=None, has_safety_item=True, safety_answer=0,
        safety_item_is_positive=False,
    )  # fmt: skip
    told.tell(outcome)


def _paused(told: Telling, draw: Draw) -> None:
    told.tell(EpisodePaused(reason=sealed("travel")))
    if draw(st.integers(0, 3)):
        days = draw(st.integers(1, 60))
        told.at += timedelta(days=days)
        told.tell(EpisodeResumed(paused_days=days))


def _called(told: Telling, draw: Draw) -> None:
    due = told.at.date() + timedelta(days=draw(st.integers(-1, 8)))
    told.tell(ObligationMarkedDone(key="contact", due=str(due)))


def _treated(told: Telling, draw: Draw) -> None:
    """A course that goes on for some weeks: measured, dosed, measured again."""
    _onboarded(told, draw)
    _scored(told, draw)
    told.at += timedelta(hours=draw(st.integers(1, 200)))
    _dosed(told, draw)
    told.at += timedelta(days=draw(st.integers(1, 75)))
    _scored(told, draw)


def _discharged(told: Telling, draw: Draw) -> None:
    if draw(st.integers(0, 2)) == 0:
        told.tell(PatientDischarged(patient_id=ADA, reason=DischargeReason.COMPLETED, on=told.at.date()))


STEPS = (
    _team, _team, _onboarded, _onboarded, _dosed, _dosed, _dosed, _looked_after, _integrated, _followed_up,
    _followed_up, _harmed, _held, _deviated, _scored, _scored, _paused, _called, _discharged,
)  # fmt: skip


@st.composite
def courses(draw: Draw) -> Course:
    """A referral and up to fourteen steps, minutes or weeks apart."""
    zone, patient_zone = draw(st.sampled_from(ZONES)), draw(st.sampled_from(ZONES))
    told = Telling(draw(st.sampled_from(STARTS)), patient_zone)
    _referred(told, draw)
    if draw(st.booleans()):
        _treated(told, draw)
    for step in draw(st.lists(st.sampled_from(STEPS), min_size=1, max_size=14)):
        hours = draw(st.one_of(st.integers(0, 30), st.integers(0, 24 * 25)))
        told.at += timedelta(hours=hours, minutes=draw(st.sampled_from([0, 1, 17, 30, 59])))
        step(told, draw)
    return Course(tuple(told.events), _asked_at(told, draw), zone)


def _asked_at(told: Telling, draw: Draw) -> datetime:
    """Some while after the last event; mostly where something turns over: so many days after one of them."""
    if draw(st.integers(0, 3)) == 0:
        return told.at + timedelta(hours=draw(st.integers(0, 24 * 40)), minutes=draw(st.integers(0, 59)))
    since: datetime = draw(st.sampled_from([at for at, _ in told.events]))
    days = timedelta(days=draw(st.sampled_from(TURNING_DAYS)), minutes=draw(st.sampled_from([-1, 0, 1, 59, 300])))
    return max(told.at, since + days)
