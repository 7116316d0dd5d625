"""A course of care through the forms alone: every form is filled in once and what was typed is recorded."""

from collections.abc import Iterator

import pytest

from api.forms import FORMS
from domain.episode.session.session import SessionEnd, VitalsPhase
from tests.api.clinic import Browser, Clinic, PunctualClinic, opened_clinic
from tests.api.course import referred
from tests.api.forms_after_the_dose import ended, followed_up
from tests.api.forms_before_the_dose import onboarding, planned, prepared
from tests.api.forms_course import Forms
from tests.api.forms_of_the_dosing_day import dosed
from tests.postgres import Servers

OF_OTHER_PROTOCOLS = {"record_monitoring_form_sent"}
"""Forms that only a monitored protocol asks for; test_monitored_session.py records them."""


@pytest.fixture
def clinic(servers: Servers) -> Iterator[Clinic]:
    """What was told and looked at is compared by the time of the entry too: all by the clinic's own clock."""
    with servers.get("embedded").fresh_database() as database, opened_clinic(database, kind=PunctualClinic) as opened:
        yield opened


def test_every_form_is_recorded_in_one_course(clinic: Clinic) -> None:
    course = referred(clinic)
    forms = Forms(clinic, course)
    therapist, prescriber, coordinator = clinic.therapist, clinic.prescriber, clinic.coordinator
    second = Browser(clinic, clinic.admit("Dr. Noor Abara", *clinic.rivera.roles))

    onboarding(forms, therapist, prescriber, coordinator)
    planned(forms, prescriber)
    prepared(forms, therapist, coordinator)
    first = dosed(forms, therapist, prescriber, second)
    followed_up(forms, therapist, prescriber, coordinator, first)
    ended(forms, therapist, prescriber, coordinator, second)

    assert set(FORMS) - OF_OTHER_PROTOCOLS == forms.recorded
    state = course.state
    assert state.closed_at is not None
    session = state.sessions[first]
    assert session.ended_as is SessionEnd.RELEASED
    assert {v.phase for v in session.vitals.values()} == set(VitalsPhase)
    assert session.total_mg == 150
