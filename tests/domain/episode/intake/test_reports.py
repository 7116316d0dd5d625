"""Medicines that changed, and ketamine taken elsewhere."""

from datetime import date

from domain.episode.gates import Checkpoint
from domain.episode.intake.elsewhere import last_elsewhere
from domain.episode.intake.findings import DateIsInTheFuture
from domain.episode.intake.intake import MedicineClass
from domain.episode.intake.report_ketamine_elsewhere import KetamineElsewhereReported, report_ketamine_elsewhere
from domain.episode.intake.report_medicine_change import MedicinesChanged, report_medicine_change
from domain.episode.intake.review_medicines import MedicinesReviewed, review_medicines
from domain.episode.intake.update_intake import IntakeIsNotComplete
from tests.domain.given import Scenario, given
from tests.domain.people import LINDQVIST, RIVERA, sealed
from tests.situations import ASSIGNED, PREPARED

CLARITHROMYCIN = {"medicine_class": "strong_cyp_inhibitor", "name": "clarithromycin", "since": date(2026, 3, 9)}


def reported() -> Scenario:
    return given(PREPARED).when(report_medicine_change, by=LINDQVIST, now="2026-03-16 10:00", **CLARITHROMYCIN)


def is_reviewed(scenario: Scenario) -> bool:
    gates = scenario.gates(Checkpoint.OPEN, now="2026-03-17 13:30")
    return all(g.is_open for g in gates if g.rule == "+medicines_changed")


def test_m3_a_new_medicine_closes_until_a_prescriber_looked() -> None:
    report = reported()
    report.then(
        MedicinesChanged(medicine_class=MedicineClass.STRONG_CYP_INHIBITOR, name=sealed("name"), since=date(2026, 3, 9))
    )
    assert not is_reviewed(report)
    reviewed = report.when(review_medicines, by=RIVERA, note="finished on 20 March; wait until then")
    reviewed.then(MedicinesReviewed(note=sealed("note")))
    assert is_reviewed(reviewed)


def test_m3_a_medicine_known_by_name_only_closes_too() -> None:
    assert not is_reviewed(given(PREPARED).when(report_medicine_change, name="some new pill"))


def test_each_report_stands_for_itself() -> None:
    reported().when(report_medicine_change, **CLARITHROMYCIN).includes(MedicinesChanged)


def test_a_medicine_does_not_change_in_the_future() -> None:
    order = CLARITHROMYCIN | {"since": date(2026, 3, 17)}
    given(PREPARED).when(report_medicine_change, now="2026-03-16 10:00", **order).refused(DateIsInTheFuture)
    given(PREPARED).when(report_medicine_change, now="2026-03-17 10:00", **order).includes(MedicinesChanged)


def test_a_review_replaces_the_list() -> None:
    listed = {"medicine_class": "antidepressant", "name": "sertraline", "instruction": "continue"}
    state = given(PREPARED).when(review_medicines, medicines=(listed,)).state
    assert [m.medicine_class for m in state.intake.medicines] == [MedicineClass.ANTIDEPRESSANT]


def test_nothing_to_review_records_nothing_new() -> None:
    given(PREPARED).when(review_medicines).then()


def test_medicines_are_reviewed_after_the_intake() -> None:
    given(ASSIGNED).when(review_medicines).refused(IntakeIsNotComplete)


def test_i2_ketamine_elsewhere_counts_from_its_latest_day() -> None:
    report = given(PREPARED).when(report_ketamine_elsewhere, now="2026-03-23 10:00", on=date(2026, 3, 22))
    report.then(KetamineElsewhereReported(on=date(2026, 3, 22)))
    report.when(report_ketamine_elsewhere, on=date(2026, 3, 22)).then()
    earlier = report.when(report_ketamine_elsewhere, on=date(2026, 3, 12))
    assert last_elsewhere(earlier.state) == date(2026, 3, 22)


def test_ketamine_elsewhere_is_not_in_the_future() -> None:
    refused = given(PREPARED).when(report_ketamine_elsewhere, now="2026-03-21 10:00", on=date(2026, 3, 22))
    refused.refused(DateIsInTheFuture, field="on")
    today = given(PREPARED).when(report_ketamine_elsewhere, now="2026-03-22 10:00", on=date(2026, 3, 22))
    today.includes(KetamineElsewhereReported)
