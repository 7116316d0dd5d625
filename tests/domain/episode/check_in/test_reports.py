"""What patients report between sessions: always recordable, never judged, and never lost until somebody has looked."""

from decimal import Decimal
from typing import Any

import pytest

from domain.decision import RoleMayNotDecide
from domain.derived import derived_id
from domain.episode.check_in.nominate_chaperone import ChaperoneIsTooYoung, ChaperoneNominated, nominate_chaperone
from domain.episode.check_in.report_medicine_inventory import (
    MedicineInventoryReported,
    StrengthIsCountedTwice,
    report_medicine_inventory,
)
from domain.episode.check_in.report_symptoms import SymptomsReported, report_symptoms
from domain.episode.check_in.reports import Relationship, TabletCount
from domain.episode.check_in.review_symptoms import SymptomReportIsUnknown, SymptomsReviewed, review_symptoms
from domain.episode.check_in.symptoms import Symptom
from domain.episode.course.mark_in_error import EntryMarkedInError
from domain.episode.due.obligation import Obligation
from domain.episode.due.obligations import obligations
from domain.episode.intake.intake import UrinaryBaseline
from domain.episode.safety.place_hold import hold_because
from domain.episode.safety.safety import HoldReason
from domain.event import Event
from domain.protocol.numbers import Count, Mark
from domain.protocol.protocol import Protocol
from domain.protocol.shipped import load_shipped
from tests.domain.given import History, Scenario, at, given
from tests.domain.people import LINDQVIST, OKAFOR, PROTOCOL, RIVERA, TEST_NETWORK, local, sealed
from tests.situations import PREPARED

REPORT = derived_id("report", 1)
MOMENT = local("2026-03-18 10:00")


def reporting(scenario: Scenario, **order: Any) -> Scenario:
    return scenario.when(report_symptoms, now="2026-03-18 10:00", report_id=REPORT, **order)


def reported(**fields: Any) -> SymptomsReported:
    return SymptomsReported(report_id=REPORT, reported_at=MOMENT, **fields)


def due(*history: History, protocol: Protocol = PROTOCOL) -> list[Obligation]:
    state = given(PREPARED, *history).state
    found = obligations(state, now=local("2026-03-18 12:00"), protocol=protocol, network=TEST_NETWORK)
    return [one for one in found if one.key.startswith("symptoms:")]


def happened(event: Event) -> History:
    return at("2026-03-18 10:00", event, by=LINDQVIST)


def test_what_the_patient_reports_is_recorded_as_said() -> None:
    reporting(given(PREPARED), symptoms=["nausea", "nausea", "headache"]).then(
        reported(symptoms=(Symptom.NAUSEA, Symptom.HEADACHE))
    )


def test_the_same_report_is_recorded_once() -> None:
    reporting(given(PREPARED, happened(reported(symptoms=(Symptom.NAUSEA,)))), symptoms=["nausea"]).then()


def test_reported_suicidal_thoughts_hold_dosing() -> None:
    reporting(given(PREPARED), suicidal_thoughts=True).then(
        reported(suicidal_thoughts=True), hold_because(HoldReason.SUICIDAL_THOUGHTS, REPORT)
    )


def test_not_asked_is_not_no() -> None:
    assert reporting(given(PREPARED)).events[0].suicidal_thoughts is None  # type: ignore[attr-defined]


def test_a_report_waits_for_the_therapist_until_the_next_day() -> None:
    (one,) = due(happened(reported(symptoms=(Symptom.NAUSEA,))))
    assert one.with_id == LINDQVIST.actor_id
    assert one.due_on is not None
    assert one.due_on.isoformat() == "2026-03-19"
    assert not one.is_safety


def test_by_when_somebody_looks_is_a_number_of_the_protocol() -> None:
    days = Count(value=3, unit="days", source="", mark=Mark.INFERENCE)
    slower = PROTOCOL.model_copy(update={"numbers": PROTOCOL.numbers.model_copy(update={"report_review_days": days})})
    for protocol, on in ((slower, "2026-03-21"), (load_shipped("kap-core", "1"), "2026-03-19")):
        (one,) = due(happened(reported(symptoms=(Symptom.NAUSEA,))), protocol=protocol)
        assert str(one.due_on) == on
        (urgent,) = due(happened(reported(symptoms=(Symptom.SEIZURE,))), protocol=protocol)
        assert str(urgent.due_on) == "2026-03-18"


@pytest.mark.parametrize("symptom", [Symptom.CHEST_PAIN, Symptom.SEIZURE, Symptom.VISUAL_CHANGE])
def test_a_red_flag_is_the_prescribers_the_same_day(symptom: Symptom) -> None:
    (one,) = due(happened(reported(symptoms=(Symptom.NAUSEA, symptom))))
    assert (one.with_id, one.is_safety) == (RIVERA.actor_id, True)
    assert one.due_on is not None
    assert one.due_on.isoformat() == "2026-03-18"


def test_u1_visible_blood_is_seen_the_same_day() -> None:
    urinary = UrinaryBaseline(
        frequency_per_day=6, nocturia_per_night=1, urgency=False, dysuria=False, visible_blood=True
    )
    (one,) = due(happened(reported(urinary=urinary)))
    assert one.due_on is not None
    assert (one.due_on.isoformat(), one.rule, one.is_safety) == ("2026-03-18", "26", True)


def test_nothing_is_due_where_all_is_well() -> None:
    assert due(happened(reported(suicidal_thoughts=False))) == []


def test_a_review_is_signed_once_and_ends_what_was_due() -> None:
    said = happened(reported(symptoms=(Symptom.NAUSEA,)))
    looked = given(PREPARED, said).when(review_symptoms, by=LINDQVIST, report_id=REPORT, note="Called, fine again.")
    looked.then(SymptomsReviewed(report_id=REPORT, note=sealed("note")))
    reviewed = SymptomsReviewed(report_id=REPORT, note=sealed("note"))
    assert due(said, at("2026-03-18 11:00", reviewed, by=LINDQVIST)) == []
    again = given(PREPARED, said, at("2026-03-18 11:00", reviewed, by=LINDQVIST))
    again.when(review_symptoms, by=LINDQVIST, report_id=REPORT, note="Once more.").then()
    again.when(review_symptoms, by=RIVERA, report_id=REPORT, note="Seen too.").then(reviewed)


def test_a_review_names_a_report() -> None:
    given(PREPARED).when(review_symptoms, by=LINDQVIST, report_id=REPORT, note="words").refused(SymptomReportIsUnknown)


def test_a_coordinator_writes_symptoms_down_and_reviews_none() -> None:
    assert reporting(given(PREPARED), by=OKAFOR, symptoms=["nausea"]).events
    said = happened(reported(symptoms=(Symptom.NAUSEA,)))
    given(PREPARED, said).when(review_symptoms, by=OKAFOR, report_id=REPORT, note="words").refused(RoleMayNotDecide)


def test_a_report_in_error_is_gone_and_its_hold_stays() -> None:
    said = at("2026-03-18 10:00", reported(suicidal_thoughts=True), hold_because(HoldReason.SUICIDAL_THOUGHTS, REPORT))
    entry = given(PREPARED, said).recorded[-2].envelope
    wrong = EntryMarkedInError(
        entry_id=entry.event_id,
        entry_stored_as="SymptomsReported",
        entry_occurred_at=entry.occurred_at,
        reason=sealed("reason"),
    )
    state = given(PREPARED, said, wrong).state
    assert state.symptom_reports == {}
    assert [hold.reason for hold in state.holds.values() if hold.is_open] == [HoldReason.SUICIDAL_THOUGHTS]


def test_tablets_are_counted_by_strength() -> None:
    counted = given(PREPARED).when(
        report_medicine_inventory,
        now="2026-03-18 10:00",
        report_id=REPORT,
        tablets=[{"strength_mg": "100", "on_hand": "5", "taken": "4.5", "destroyed": "0.5"}],
    )
    tablets = TabletCount(strength_mg=Decimal(100), on_hand=Decimal(5), taken=Decimal("4.5"), destroyed=Decimal("0.5"))
    event = MedicineInventoryReported(report_id=REPORT, counted_at=MOMENT, tablets=(tablets,))
    counted.then(event)
    assert given(PREPARED, happened(event)).state.inventory_reports[REPORT].tablets == (tablets,)


def test_one_strength_is_counted_once() -> None:
    twice = [{"strength_mg": "100", "on_hand": "5"}, {"strength_mg": "100.00", "on_hand": "1"}]
    given(PREPARED).when(report_medicine_inventory, report_id=REPORT, tablets=twice).refused(StrengthIsCountedTwice)


def nominating(scenario: Scenario, **order: Any) -> Scenario:
    said = {"name": "Ben", "phone": "555-0117", "relationship": "friend", "is_adult": True, "may_be_contacted": True}
    return scenario.when(nominate_chaperone, nomination_id=REPORT, **(said | order))


def test_a_chaperone_is_named_and_verified_by_nobody() -> None:
    nominating(given(PREPARED)).then(
        ChaperoneNominated(
            nomination_id=REPORT,
            name=sealed("name"),
            phone=sealed("phone"),
            relationship=Relationship.FRIEND,
            is_adult=True,
            may_be_contacted=True,
        )
    )


def test_a_chaperone_is_an_adult() -> None:
    nominating(given(PREPARED), is_adult=False).refused(ChaperoneIsTooYoung)
