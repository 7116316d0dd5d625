"""Finding people by the beginning of a name or the whole reference: never more than one may see, nor in an address."""

import pytest

from api.pages import find
from domain.actor import Role
from tests.api.clinic import Browser, Clinic
from tests.api.course import referred
from tests.api.pages_read import Read, addresses_in, readings


def test_one_hit_opens(clinic: Clinic) -> None:
    course = referred(clinic)
    for typed in ("whit", "ANA whitf", course.state.reference, course.state.reference.lower()):
        answer = clinic.therapist.post("/find", {"q": typed})
        assert (answer.status_code, answer.headers["location"]) == (303, course.href), typed


def test_several_hits_are_listed_and_each_reading_is_written_down(clinic: Clinic) -> None:
    courses = [referred(clinic, name) for name in ("Ana Whitfield", "Jonah Whitaker", "Noor Haddad")]
    answer = clinic.therapist.post("/find", {"q": "whit"})
    read = Read(answer.text)
    assert sorted(row.split()[0] for row in read.rows) == ["Ana", "Jonah"]
    assert sorted(readings(clinic, "find")) == sorted(course.episode_id for course in courses[:2])
    assert not [address for address in addresses_in(answer.text) if "hit" in address.lower().replace("white", "")]


def test_nobody_finds_whom_they_may_not_see(clinic: Clinic) -> None:
    referred(clinic)
    stranger = Browser(clinic, clinic.admit("Dr. Idris Vance", Role.THERAPIST))
    read = Read(stranger.post("/find", {"q": "whitfield"}).text)
    assert read.rows == []
    assert "Nobody of yours is found" in read.words
    assert readings(clinic, "find") == []


def test_nobody_misses_their_own_patient_where_many_bear_the_name(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(6):
        referred(clinic)
    mine = referred(clinic)
    vance = Browser(clinic, clinic.admit("Dr. Idris Vance", Role.THERAPIST))
    joins = {"clinician_id": str(vance.actor.actor_id), "role": "therapist"}
    clinic.coordinator.recorded(mine.episode_id, "assign_care_team_member", **joins)
    monkeypatch.setattr(find, "MOST_OF_A_NAME", 1)
    assert vance.post("/find", {"q": "whitfield"}).headers["location"] == mine.href


def test_the_middle_of_a_name_and_a_part_of_a_reference_find_nobody(clinic: Clinic) -> None:
    course = referred(clinic)
    for typed in ("field", course.state.reference[:-1], "", "  ", "%", "O'"):
        assert Read(clinic.therapist.post("/find", {"q": typed}).text).rows == [], typed


def test_compliance_is_led_to_the_replay(clinic: Clinic) -> None:
    course = referred(clinic)
    answer = clinic.compliance.post("/find", {"q": "Ana", "then": "replay"})
    assert answer.headers["location"] == f"{course.href}/replay"


def test_searching_asks_for_the_token_of_the_session(clinic: Clinic) -> None:
    clinic.therapist.get("/stay")
    assert clinic.therapist.http.post("/find", data={"q": "Ana"}).status_code == 403
