"""Alerts on the lists: whoever one has come to sees it on their own list, coordination without what it is about."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from psycopg import Connection

from domain.actor import Actor, Role
from domain.derived import derived_id
from domain.episode.alert.alert import Alert, AlertKind
from domain.episode.alert.alerts import alerts
from domain.episode.course.mark_in_error import mark_in_error
from domain.episode.dosing.attempt_check_in import CheckInAttempted
from domain.episode.dosing.record_companion_departure import CompanionLeft
from domain.episode.dosing.record_dose import DoseTaken
from domain.episode.episode import EPISODE, Episode
from domain.episode.safety.grant_override import OverrideGranted
from domain.episode.safety.note_deviation import note_deviation
from domain.episode.safety.place_hold import hold_because
from domain.episode.safety.report_adverse_event import report_adverse_event
from domain.episode.safety.safety import HoldReason
from domain.episode.session.session import SessionEnd
from domain.event import Recorded
from domain.network.network import MedicalDirector, OnCall
from domain.protocol.protocol import Place, Protocol
from projections.alerting import MAY_ALERT, TO_CHASE, Alerting, alerting, may_concern, to_chase
from projections.caseload import CASELOAD
from projections.cases import count_cases, read_glances
from projections.engine.pages import apply_all
from projections.glance import Moment
from projections.prescriber_worklist import PRESCRIBER_WORKLIST
from tests.domain.episode.gates.test_urinary import answered
from tests.domain.given import Scenario, at, given
from tests.domain.people import (
    ABARA,
    LINDQVIST,
    NETWORK_ID,
    OKAFOR,
    PROTOCOL,
    RIVERA,
    SOLIS,
    TEST_NETWORK,
    clinician,
    clinicians,
    local,
    person,
    sealed,
)
from tests.dosing_day import BOOKED, DOSED, OPENED, RELEASED, SESSION, ended, vitals
from tests.projections.conftest import live_runner
from tests.projections.courses import HistoryLog, copies

VANCE, CHEN = person("vance"), person("chen")
"""The back-up of whoever is on call, and the medical director."""
DUTY = OnCall(ABARA.actor_id, "+1 212 555 0100", local("2026-01-02 09:00"), None, VANCE.actor_id, "+1 212 555 0101")
ROTA = replace(TEST_NETWORK, on_calls=(DUTY,), medical_director=MedicalDirector(CHEN.actor_id, "+1 212 555 0199"))
PEOPLE = (RIVERA, LINDQVIST, ABARA, VANCE, CHEN, OKAFOR, SOLIS)
ABOUT = derived_id("what it is about")
UP_TO_COORDINATION = PROTOCOL.model_copy(
    update={
        "alerts": tuple(
            rule.model_copy(update={"ladder": (*rule.ladder, (Place.COORDINATOR,))}) for rule in PROTOCOL.alerts
        )
    }
)
"""A protocol in which every alert ends with coordination."""
OVERRIDE = OverrideGranted(
    override_id=ABOUT,
    rule="7",
    session_id=SESSION,
    reason=sealed("reason"),
    values_seen=(),
    expires_at=local("2026-03-17 10:00"),
)


def held(reason: HoldReason, history: Any = BOOKED, when: str = "2026-03-16 09:00") -> Scenario:
    return given(history, at(when, hold_because(reason, ABOUT, SESSION)))


def tried_twice() -> Iterator[Any]:
    for clock in ("09:00", "18:30"):
        tried_at = local(f"2026-03-20 {clock}")
        yield at(tried_at, CheckInAttempted(session_id=SESSION, at=tried_at))


SERIOUS = {"adverse_event_id": ABOUT, "term": "other", "grade": 3, "serious": True}
LEFT = CompanionLeft(session_id=SESSION, left_at=local("2026-03-17 14:40"))


def dose_in_error(dosed: Scenario) -> Scenario:
    """Typed under the wrong patient: this one has taken nothing and still waits."""
    entry = dosed.entry(DoseTaken)
    return dosed.when(
        mark_in_error,
        by=RIVERA,
        now="2026-03-17 14:25",
        entry=entry,
        event_id=entry.envelope.event_id,
        reason=sealed("Another patient's"),
    )


HELD_IN_THE_SESSION = held(HoldReason.CHAPERONE, OPENED, "2026-03-17 13:30")
STANDING: tuple[tuple[AlertKind, Scenario], ...] = (
    (AlertKind.EMERGENCY, held(HoldReason.EMERGENCY, DOSED, "2026-03-17 14:40")),
    (AlertKind.HIGH_RISK, held(HoldReason.HIGH_RISK)),
    (AlertKind.HELD, HELD_IN_THE_SESSION),
    (AlertKind.HELD, given(OPENED, at("2026-03-17 13:40", vitals("13:40", 164, 92)))),
    (AlertKind.HELD, dose_in_error(given(DOSED, at("2026-03-17 14:20", vitals("14:20", 164, 92))))),
    (AlertKind.SERIOUS_EVENT, given(RELEASED).when(report_adverse_event, now="2026-03-18 10:00", **SERIOUS)),
    (AlertKind.DOSE_OVER_PLAN, held(HoldReason.DOSE_OVER_PLAN, DOSED, "2026-03-17 14:30")),
    (AlertKind.SWALLOWED, given(DOSED, at("2026-03-17 14:09", note_deviation("15", "swallowed", ABOUT)))),
    (AlertKind.CHAPERONE_LEFT, given(DOSED, at("2026-03-17 14:40", LEFT))),
    (AlertKind.SAFETY_ITEM, held(HoldReason.SAFETY_ITEM)),
    (AlertKind.AGAINST_ADVICE, given(DOSED, at("2026-03-17 15:00", ended("15:00", SessionEnd.AGAINST_ADVICE)))),
    (AlertKind.CHECK_IN_MISSED, given(RELEASED, *tried_twice())),
    (AlertKind.URINARY, answered(nocturia_per_night=3)),
    (AlertKind.VISIBLE_BLOOD, answered(visible_blood=True)),
    (AlertKind.NEVER_CLOSED, given(DOSED)),
    (AlertKind.OVERRIDE_UNREAD, given(BOOKED, at("2026-03-16 10:00", OVERRIDE, by=RIVERA))),
)
"""Each kind of alert and a history that raises it."""


class Told(NamedTuple):
    """One of these histories, as the course of a patient of its own."""

    kind: AlertKind
    history: list[Recorded]

    @property
    def episode_id(self) -> UUID:
        return self.history[0].envelope.stream_id

    def alerts(self, now: datetime, protocol: Protocol) -> dict[AlertKind, Alert]:
        """As the episode itself says."""
        state: Episode = EPISODE.initial
        for event, envelope in self.history:
            state = EPISODE.evolve(event, state, envelope)
        found = alerts(state, now=now, protocol=protocol, network=ROTA, clinicians=clinicians())
        return {alert.kind: alert for alert in found}

    def up_the_ladder(self, protocol: Protocol) -> Iterator[datetime]:
        """When it is raised, and each time that it goes on to the next rung."""
        late = self.history[-1].envelope.occurred_at + timedelta(hours=7)
        first = self.alerts(late, protocol)[self.kind]
        yield first.raised_at
        yield from (rung.from_at for rung in first.rungs[1:])


TOLD = [Told(kind, copies(scenario.recorded, number)[-1]) for number, (kind, scenario) in enumerate(STANDING, 1)]


@pytest.fixture
def lists(work: Connection[Any]) -> Connection[Any]:
    """The lists of a network in which all of these have happened."""
    log = HistoryLog(one for told in TOLD for one in told.history)
    apply_all(log, [live_runner(work, log, model) for model in (CASELOAD, PRESCRIBER_WORKLIST)])
    return work


def on_the_list_of(who: Actor, lists: Connection[Any], moment: Moment) -> list[Alerting]:
    """What stands above the list that is this person's."""
    if who.has(Role.COORDINATOR):
        return to_chase(lists, network_id=NETWORK_ID, moment=moment, who=who)
    model = PRESCRIBER_WORKLIST if who.has(Role.PRESCRIBER) else CASELOAD
    return alerting(lists, model, network_id=NETWORK_ID, moment=moment, who=who)


@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: str(who.actor_id)[:8])
def test_only_courses_that_may_concern_a_person_are_looked_into_and_none_is_missed(
    who: Actor, lists: Connection[Any]
) -> None:
    for protocol in (PROTOCOL, UP_TO_COORDINATION):
        for told in TOLD:
            for now in told.up_the_ladder(protocol):
                moment = Moment(now, ROTA, protocol, clinicians())
                asked = {"network_id": NETWORK_ID}
                everything = read_glances(lists, CASELOAD, MAY_ALERT, asked, moment)
                theirs = {one.alert_id for glance in everything for one in glance.alerts if one.concerns(who)}
                found = alerting(lists, CASELOAD, network_id=NETWORK_ID, moment=moment, who=who)
                assert {one.alert.alert_id for one in found} == theirs


def test_courses_of_others_are_not_looked_into(lists: Connection[Any]) -> None:
    stranger = Actor(derived_id("stranger"), NETWORK_ID, frozenset({Role.THERAPIST}))
    where, asked = may_concern(NETWORK_ID, Moment(local("2026-03-20 19:00"), ROTA, PROTOCOL), stranger)
    assert count_cases(lists, CASELOAD, where, asked) == 0


def test_there_is_a_history_for_every_kind() -> None:
    assert {kind for kind, _ in STANDING} == set(AlertKind)


@pytest.mark.parametrize("protocol", [PROTOCOL, UP_TO_COORDINATION], ids=["shipped", "up to coordination"])
def test_whoever_an_alert_has_come_to_sees_it_on_their_own_list(lists: Connection[Any], protocol: Protocol) -> None:
    rungs = 0
    for told in TOLD:
        for nth, now in enumerate(told.up_the_ladder(protocol)):
            alert = told.alerts(now, protocol)[told.kind]
            moment = Moment(now, ROTA, protocol, clinicians())
            seeing = {who for who in PEOPLE if (told.episode_id, alert.alert_id) in rows_of(who, lists, moment)}
            assert seeing == {who for who in PEOPLE if alert.concerns(who)}, (told.kind, nth)
            assert all(any(contact.is_for(who) for who in seeing) for contact in alert.rungs[nth].contacts)
            assert alert.reached == nth, told.kind
            rungs += 1
    assert rungs >= 2 * len(TOLD)


def rows_of(who: Actor, lists: Connection[Any], moment: Moment) -> set[tuple[UUID, UUID]]:
    return {(row.patient.episode_id, row.alert.alert_id) for row in on_the_list_of(who, lists, moment)}


def test_coordination_sees_for_whom_since_when_and_with_whom_and_nothing_clinical(lists: Connection[Any]) -> None:
    moment = Moment(local("2026-04-20 09:00"), ROTA, UP_TO_COORDINATION, clinicians())
    rows = on_the_list_of(OKAFOR, lists, moment)
    assert len(rows) >= len(STANDING)
    assert {(row.alert.name, row.alert.why, row.alert.entries, row.alert.decision) for row in rows} == {
        (TO_CHASE, "", (), None)
    }
    assert all(row.alert.is_grave is row.alert.is_urgent for row in rows)  # nor does a colour or the order tell
    assert rows == sorted(rows, key=lambda row: (row.alert.place, row.patient.reference))
    assert all(row.patient.name is not None for row in rows)
    assert all(row.alert.is_with is not None and row.alert.is_with.has(OKAFOR) for row in rows)


def test_the_lists_pass_over_a_suspended_prescriber_as_the_messages_do(lists: Connection[Any]) -> None:
    known = clinicians(clinician(RIVERA, suspended=True))
    moment = Moment(local("2026-03-17 13:41"), ROTA, PROTOCOL, known)
    (told,) = [told for told, (_, one) in zip(TOLD, STANDING, strict=True) if one is HELD_IN_THE_SESSION]
    assert told.episode_id in {row.patient.episode_id for row in on_the_list_of(ABARA, lists, moment)}
