"""Erasures: what waits, what is kept and what is erased, from the events of patients."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.actor import Role
from domain.derived import derived_id
from domain.patient.call_off_erasure import ErasureCalledOff
from domain.patient.confirm_erasure import PatientErased
from domain.patient.erasure import LegalBasis
from domain.patient.lift_legal_hold import LegalHoldLifted
from domain.patient.place_legal_hold import LegalHoldPlaced
from domain.patient.propose_erasure import ErasureProposed
from domain.patient.register_patient import PatientRegistered
from projections.erasures import HoldKept, RecordKept, records
from tests.domain.given import at, given
from tests.domain.people import NETWORK_ID, PARK, local, person, sealed

STEIN = person("stein", Role.COMPLIANCE)
ERASURE, HOLD, SECOND = (derived_id("x", number) for number in (1, 2, 3))
REGISTERED = PatientRegistered(
    network_id=NETWORK_ID, reference="KAP-0012", name=sealed("n"), birth_date=sealed("b"), adult=True
)
WAITS_UNTIL = local("2026-03-24 09:00")
PROPOSED = ErasureProposed(
    erasure_id=ERASURE, legal_basis=LegalBasis.COURT_ORDER, reason=sealed("r"), confirmable_from=WAITS_UNTIL
)
ERASED = PatientErased(
    erasure_id=ERASURE, legal_basis=LegalBasis.COURT_ORDER, proposed_by=PARK.actor_id, confirmed_by=STEIN.actor_id
)


def folded(*history: Any) -> RecordKept:
    row: RecordKept | None = None
    for event, envelope in given(*history, stream="patient").recorded:
        row = records.evolve(event, envelope, (envelope.stream_id,), row)
    assert row is not None
    return row


def hold(hold_id: UUID) -> LegalHoldPlaced:
    return LegalHoldPlaced(hold_id=hold_id, reason=sealed("r"))


def test_every_patient_has_a_row_and_nothing_in_it() -> None:
    row = folded(REGISTERED)
    assert (row.reference, row.proposed_at, row.erased_at, row.held_since) == ("KAP-0012", None, None, None)


def test_a_proposal_stands_until_it_is_called_off_or_carried_out() -> None:
    history = (at("2026-03-09 09:00", REGISTERED), at("2026-03-10 09:00", PROPOSED, by=PARK))
    row = folded(*history)
    assert (row.proposed_by, row.confirmable_from) == (PARK.actor_id, WAITS_UNTIL)
    called_off = folded(*history, at("2026-03-11 09:00", ErasureCalledOff(erasure_id=ERASURE, reason=sealed("r"))))
    assert called_off == folded(REGISTERED)
    erased = folded(*history, at("2026-03-24 10:00", ERASED, by=STEIN))
    assert (erased.erased_at, erased.confirmed_by) == (WAITS_UNTIL + timedelta(hours=1), STEIN.actor_id)


def test_a_record_is_held_since_the_first_of_the_holds_that_stand() -> None:
    first, second = local("2026-03-10 09:00"), local("2026-03-11 09:00")
    history = (
        REGISTERED,
        at("2026-03-10 09:00", hold(HOLD), by=PARK),
        at("2026-03-11 09:00", hold(SECOND), by=STEIN),
    )
    row = folded(*history)
    kept = (HoldKept(HOLD, PARK.actor_id, first), HoldKept(SECOND, STEIN.actor_id, second))
    assert (row.legal_holds, row.held_since) == (kept, first)
    lifted = [LegalHoldLifted(hold_id=one, reason=sealed("r")) for one in (HOLD, SECOND)]
    left = folded(*history, lifted[0])
    assert (left.legal_holds, left.held_since) == (kept[1:], second)
    assert folded(*history, *lifted).held_since is None
