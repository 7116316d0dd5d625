"""A clinic for all of these pages, and a patient of their own who was sent a link."""

from collections.abc import Iterator

import pytest

from tests.api.check_in.patient import Patient, sent
from tests.api.clinic import Clinic, opened_clinic
from tests.api.course import Course, referred
from tests.postgres import Database, Servers


@pytest.fixture(scope="session")
def database(servers: Servers) -> Iterator[Database]:
    """One for all of these: a new patient each time is much cheaper than a new clinic."""
    with servers.get("embedded").fresh_database() as fresh:
        yield fresh


@pytest.fixture(scope="session")
def one_clinic(database: Database) -> Iterator[Clinic]:
    with opened_clinic(database) as clinic:
        yield clinic


@pytest.fixture
def clinic(one_clinic: Clinic) -> Clinic:
    """An hour later each time: failed tries are counted by the hour."""
    one_clinic.travel(hours=1)
    return one_clinic


@pytest.fixture
def course(clinic: Clinic) -> Course:
    return referred(clinic).assign()


@pytest.fixture
def patient(course: Course) -> Patient:
    return sent(course, instruments=["phq-9"])
