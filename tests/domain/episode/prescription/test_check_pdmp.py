"""The prescription monitoring program: asked, and where the network wants it, asked before a prescription."""

from dataclasses import replace
from datetime import date
from typing import Any

from domain.episode.due.obligations import obligations
from domain.episode.prescription.check_pdmp import PdmpChecked, PdmpIsNotChecked, check_pdmp
from domain.episode.prescription.prescription import PdmpResult
from domain.episode.prescription.record_prescription import PrescriptionRecorded, record_prescription
from domain.network.network import Adoption, Network
from domain.protocol.protocol import hash_of
from domain.protocol.shipped import CURRENT, document
from tests.domain.given import Scenario, at, given
from tests.domain.people import PROTOCOL, RIVERA, TEST_NETWORK, local
from tests.situations import PLANNED, PRESCRIPTION

CHECK = RIVERA.actor_id
ORDER: dict[str, Any] = {
    "prescription_id": PRESCRIPTION,
    "reference": "RX-1",
    "strength_mg": 100,
    "quantity": 8,
    "issued_on": date(2026, 3, 4),
}


def asking() -> Network:
    """The network, after it adopted a document that asks for the check."""
    asked = document(*CURRENT) | {"pdmp_required": True, "protocol_version": "9"}
    adoption = Adoption("kap-core", "9", hash_of(asked), asked, local("2026-01-02 09:00"))
    return replace(TEST_NETWORK, current=adoption)


def checked(day: str, result: PdmpResult = PdmpResult.NOTHING_FOUND, state: str = "NY") -> PdmpChecked:
    return PdmpChecked(
        check_id=CHECK,
        state=state,
        checked_at=local(f"{day} 08:50"),
        checked_on=date.fromisoformat(day),
        checked_by=RIVERA.actor_id,
        result=result,
    )


def prescribing(*history: Any) -> Scenario:
    return given(PLANNED, *history).when(
        record_prescription, by=RIVERA, now="2026-03-04 09:10", network=asking(), **ORDER
    )


def test_a_check_says_where_when_by_whom_and_what() -> None:
    checking = given(PLANNED).when(
        check_pdmp, by=RIVERA, now="2026-03-04 09:05", check_id=CHECK, result="unexpected", reference="Q-17"
    )
    checking.includes(PdmpChecked, state="NY", checked_on=date(2026, 3, 4), result=PdmpResult.UNEXPECTED)
    checking.when(check_pdmp, by=RIVERA, check_id=CHECK, result="unexpected").then()


def test_where_the_network_asks_for_it_a_prescription_follows_a_recent_check() -> None:
    prescribing().refused(PdmpIsNotChecked, rule="19.pdmp")
    prescribing(at("2026-03-04 08:50", checked("2026-03-04"))).includes(PrescriptionRecorded)
    prescribing(at("2026-03-04 08:50", checked("2026-02-02"))).includes(PrescriptionRecorded)
    prescribing(at("2026-03-04 08:50", checked("2026-02-01"))).refused(PdmpIsNotChecked)


def test_only_an_answer_of_the_patients_state_counts() -> None:
    prescribing(at("2026-03-04 08:50", checked("2026-03-04", state="NJ"))).refused(PdmpIsNotChecked)
    silent = at("2026-03-04 08:50", checked("2026-03-04", PdmpResult.NOT_AVAILABLE))
    prescribing(silent).refused(PdmpIsNotChecked)


def test_a_check_after_the_prescription_was_issued_comes_too_late() -> None:
    late = given(PLANNED, at("2026-03-05 08:50", checked("2026-03-05")))
    late.when(record_prescription, by=RIVERA, now="2026-03-05 09:10", network=asking(), **ORDER).refused(
        PdmpIsNotChecked
    )


def test_the_shipped_protocol_leaves_it_to_the_network() -> None:
    assert not PROTOCOL.pdmp_required
    given(PLANNED).when(record_prescription, by=RIVERA, now="2026-03-04 09:10", **ORDER).includes(PrescriptionRecorded)


def test_what_is_missing_is_owed_in_its_order() -> None:
    now, network = local("2026-03-04 09:05"), asking()
    owed = obligations(given(PLANNED).state, now=now, protocol=network.protocol, network=network)
    assert [o.key for o in owed if o.key in ("pdmp", "prescription")] == ["pdmp", "prescription"]
    asked = given(PLANNED, at("2026-03-04 08:50", checked("2026-03-04"))).state
    after = obligations(asked, now=now, protocol=network.protocol, network=network)
    assert [o.key for o in after if o.key in ("pdmp", "prescription")] == ["prescription"]
