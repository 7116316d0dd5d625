"""H1 in the store: the same adult is not booked for two patients in the same hour, unless in a group."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.companions import with_companion_id
from domain.actor import Actor, Role
from domain.episode.episode import EPISODE
from domain.episode.referral.refer import Refer, refer
from domain.episode.session.book_session import BookSession, book_session
from domain.episode.session.cancel_session import CancelSession, cancel_session
from domain.episode.session.move_session import MoveSession, move_session
from domain.sealed import Sealed
from store.errors import AlreadyReserved
from tests.postgres import Database
from tests.store.house import House, house

START = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=7)
PHONE = "+1 (212) 555-0177"


def _referred(home: House, therapist: Actor, name: str) -> UUID:
    episode_id = uuid4()
    order = Refer(patient_id=home.register(name), reason=Sealed.of("depression"))
    home.decide(EPISODE, episode_id, refer, order, by=therapist)
    return episode_id


def _book(home: House, therapist: Actor, episode_id: UUID, starts_at: datetime = START, way: str = "remote") -> UUID:
    session_id = uuid4()
    body: dict[str, Any] = {
        "session_id": str(session_id),
        "kind": "dosing",
        "starts_at": starts_at.isoformat(),
        "minutes": 180,
        "way": way,
        "companion_name": "A friend",
        "companion_phone": PHONE if starts_at == START else PHONE.replace("-", " "),
        "companion_is_adult": True,
    }
    known = with_companion_id(BookSession, body, home.kek, home.network_id)
    home.decide(EPISODE, episode_id, book_session, BookSession.model_validate(known), by=therapist)
    return session_id


def test_h1_one_adult_sits_with_one_patient_in_an_hour(database: Database) -> None:
    with house(database.app_url) as home:
        therapist = home.admit(Role.THERAPIST)
        ada, ben = _referred(home, therapist, "Ada Example"), _referred(home, therapist, "Ben Example")
        of_ada = _book(home, therapist, ada)
        with pytest.raises(AlreadyReserved):
            _book(home, therapist, ben, START + timedelta(hours=2))
        _book(home, therapist, ben, START + timedelta(hours=2), way="group")
        of_ben = _book(home, therapist, ben, START + timedelta(hours=3))
        later = MoveSession(session_id=of_ada, starts_at=START + timedelta(hours=1))
        with pytest.raises(AlreadyReserved):
            home.decide(EPISODE, ada, move_session, later, by=therapist)
        home.decide(EPISODE, ben, cancel_session, CancelSession(session_id=of_ben), by=therapist)
        home.decide(EPISODE, ada, move_session, later, by=therapist)
