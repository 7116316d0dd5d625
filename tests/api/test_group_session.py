"""The page of a group session: every patient of the group whom one cares for, each under name and birth date."""

from domain.actor import Role
from tests.api.clinic import Browser, Clinic
from tests.api.course import Course, referred


def in_group(clinic: Clinic, name: str, born: str) -> Course:
    course = referred(clinic, name, born).assign().take_in().consent().plan(ways=["group"]).prepare()
    course.book(way="group", companion_name="Ben Whitfield")
    clinic.catch_up()
    return course


def test_the_whole_group_stands_on_one_page_and_nothing_is_recorded_there(clinic: Clinic) -> None:
    ada = in_group(clinic, "Ada Moreno", "1984-03-11")
    ben = in_group(clinic, "Ben Castillo", "1990-07-02")
    page = clinic.therapist.get(f"{ada.href}/sessions/1/group")
    assert page.status_code == 200, page.text[-500:]
    for name, born, course in (("Ada Moreno", "11 Mar 1984", ada), ("Ben Castillo", "2 Jul 1990", ben)):
        assert name in page.text
        assert born in page.text
        assert f'href="{course.href}/sessions/1"' in page.text
    assert '<form class="panel form"' not in page.text
    assert "Everybody in the group" in clinic.therapist.get(f"{ada.href}/sessions/1").text


def test_whoever_cares_for_one_of_them_sees_that_one_only(clinic: Clinic) -> None:
    ada = in_group(clinic, "Ada Moreno", "1984-03-11")
    in_group(clinic, "Ben Castillo", "1990-07-02")
    covering = Browser(clinic, clinic.admit("Dr. Ira Solis", Role.THERAPIST))
    member = {"clinician_id": str(covering.actor.actor_id), "role": "therapist"}
    clinic.coordinator.recorded(ada.episode_id, "assign_care_team_member", **member)
    clinic.catch_up()
    page = covering.get(f"{ada.href}/sessions/1/group")
    assert "Ada Moreno" in page.text
    assert "Ben Castillo" not in page.text


def test_a_session_alone_has_no_group(clinic: Clinic) -> None:
    course = referred(clinic).assign().take_in().consent().plan().prepare()
    course.book()
    assert clinic.therapist.get(f"{course.href}/sessions/1/group").status_code == 404
