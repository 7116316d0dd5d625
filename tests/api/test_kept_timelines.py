"""What is kept of a timeline is shown only while nothing has changed, and holds no free text in clear."""

from dataclasses import replace

from api.kept import Kept
from store.datastore import Datastore
from store.keyring import Keyring
from tests.api.clinic import Clinic
from tests.api.course import Course, referred
from tests.api.forms_driven import fill
from tests.api.pages_read import Read
from tests.postgres import Database

FREE_TEXT = "Treatment-resistant depression"


def timeline(course: Course) -> str:
    answer = course.clinic.therapist.get(f"{course.href}/timeline")
    assert answer.status_code == 200, answer.headers.get("location")
    return Read(answer.text).words


def test_what_was_recorded_and_corrected_meanwhile_is_on_the_next_page(clinic: Clinic) -> None:
    course = referred(clinic)
    first = timeline(course)
    assert timeline(course) == first
    taken = {"instrument": "phq-9", "taken_at": clinic.now.isoformat(), "answers": [1, 1, 1, 2, 1, 0, 1, 1, 0]}
    clinic.therapist.recorded(course.episode_id, "record_outcome", **taken)
    clinic.catch_up()
    scored = timeline(course)
    assert len(scored) > len(first)
    assert "Marked in error" not in scored
    (outcome,) = course.state.outcomes.values()
    fill(clinic.therapist, f"{course.href}/mark-in-error?event_id={outcome.entry_id}", reason="Another patient's.")
    clinic.catch_up()
    assert "Marked in error" in timeline(course)


def test_after_erasure_a_kept_timeline_opens_nothing(clinic: Clinic, database: Database) -> None:
    course = referred(clinic)
    assert FREE_TEXT in timeline(course)
    assert course.state.patient_id is not None
    worker = Datastore(database.work_url, max_size=1)
    Keyring(worker, clinic.edge.kek).destroy(clinic.network_id, course.state.patient_id)
    worker.close()
    clinic.edge = replace(clinic.edge, keyring=Keyring(clinic.datastore, clinic.edge.kek))  # remembers no key
    clinic.app.state.edge = clinic.edge
    told = timeline(course)
    assert FREE_TEXT not in told
    assert "erased" in told


def test_the_longest_unused_is_forgotten_first() -> None:
    kept: Kept[str] = Kept(2)
    for key in ("a", "b", "a", "c"):
        kept.get(key, lambda: "written")
    assert [kept.get(key, lambda: "anew") for key in ("a", "c", "b")] == ["written", "written", "anew"]
    kept.clear()
    assert kept.get("b", lambda: "after") == "after"
