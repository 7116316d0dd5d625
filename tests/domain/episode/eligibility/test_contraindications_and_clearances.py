"""Finding and resolving contraindications, asking for clearance and receiving it."""

from datetime import date

from domain.derived import derived_id
from domain.episode.eligibility.find_contraindication import (
    ContraindicationFound,
    ContraindicationIsUnknown,
    find_contraindication,
)
from domain.episode.eligibility.receive_clearance import (
    ClearanceWasAnswered,
    ClearanceWasNotRequested,
    MedicalClearanceReceived,
    receive_clearance,
)
from domain.episode.eligibility.request_clearance import (
    ClearanceWouldBeOverdue,
    MedicalClearanceRequested,
    Specialty,
    request_clearance,
)
from domain.episode.eligibility.resolve_contraindication import (
    ContraindicationNeverResolves,
    ContraindicationResolved,
    ContraindicationWasNotFound,
    resolve_contraindication,
)
from domain.episode.gates import Checkpoint
from domain.episode.plan.plan import PlanStatus
from domain.episode.plan.suspend_plan import PlanSuspended, SuspendedBecause
from tests.domain.given import given
from tests.domain.people import LINDQVIST, OKAFOR, sealed
from tests.situations import INTAKE_DONE, PLAN, PREPARED

CLEARANCE = derived_id("clearance", 1)


def test_x1_an_absolute_contraindication_suspends_the_plan_at_once() -> None:
    found = given(PREPARED).when(find_contraindication, by=LINDQVIST, code="uncontrolled_hypertension", note="182/104")
    found.then(
        ContraindicationFound(code="uncontrolled_hypertension", note=sealed("note")),
        PlanSuspended(plan_id=PLAN, because=SuspendedBecause.CONTRAINDICATION),
    )
    assert found.state.plan.status is PlanStatus.SUSPENDED
    found.when(find_contraindication, code="uncontrolled_hypertension").then()


def test_without_a_plan_there_is_nothing_to_suspend() -> None:
    given(INTAKE_DONE).when(find_contraindication, code="acute_mania").then(ContraindicationFound(code="acute_mania"))


def test_a_relative_one_leaves_the_plan_in_force() -> None:
    found = given(PREPARED).when(find_contraindication, now="2026-03-16 10:00", code="liver_disease")
    found.then(ContraindicationFound(code="liver_disease"))
    closed = [g for g in found.gates(Checkpoint.OPEN, now="2026-03-17 13:30") if not g.is_open]
    assert "22.relative" in {g.rule for g in closed}


def test_only_what_the_protocol_lists_is_found() -> None:
    given(PREPARED).when(find_contraindication, code="toothache").refused(ContraindicationIsUnknown, field="code")


def test_one_that_resolved_can_be_found_again() -> None:
    order = {"code": "cystitis"}
    found = given(PREPARED).when(find_contraindication, **order)
    resolved = found.when(resolve_contraindication, **order, evidence="urology")
    resolved.then(ContraindicationResolved(code="cystitis", evidence=sealed("urology")))
    assert not resolved.state.unresolved_contraindications
    resolved.when(resolve_contraindication, **order, evidence="urology").then()
    assert resolved.when(find_contraindication, **order).state.unresolved_contraindications == {"cystitis"}


def test_x1_allergy_and_primary_psychosis_never_resolve() -> None:
    for code in ("ketamine_allergy", "primary_psychosis"):
        found = given(PREPARED).when(find_contraindication, code=code)
        found.when(resolve_contraindication, code=code, evidence="x").refused(ContraindicationNeverResolves, rule="22")


def test_only_what_was_found_is_resolved() -> None:
    given(PREPARED).when(resolve_contraindication, code="cystitis", evidence="x").refused(ContraindicationWasNotFound)


def test_clearance_is_requested_and_received() -> None:
    order = {"clearance_id": CLEARANCE, "specialty": "cardiology", "due_on": date(2026, 3, 20)}
    asked = given(PREPARED).when(request_clearance, now="2026-03-12 10:00", **order)
    asked.then(
        MedicalClearanceRequested(clearance_id=CLEARANCE, specialty=Specialty.CARDIOLOGY, due_on=date(2026, 3, 20))
    )
    asked.when(request_clearance, **order).then()
    assert "2" in {g.rule for g in asked.gates(Checkpoint.OPEN, now="2026-03-17 13:30") if not g.is_open}
    answer = {"clearance_id": CLEARANCE, "is_cleared": True}
    received = asked.when(receive_clearance, by=OKAFOR, **answer, source="letter")
    received.then(MedicalClearanceReceived(clearance_id=CLEARANCE, is_cleared=True, source=sealed("letter")))
    received.when(receive_clearance, **answer).then()
    received.when(receive_clearance, clearance_id=CLEARANCE, is_cleared=False).refused(ClearanceWasAnswered)
    assert "2" not in {g.rule for g in received.gates(Checkpoint.OPEN, now="2026-03-17 13:30") if not g.is_open}


def test_clearance_is_asked_for_ahead_and_answered_when_asked() -> None:
    order = {"clearance_id": CLEARANCE, "specialty": "cardiology", "due_on": date(2026, 3, 11)}
    given(PREPARED).when(request_clearance, now="2026-03-12 10:00", **order).refused(ClearanceWouldBeOverdue)
    today = order | {"due_on": date(2026, 3, 12)}
    given(PREPARED).when(request_clearance, now="2026-03-12 10:00", **today).includes(MedicalClearanceRequested)
    given(PREPARED).when(receive_clearance, clearance_id=CLEARANCE, is_cleared=True).refused(ClearanceWasNotRequested)
