"""Licences that end soon, as the episode shows them."""

from datetime import date

from domain.clinician.clinician import Clinicians
from domain.episode.due.ending_licences import ending_licences
from tests.domain.given import given
from tests.domain.people import ABARA, LINDQVIST, PROTOCOL, RIVERA, clinician, clinicians, local
from tests.dosing_day import BOOKED


def found(known: Clinicians, today: date = date(2026, 3, 12)) -> list[tuple[object, date]]:
    shown = ending_licences(given(BOOKED).state, known, PROTOCOL, today, local(f"{today} 09:00"))
    return [(one.clinician_id, one.licence.last_day) for one in shown]


def test_of_prescriber_and_therapist_within_60_days() -> None:
    ends = date(2026, 5, 11)
    both = clinicians(clinician(RIVERA, until=ends), clinician(LINDQVIST, until=date(2026, 4, 1)))
    assert found(both) == [(LINDQVIST.actor_id, date(2026, 4, 1)), (RIVERA.actor_id, ends)]
    assert found(clinicians(clinician(RIVERA, until=date(2026, 5, 12)))) == []
    assert found(clinicians(clinician(RIVERA, until=date(2026, 3, 1)))) == [(RIVERA.actor_id, date(2026, 3, 1))]


def test_only_for_the_state_and_the_people_it_counts_on() -> None:
    ends = date(2026, 4, 1)
    assert found(clinicians(clinician(ABARA, until=ends))) == []
    assert found(clinicians(clinician(RIVERA, states=("NJ",), until=ends))) == []
