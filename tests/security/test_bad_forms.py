"""What browsers and scripts may post to forms: words come back, nothing is kept, and no form is a failure."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.forms import FORMS
from api.forms.form import slug_of
from api.submitting import DECISION_OF
from tests.api.clinic import Browser, opened_clinic
from tests.api.course import Course
from tests.api.forms_driven import fields_in
from tests.postgres import Database, Servers
from tests.security.course import in_the_middle
from tests.security.world import kept_in
from tests.thoroughness import share

pytestmark = pytest.mark.faults

ODD = (
    "",
    "\x00",
    "9" * 5000,
    "²",
    "٣",
    "1e9",
    "NaN",
    "12,5",
    "124 mmHg",
    "2026-02-30",
    "0001-01-01",
    "9999-12-31",
    "25:61",
    str(uuid4()),
    "<script>alert(1)</script>",
    "x" * 20_000,
)


class Posting:
    """A course, the database beneath it, and forms of it as they stand."""

    def __init__(self, course: Course, database: Database) -> None:
        self.course, self.database = course, database
        self.clinic = course.clinic

    def browser_of(self, decision: str) -> Browser:
        clinic = self.clinic
        for browser in (clinic.therapist, clinic.prescriber, clinic.coordinator):
            if browser.get(self.path_of(decision)).status_code == 200:
                return browser
        raise AssertionError(decision)

    def path_of(self, decision: str) -> str:
        return f"{self.course.href}/{slug_of(decision)}"

    @property
    def kept(self) -> dict[str, int]:
        return kept_in(self.database)


@pytest.fixture(scope="module")
def posting(servers: Servers) -> Iterator[Posting]:
    with servers.get("embedded").fresh_database() as database, opened_clinic(database) as clinic:
        yield Posting(in_the_middle(clinic), database)


def is_words(answer: httpx.Response) -> bool:
    """A page with words, or a redirect to a page of ours."""
    if answer.status_code == 303:
        return str(answer.headers["location"]).startswith("/")
    return answer.status_code in (200, 400, 403, 409, 412, 413, 422) and "<h1" in answer.text


@pytest.mark.parametrize(
    ("number", "form"), tuple(enumerate(FORMS.values())), ids=lambda one: getattr(one, "decision", "")
)
def test_no_field_of_a_form_is_a_failure(posting: Posting, number: int, form: Any) -> None:
    browser, path = posting.browser_of(form.decision), posting.path_of(form.decision)
    page = browser.get(path).text
    if 'class="panel form"' in page:
        sent = fields_in(page)
    else:  # there is nothing to decide now; it may be sent all the same
        sent = dict.fromkeys(DECISION_OF[form.decision].order.model_fields, "") | {"_csrf": browser.token}
    for odd in share(ODD, number, 3):
        filled = {name: odd for name in sent if not name.startswith("_")} | {
            "_csrf": sent["_csrf"],
            "_key": uuid4().hex,
        }
        answer = browser.post(path, filled)
        assert is_words(answer), (odd[:20], answer.status_code, answer.text[:300])
    for place, name in enumerate(sent):
        for odd in share(("\x00", "9999-12-31"), number + place, 1) if name != "_csrf" else ():
            answer = browser.post(path, sent | {"_key": uuid4().hex} | {name: odd})
            assert is_words(answer), (name, odd, answer.status_code, answer.text[:300])


HOLD = {"reason": "other", "note": "words"}
PART = b"--x\r\ncontent-disposition: form-data"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"_key": ""},
        {"_key": "x" * 100_000},
        {"_version": "9.9", "_key": "k" * 32},
        {"_place": "9" * 30, "_key": "k" * 32},
        {"_more": "medicines", "_key": "k" * 32},
        {"_back": "//evil.example", "_key": "k" * 32},
        {"nonsense": "x", "_key": "k" * 32},
        {"hold_id": "not an id", "_key": "k" * 32},
        {"occurred_at.day": "2026-03-14", "_key": "k" * 32},
        {"occurred_at.day": "2027-03-14", "occurred_at.time": "10:00", "_key": "k" * 32},
        {"occurred_at.day": "2026-03-08", "occurred_at.time": "02:30", "_key": "k" * 32},
        {"reason": ["other", "consent"], "_key": "k" * 32},
    ],
    ids=str,
)  # fmt: skip
def test_hidden_fields_are_not_believed(posting: Posting, fields: dict[str, Any]) -> None:
    answer = posting.clinic.therapist.post(posting.path_of("place_hold"), HOLD | fields)
    assert is_words(answer), answer.text[:300]
    assert "evil.example" not in answer.headers.get("location", "")


def test_a_form_without_its_key_is_not_recorded_twice(posting: Posting) -> None:
    before = posting.kept["events"]
    for _ in range(2):
        posting.clinic.therapist.post(posting.path_of("place_hold"), {"reason": "other", "note": "no key"})
    assert posting.kept["events"] <= before + 1


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "application/x-www-form-urlencoded"),
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"&" * 100_000, "application/x-www-form-urlencoded"),
        (b"a=b&" * 100_000, "application/x-www-form-urlencoded"),
        (b"reason=%ED%A0%80&note=%00", "application/x-www-form-urlencoded"),
        (b"reason=%ED%A0%80&note=%00", "application/x-www-form-urlencoded; charset=utf-16"),
        (b"x" * (1024 * 1024 + 1), "application/x-www-form-urlencoded"),
        (b"--x\r\n", "multipart/form-data"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (PART + b'; name="reason"\r\n\r\nother\r\n--x--', "multipart/form-data; boundary=x"),
        (PART + b"\r\n\r\nother\r\n--x--\r\n", "multipart/form-data; boundary=x"),
        (b"reason=other", "multipart/form-data; boundary=" + "x" * 5000),
        (b'{"reason":"other"}', "application/json"),
        (b"reason=other", "text/plain"),
        (b"reason=other", "nonsense"),
    ],
)  # fmt: skip
def test_bodies_that_are_no_form(posting: Posting, content: bytes, kind: str) -> None:
    before = posting.kept
    for path in (posting.path_of("place_hold"), f"{posting.course.href}/sessions/1/record-vitals", "/refer", "/find"):
        answer = posting.clinic.therapist.post(path, content=content, headers={"content-type": kind})
        assert answer.status_code in (200, 400, 403, 413, 422), (path, answer.status_code, answer.text[:300])
    assert posting.kept == before


def test_a_file_is_no_field(posting: Posting) -> None:
    before = posting.kept
    files = {"note": ("note.txt", b"words", "text/plain")}
    answer = posting.clinic.therapist.post(posting.path_of("place_hold"), {"reason": "nonsense"}, files=files)
    assert answer.status_code in (400, 422)
    assert posting.kept == before


PERSON = {"name": "Nell Newcomer", "birth_date": "1984-03-11", "reason": "words"}
NOBODY: dict[str, tuple[dict[str, Any], str]] = {
    "no name": ({"name": ""}, "name"),
    "a name of spaces": ({"name": "   "}, "name"),
    "a name with a nul byte": ({"name": "Nell\x00"}, "name"),
    "a name that is a number": ({"name": 5}, "name"),
    "born tomorrow": ({"birth_date": "2026-03-15"}, "birth_date"),
    "born in the year 1": ({"birth_date": "0001-01-01"}, "birth_date"),
    "born 150 years ago": ({"birth_date": "1870-01-01"}, "birth_date"),
    "born on no day": ({"birth_date": "1984-02-30"}, "birth_date"),
    "born in words": ({"birth_date": "11 March"}, "birth_date"),
    "born at a time": ({"birth_date": "1984-03-11T10:00:00Z"}, "birth_date"),
    "no reason": ({"reason": " "}, "reason"),
    "a diagnosis in words": ({"diagnoses": ["depression"]}, "diagnoses"),
    "a diagnosis that is none": ({"diagnoses": [5]}, "diagnoses"),
    "many diagnoses": ({"diagnoses": ["F33.2"] * 21}, "diagnoses"),
    "in therapy from tomorrow": ({"alliance_since": "2026-03-15"}, "alliance_since"),
    "an unknown field": ({"is_admin": True}, "is_admin"),
    "a patient who is none": ({"patient_id": str(uuid4()), "name": None, "birth_date": None}, "patient_id"),
    "half a character": ({"contact": "\ud800"}, "contact"),
    "half a character for a field": ({"\ud800": "x"}, ""),
}


@pytest.mark.parametrize("what", NOBODY)
def test_a_referral_of_nobody_keeps_nothing(posting: Posting, what: str) -> None:
    changed, place = NOBODY[what]
    before = posting.kept | {"reference_counter": 0}
    content = json.dumps(PERSON | changed).encode()  # halves of characters too, which no browser sends
    headers = {"idempotency-key": uuid4().hex, "content-type": "application/json"}
    answer = posting.clinic.therapist.post("/api/referrals", content=content, headers=headers)
    assert answer.status_code in (409, 422), answer.text
    named = [mistake["field"] for mistake in answer.json().get("mistakes", ())]
    assert any(field.startswith(place) for field in named) or not place, answer.text
    after = posting.kept | {"reference_counter": 0}  # numbers may be left out
    assert after == before, "nobody is registered by a referral that was refused"
