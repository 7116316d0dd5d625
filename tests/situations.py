"""Named histories of Ada, the base case of the acceptance tests. Each one goes on where the one before it ended."""

from domain.episode.referral.refer import PatientReferred
from tests.domain.given import at
from tests.domain.people import ADA, LINDQVIST, sealed

REFERRED = at(
    "2026-02-26 10:00",
    PatientReferred(
        patient_id=ADA,
        reference="KAP-0012",
        referred_by=LINDQVIST.actor_id,
        name=sealed("ada"),
        birth_date=sealed("1984-03-11"),
        adult=True,
        reason=sealed("reason"),
        diagnoses=("F33.2",),
        contact=sealed("contact"),
    ),
    by=LINDQVIST,
)
