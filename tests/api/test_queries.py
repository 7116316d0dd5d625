"""The JSON side of the pages: the same rows, the same walls, the same readings in the log."""

from uuid import uuid4

from tests.api.clinic import Clinic
from tests.api.course import ready_to_dose, referred
from tests.api.pages_read import readings
from tests.api.test_worklist import flagged


def test_the_caseload_with_counts_and_next_steps(clinic: Clinic) -> None:
    course = flagged(clinic, ready_to_dose(clinic))
    body = clinic.therapist.get("/api/caseload").json()
    (row,) = body["rows"]
    assert body["counts"]["all"] == 1
    assert (row["episode_id"], row["name"], row["birth_date"]) == (
        str(course.episode_id),
        "Ana Whitfield",
        "1984-03-11",
    )
    assert row["next_step"]["decision"] == "review_safety"
    assert row["flags"][0]["severity"] == "safety"
    assert row["measure"]["scores"] == [12, 13]
    assert readings(clinic, "api:caseload") == [course.episode_id]


def test_the_worklist_and_coordination(clinic: Clinic) -> None:
    flagged(clinic, ready_to_dose(clinic))
    waiting = clinic.prescriber.get("/api/worklist").json()["waiting"]
    assert waiting[0]["group"] == "see_first"
    answer = clinic.coordinator.get("/api/coordination")
    body = answer.json()
    assert sum(body["phases"].values()) == body["open_episodes"] == 1
    assert "Item 9" not in answer.text
    assert "birth_date" not in answer.text


def test_an_episode_with_state_and_gates(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    body = clinic.therapist.get(f"/api{course.href}").json()
    assert body["phase"] == "Preparation"
    assert {"key": "doses_left", "what": "Doses left", "value": "2 of 2"} in body["state"]
    companion = next(gate for gate in body["gates"] if gate["key"] == "companion")
    assert not companion["is_open"]
    assert companion["missing"]


def test_coordination_reads_an_episode_without_clinical_content(clinic: Clinic) -> None:
    course = flagged(clinic, ready_to_dose(clinic))
    answer = clinic.coordinator.get(f"/api{course.href}")
    assert answer.json()["obligations"][0]["what"] == "Waiting for a prescriber's review"
    assert "gates" not in answer.json()
    assert "state" not in answer.json()
    for page in ("timeline", "outcomes", "replay"):
        assert clinic.coordinator.get(f"/api{course.href}/{page}").status_code == 404


def test_the_timeline_in_words_with_free_text_for_the_team(clinic: Clinic) -> None:
    course = referred(clinic)
    lines = clinic.therapist.get(f"/api{course.href}/timeline").json()["lines"]
    assert lines[-1]["sentence"].startswith("Dr. Lindqvist referred the patient")
    assert "Treatment-resistant depression" in str(lines[-1]["texts"])
    older = clinic.therapist.get(f"/api{course.href}/timeline", params={"before": lines[0]["version"]}).json()["lines"]
    assert older == lines[1:]


def test_outcomes_with_what_was_struck(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    outcome = next(iter(course.state.outcomes.values()))
    corrected = {"outcome_id": str(outcome.outcome_id), "answers": [1] * 8 + [0], "reason": "Misread"}
    clinic.therapist.recorded(course.episode_id, "correct_outcome", **corrected)
    (point,) = clinic.therapist.get(f"/api{course.href}/outcomes").json()["instruments"]["phq-9"]
    assert (point["total"], point["band"]) == (8, "mild")
    assert [one["total"] for one in point["struck"]] == [12]


def test_a_replay_and_what_changed(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    then, now = "2026-03-12T09:00:00-07:00", clinic.now.isoformat()
    body = clinic.therapist.get(f"/api{course.href}/replay", params={"as_of": then, "diff": now}).json()
    assert body["state"] == [{"what": "Phase", "value": "not referred yet"}]
    phase = next(change for change in body["changes"] if change["what"] == "Phase")
    assert phase["after"] == "Preparation"
    assert phase["event_id"]
    assert clinic.therapist.get(f"/api{course.href}/replay?as_of=2026-03-12T09:00").status_code == 422


def test_compliance_names_its_purpose(clinic: Clinic) -> None:
    course = referred(clinic)
    answer = clinic.compliance.get(f"/api{course.href}")
    assert (answer.status_code, answer.json()["title"]) == (403, "Purpose is missing")
    assert clinic.compliance.get(f"/api{course.href}?purpose=incident").status_code == 200
    with clinic.datastore.in_network(clinic.network_id) as connection:
        rows = connection.execute("SELECT purpose FROM access_log WHERE screen = 'api:episode'").fetchall()
    assert rows == [("incident",)]


def test_what_is_not_yours_does_not_exist(clinic: Clinic) -> None:
    course = referred(clinic)
    assert clinic.prescriber.get("/api/caseload").status_code == 404
    unknown = clinic.therapist.get(f"/api/episodes/{uuid4()}")
    removed = {"clinician_id": str(clinic.lindqvist.actor_id), "role": "therapist"}
    clinic.coordinator.recorded(course.episode_id, "remove_care_team_member", **removed)
    clinic.travel(minutes=1)
    gone = clinic.therapist.get(f"/api{course.href}")
    assert (gone.status_code, gone.content) == (unknown.status_code, unknown.content)
