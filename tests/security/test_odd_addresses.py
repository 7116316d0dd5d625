"""Whatever an address says, the answer is a page, a redirect within the house or a refusal, never a failure."""

import inspect
import re
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from api.forms import FORMS
from api.forms.form import slug_of
from api.submitting import ABOUT
from tests.api.clinic import opened_clinic
from tests.api.course import Course
from tests.postgres import Servers
from tests.security.course import in_the_middle
from tests.security.routes import Address, AnyIds, addresses
from tests.thoroughness import share

pytestmark = pytest.mark.faults

VALUES = (
    "",
    "\x00",
    "-1",
    "9" * 40,
    "NaN",
    "../../etc/passwd",
    "{{7*7}}",
    "\N{ZERO WIDTH SPACE}\N{RIGHT-TO-LEFT OVERRIDE}",
    "2026-03-14",
    "2026-02-30T25:61:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "00000000-0000-0000-0000-000000000000",
    "x" * 1500,
)


@pytest.fixture(scope="module")
def course(servers: Servers) -> Iterator[Course]:
    with servers.get("embedded").fresh_database() as database, opened_clinic(database) as clinic:
        yield in_the_middle(clinic)


def is_no_failure(answer: httpx.Response) -> bool:
    if answer.status_code in (303, 307):
        return str(answer.headers["location"]).startswith(("/", "http://testserver/"))
    return answer.status_code in (200, 204, 400, 403, 404, 405, 410, 422)


def asked_by(address: Address) -> list[str]:
    """The names that a route reads from its query."""
    given = inspect.signature(address.endpoint).parameters.items() if address.endpoint else ()
    return [ALIAS.get(name, name) for name, one in given if "{" + name not in address.path and is_query(one)]


def is_query(parameter: inspect.Parameter) -> bool:
    return "Depends" not in str(parameter.annotation) and "Request" not in str(parameter.annotation)


@pytest.mark.parametrize("value", VALUES, ids=[value[:12].encode("unicode_escape").decode() for value in VALUES])
def test_no_query_is_a_failure(course: Course, value: str) -> None:
    ids = {"episode_id": course.episode_id, "version": 3, "which": "1", "entry_id": uuid4()}
    clinic, tried = course.clinic, 0
    for number, address in enumerate(addresses(clinic.app)):
        if value not in share(VALUES, number, 4):
            continue
        if address.is_unsafe or address.path == "/ready" or address.path.rpartition("/")[2] in SLUGS:
            continue
        browser = clinic.coordinator if "coordination" in address.path or "events" in address.path else clinic.therapist
        browser = clinic.prescriber if "worklist" in address.path else browser
        path, names = address.path.format_map(AnyIds(ids)), asked_by(address)
        for sent in ([*names, "anything"], *([name] for name in names)):
            assert is_no_failure(browser.get(path, params=dict.fromkeys(sent, value))), (path, sent)
            tried += 1
    assert tried > 10


ALIAS = {"all_events": "all"}
SLUGS = {slug_of(form.decision) for form in FORMS.values()}


SUBJECTS = ("", "\x00", "9" * 40, "none", str(uuid4()), "x" * 1000, "phq-9", "../../etc/passwd", "dosing")


@pytest.mark.parametrize(("number", "slug"), tuple(enumerate(sorted(SLUGS))))
def test_no_subject_of_a_form_is_a_failure(course: Course, number: int, slug: str) -> None:
    known = str(next(iter(course.state.sessions)))
    for value in (*share(SUBJECTS, number, 2), known):
        for browser in (course.clinic.therapist, course.clinic.prescriber):
            answer = browser.get(f"{course.href}/{slug}", params=dict.fromkeys(ABOUT, value))
            assert is_no_failure(answer), (value, answer.text[:500])


NAMES = re.compile(r"{(\w+)}")


PARTS = ("..", "%00", "%2e%2e%2f", "x" * 300, "-1", "9" * 40, "%F0%9F%98%80", "{episode_id}", "1;2", "a b")


@pytest.mark.parametrize("part", PARTS)
def test_no_path_is_a_failure(course: Course, part: str) -> None:
    for number, address in enumerate(addresses(course.clinic.app)):
        if "{" in address.path and not address.is_unsafe and part in share(PARTS, number, 3):
            ids = dict.fromkeys(NAMES.findall(address.path), part)
            assert is_no_failure(course.clinic.therapist.get(address.path.format_map(ids))), address
            ids["episode_id"] = str(course.episode_id)
            assert is_no_failure(course.clinic.therapist.get(address.path.format_map(ids))), address
