"""Plans of devices under a monitored protocol."""

from datetime import date
from decimal import Decimal
from typing import Any

from domain.derived import derived_id
from domain.episode.intake.intake import Way
from domain.episode.plan.issue_plan import PlanIssued, ProtocolIsNotAdopted, issue_plan
from domain.episode.plan.plan import AfterHold, Divisible, Tablets
from domain.episode.plan.terms import TermsDoNotFit
from domain.episode.prescription.record_prescription import Drug, PrescriptionRecorded, record_prescription
from tests.domain.given import Scenario, given
from tests.domain.people import RIVERA, TEST_NETWORK
from tests.monitored_day import (
    DEVICES,
    NETWORK,
    PLANNED,
    UNDER,
    device_terms,
)
from tests.situations import CONSENTED


def issue(**fields: Any) -> Scenario:
    order = {"plan_id": derived_id("plan", 1), "terms": device_terms(), "protocol_id": "spravato-style"} | fields
    return given(CONSENTED).when(issue_plan, by=RIVERA, now="2026-03-04 09:00", network=NETWORK, **order)


def test_a_plan_is_issued_under_a_protocol_adopted_beside_the_own() -> None:
    issue().includes(PlanIssued, protocol_id="spravato-style", protocol_version="1")
    issue(terms=device_terms(review_by=date(2026, 8, 31)), protocol_id="none-such").refused(ProtocolIsNotAdopted)
    given(CONSENTED).when(
        issue_plan, by=RIVERA, now="2026-03-04 09:00", network=TEST_NETWORK, plan_id=derived_id("plan", 1),
        terms=device_terms(), protocol_id="spravato-style",
    ).refused(ProtocolIsNotAdopted)  # fmt: skip


def test_devices_are_counted_whole() -> None:
    assert DEVICES.can_make(Decimal(84))
    refused = issue(terms=device_terms(next_dose_mg=Decimal(70)))
    assert "70 mg cannot be made from 28 mg devices in whole devices; 56 or 84 mg can." in str(refused.refusal)
    refused.refused(TermsDoNotFit)
    halved = DEVICES.model_copy(update={"divisible": Divisible.HALVES})
    issue(terms=device_terms(tablets=halved)).refused(TermsDoNotFit, field="terms.tablets.divisible")


def test_the_protocol_says_which_forms_and_ways_a_plan_may_have() -> None:
    tablets = Tablets(strength_mg=Decimal(28))
    issue(terms=device_terms(tablets=tablets)).refused(TermsDoNotFit, rule="+medicine_form")
    issue(terms=device_terms(ways=(Way.IN_PERSON, Way.REMOTE))).refused(TermsDoNotFit, field="terms.ways")
    issue(terms=device_terms(maximum_mg=Decimal(112))).refused(TermsDoNotFit, rule="15")


def test_a_spray_is_never_swallowed_against_the_plan() -> None:
    assert device_terms().after_hold is AfterHold.NOTHING


def test_devices_hold_esketamine() -> None:
    order = {"prescription_id": derived_id("rx"), "reference": "RX-1", "strength_mg": 28, "quantity": 16}
    recorded = given(PLANNED).when(
        record_prescription, **order, issued_on=date(2026, 3, 4), by=RIVERA, now="2026-03-04 09:10", **UNDER
    )
    recorded.includes(PrescriptionRecorded, drug=Drug.ESKETAMINE)
