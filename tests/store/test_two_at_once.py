"""Two people at one patient at once: a dose is recorded once, and who has left the team decides nothing."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.actor import Actor, Role
from domain.episode.dosing.record_dose import DoseTaken, RecordDose, ThisPartIsRecorded, record_dose
from domain.episode.dosing.record_vitals import RecordVitals, record_vitals
from domain.episode.episode import EPISODE
from domain.episode.intake.intake import Way
from domain.episode.safety.place_hold import PlaceHold, place_hold
from domain.episode.safety.release_hold import HoldReleased, ReleaseHold, release_hold
from domain.episode.safety.safety import HoldReason
from domain.episode.session.book_session import BookSession, book_session
from domain.episode.session.session import SessionKind, VitalsPhase
from domain.episode.team.assign_care_team_member import AssignCareTeamMember, assign_care_team_member
from domain.episode.team.remove_care_team_member import RemoveCareTeamMember, remove_care_team_member
from domain.refusal import Refused
from domain.sealed import Sealed
from store.errors import NotFound
from store.times import CLOCK_SKEW_MINUTES
from tests.postgres import Database
from tests.store.house import House, house, second


class Room:
    """A patient of a therapist and a prescriber, in a dosing session that has begun, seen from two processes."""

    def __init__(self, home: House, other: House) -> None:
        self.home, self.other = home, other
        self.therapist, self.prescriber = home.admit(Role.THERAPIST), home.admit(Role.PRESCRIBER)
        self.coordinator = home.admit(Role.COORDINATOR)
        self.episode_id, self.session_id = uuid4(), uuid4()
        home.refer(self.episode_id, home.register(), self.therapist)
        self.began_at = datetime.now(UTC) - timedelta(minutes=CLOCK_SKEW_MINUTES)
        member = AssignCareTeamMember(clinician_id=self.prescriber.actor_id, role=Role.PRESCRIBER)
        self.decide(assign_care_team_member, member, self.coordinator)
        booking = BookSession(
            session_id=self.session_id,
            kind=SessionKind.DOSING,
            starts_at=self.began_at,
            way=Way.IN_PERSON,
            companion_id=uuid4(),
        )
        self.decide(book_session, booking, self.therapist)
        other.care.state(EPISODE, self.episode_id, network_id=home.network_id)  # and remembers it from here on

    def decide(self, decision: Any, order: Any, by: Actor, at: House | None = None) -> Any:
        return (at or self.home).decide(EPISODE, self.episode_id, decision, order, by=by)

    def dose(self) -> RecordDose:
        """The dose as one more person enters it."""
        return RecordDose(
            session_id=self.session_id,
            dose_id=uuid4(),
            amount_mg=Decimal(200),
            tablets_not_counted=True,
            taken_at=self.began_at,
        )

    def recorded(self, event_class: type) -> list[Any]:
        history = self.home.care.history(EPISODE, self.episode_id, network_id=self.home.network_id)
        return [event for event, _ in history if isinstance(event, event_class)]

    def at_once(self, *asked: tuple[House, Any, Any, Actor]) -> list[str]:
        """Every decision in a thread of its own; how each ended."""
        start = threading.Barrier(len(asked))

        def take(at: House, decision: Any, order: Any, by: Actor) -> str:
            start.wait()
            try:
                return "recorded" if self.decide(decision, order, by, at).recorded else "nothing new"
            except (Refused, NotFound) as refusal:
                return type(refusal).__name__

        with ThreadPoolExecutor(len(asked)) as people:
            return [one.result() for one in [people.submit(take, *each) for each in asked]]


@pytest.fixture
def room(database: Database) -> Iterator[Room]:
    with house(database.app_url) as home:
        other = second(home, database)
        yield Room(home, other)
        other.close()


def test_a_dose_that_two_people_enter_at_once_is_recorded_once_and_asked_about(room: Room) -> None:
    ended = room.at_once(
        (room.home, record_dose, room.dose(), room.therapist),
        (room.other, record_dose, room.dose(), room.prescriber),
    )
    assert sorted(ended) == [ThisPartIsRecorded.__name__, "recorded"]
    assert len(room.recorded(DoseTaken)) == 1


def test_a_hold_that_two_people_release_at_once_is_released_once(room: Room) -> None:
    hold_id: UUID = uuid4()
    room.decide(place_hold, PlaceHold(hold_id=hold_id, reason=HoldReason.OTHER), room.therapist)
    release = ReleaseHold(hold_id=hold_id, reason=Sealed.of("seen"))
    ended = room.at_once(*((at, release_hold, release, room.prescriber) for at in (room.home, room.other)))
    assert sorted(ended) == ["nothing new", "recorded"]
    assert len(room.recorded(HoldReleased)) == 1


def test_vitals_and_a_dose_at_once_are_both_recorded(room: Room) -> None:
    vitals = RecordVitals(
        session_id=room.session_id, vitals_id=uuid4(), phase=VitalsPhase.BEFORE, systolic_mmhg=124, diastolic_mmhg=78
    )
    ended = room.at_once(
        (room.home, record_dose, room.dose(), room.therapist), (room.other, record_vitals, vitals, room.prescriber)
    )
    assert ended == ["recorded", "recorded"]


def test_who_was_removed_meanwhile_decides_nothing(room: Room) -> None:
    room.decide(record_dose, room.dose(), room.prescriber, room.other)
    stays = AssignCareTeamMember(clinician_id=room.home.admit(Role.THERAPIST).actor_id, role=Role.THERAPIST)
    room.decide(assign_care_team_member, stays, room.coordinator, room.other)
    gone = RemoveCareTeamMember(clinician_id=room.therapist.actor_id, role=Role.THERAPIST, reason=Sealed.of("moved"))
    room.decide(remove_care_team_member, gone, room.coordinator, room.other)
    with pytest.raises(NotFound):
        room.decide(place_hold, PlaceHold(hold_id=uuid4(), reason=HoldReason.OTHER), room.therapist)
    assert len(room.recorded(DoseTaken)) == 1
