"""What was found in open courses is kept while nothing is recorded in them, and never for longer than is said."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from psycopg import Connection

from domain.episode.safety.place_hold import hold_because
from domain.episode.safety.safety import HoldReason
from domain.event import Recorded
from domain.sealed import Sealed
from projections.coordination import COORDINATION, OPEN, Coordination, coordination, is_on_today, standing_of
from projections.engine.pages import apply_all
from projections.glance import Glance, Moment
from projections.gone_through import LONGEST_AGO, GoneThrough, NotYetGoneThrough
from tests.domain.given import at, given
from tests.domain.people import NETWORK_ID, PROTOCOL, TEST_NETWORK, local
from tests.projections.conftest import live_runner
from tests.projections.courses import HistoryLog, copies
from tests.situations import PREPARED

EPISODES = 5
NOON = local("2026-03-12 12:00")


class Looked:
    """Which references were gone through, look by look."""

    def __init__(self, is_on_today: Callable[[Glance], bool] = lambda _: False, **limits: Any) -> None:
        self.at: list[str] = []
        self.gone = GoneThrough(COORDINATION, self.find, is_on_today, **limits)

    def find(self, glance: Glance) -> str:
        self.at.append(glance.case.reference)
        return f"{glance.case.reference} {glance.phase}"

    def look(self, connection: Connection[Any], minutes: float = 0) -> list[str]:
        """What is found; `at` are the courses that were gone through for it."""
        self.at.clear()
        moment = Moment(NOON + timedelta(minutes=minutes), TEST_NETWORK, PROTOCOL)
        found, _ = self.gone.of_all(connection, NETWORK_ID, OPEN, moment)
        return sorted(what for _, what in found)


def histories() -> list[list[Recorded]]:
    return copies(given(PREPARED).recorded, EPISODES)


@pytest.fixture
def lists(work: Connection[Any]) -> Connection[Any]:
    log = HistoryLog(one for history in histories() for one in history)
    apply_all(log, [live_runner(work, log, COORDINATION)])
    return work


def test_a_small_network_is_gone_through_with_every_look(lists: Connection[Any]) -> None:
    looked = Looked()
    first = looked.look(lists)
    assert len(first) == EPISODES
    assert looked.look(lists) == first
    assert len(looked.at) == EPISODES


def test_of_a_large_one_those_whose_turn_was_longest_ago(lists: Connection[Any]) -> None:
    looked = Looked(each_look=2)
    first = looked.look(lists)
    assert len(looked.at) == EPISODES
    turns = []
    for minute in range(1, 6):
        assert looked.look(lists, minute) == first
        turns.append(tuple(looked.at))
    assert {len(turn) for turn in turns} == {2}
    assert len({one for turn in turns[:3] for one in turn}) == EPISODES


def test_nobodys_turn_is_longer_ago_than_is_said(lists: Connection[Any]) -> None:
    looked = Looked(each_look=0)
    looked.look(lists)
    looked.look(lists, LONGEST_AGO / timedelta(minutes=1) - 1)
    assert looked.at == []
    looked.look(lists, LONGEST_AGO / timedelta(minutes=1))
    assert len(looked.at) == EPISODES


def test_a_moment_before_is_another_question(lists: Connection[Any]) -> None:
    looked = Looked(each_look=0)
    looked.look(lists)
    looked.look(lists, -60)
    assert len(looked.at) == EPISODES


def test_where_the_hour_matters_it_is_always_their_turn(lists: Connection[Any]) -> None:
    looked = Looked(lambda glance: glance.case.reference == "KAP-0003", each_look=0)
    looked.look(lists)
    looked.look(lists, 1)
    assert looked.at == ["KAP-0003"]


def test_what_is_recorded_shows_at_once(lists: Connection[Any]) -> None:
    looked = Looked(each_look=0)
    looked.look(lists)
    more = given(PREPARED, at("2026-03-12 11:59", hold_because(HoldReason.OTHER, UUID(int=9)))).recorded
    log = HistoryLog([*(one for history in histories() for one in history), *copies(more, 2)[1][len(histories()[0]) :]])
    apply_all(log, [live_runner(lists, log, COORDINATION)])
    looked.look(lists)
    assert looked.at == ["KAP-0002"]


def test_another_rota_or_protocol_is_another_question(lists: Connection[Any]) -> None:
    looked = Looked(each_look=0)
    looked.look(lists)
    looked.at.clear()
    other = PROTOCOL.model_copy(update={"title": "Another"})
    looked.gone.of_all(lists, NETWORK_ID, OPEN, Moment(NOON, TEST_NETWORK, other))
    assert len(looked.at) == EPISODES


def test_where_time_is_up_nobody_is_left_out_in_silence(lists: Connection[Any], monkeypatch: Any) -> None:
    monkeypatch.setattr("projections.gone_through.AT_ONCE", 2)
    looked = Looked(seconds=0)
    for _ in range(2):
        with pytest.raises(NotYetGoneThrough):
            looked.look(lists)
        assert len(looked.at) == 2
    assert len(looked.look(lists)) == EPISODES, "what is done stays done"


def test_while_another_look_goes_through_them_what_is_known_is_told(lists: Connection[Any], monkeypatch: Any) -> None:
    monkeypatch.setattr("projections.gone_through.OTHERS_SECONDS", 0.01)
    looked = Looked()
    with looked.gone._of(NETWORK_ID).lock, pytest.raises(NotYetGoneThrough):
        looked.look(lists)
    first = looked.look(lists)
    with looked.gone._of(NETWORK_ID).lock:
        assert looked.look(lists) == first
    assert looked.at == []


def test_who_is_discharged_is_left_out(lists: Connection[Any]) -> None:
    looked = Looked()
    looked.look(lists)
    cases = COORDINATION.table_name(COORDINATION.tables[0])
    lists.execute(f"UPDATE read_models.{cases} SET is_open = false WHERE reference = 'KAP-0002'")
    assert [what[:8] for what in looked.look(lists)] == ["KAP-0001", "KAP-0003", "KAP-0004", "KAP-0005"]


def at_coordination(connection: Connection[Any], when: str, standings: Any = None) -> Coordination:
    moment = Moment(local(when), TEST_NETWORK, PROTOCOL)
    return coordination(connection, network_id=NETWORK_ID, moment=moment, standings=standings)


def test_what_is_overdue_is_so_to_the_minute(lists: Connection[Any]) -> None:
    """Even of courses that were gone through before: the day and the time are kept, not whether they were over."""
    for day in range(12, 27):
        when, then = f"2026-03-{day} 09:55", f"2026-03-{day} 10:05"
        standings = GoneThrough(COORDINATION, standing_of, is_on_today, each_look=0)
        at_coordination(lists, when, standings)
        known = at_coordination(lists, then, standings)
        fresh = at_coordination(lists, then)
        assert known.overdue == fresh.overdue
        assert (known.due, known.phases, known.unassigned) == (fresh.due, fresh.phases, fresh.unassigned)


def test_a_new_day_is_another_question(lists: Connection[Any]) -> None:
    looked = Looked(each_look=0)
    before_midnight = (local("2026-03-12 23:58") - NOON) / timedelta(minutes=1)
    looked.look(lists, before_midnight)
    looked.look(lists, before_midnight + 1)
    assert looked.at == []
    looked.look(lists, before_midnight + 3)
    assert len(looked.at) == EPISODES


def test_a_corrected_name_shows_at_once(lists: Connection[Any]) -> None:
    standings = GoneThrough(COORDINATION, standing_of, is_on_today, each_look=0)
    at_coordination(lists, "2026-03-12 12:00", standings)
    patient_id = at_coordination(lists, "2026-03-12 12:00", standings).phases["Preparation"][0].patient.patient_id
    lists.execute(
        f"INSERT INTO read_models.{COORDINATION.table_name(COORDINATION.tables[1])} VALUES (%s, %s, 'corrected', '')",
        [patient_id, NETWORK_ID],
    )
    names = [one.patient.name for one in at_coordination(lists, "2026-03-12 12:00", standings).phases["Preparation"]]
    assert names.count(Sealed(token="corrected")) == 1
