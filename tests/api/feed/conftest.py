"""A subscriber, and the application behind a port of its own."""

from collections.abc import Iterator

import httpx
import pytest

from tests.api.clinic import Clinic
from tests.api.subscribed import ClinicsSubscriber
from tests.browser.served import Server
from tests.waiting import PATIENCE_SECONDS


@pytest.fixture
def http(clinic: Clinic) -> Iterator[httpx.Client]:
    """The application over HTTP, as it is served."""
    server = Server(clinic.app)
    with httpx.Client(base_url=server.address, timeout=PATIENCE_SECONDS) as client:
        yield client
    server.stop()


@pytest.fixture
def lakeside(clinic: Clinic) -> ClinicsSubscriber:
    return ClinicsSubscriber(clinic)
