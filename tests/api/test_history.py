"""What pages remember of an episode's history is always the log's own, and nothing of it is read twice."""

from api.history import history_of
from api.viewer import OpenedEpisode, Viewer
from domain.access import Relation
from domain.episode.episode import EPISODE
from tests.api.clinic import Clinic
from tests.api.course import Course, referred


def opened(course: Course) -> OpenedEpisode:
    clinic = course.clinic
    state, version = clinic.edge.care.state(EPISODE, course.episode_id, network_id=clinic.network_id)
    return OpenedEpisode(course.episode_id, state, version, Relation.TEAM)


def viewer(clinic: Clinic) -> Viewer:
    around = clinic.edge.people.around(clinic.network_id)
    return Viewer(clinic.therapist.actor, around, "", "", clinic.network_id)


def test_what_came_since_is_read_after_what_is_remembered(clinic: Clinic) -> None:
    course, looks = referred(clinic), viewer(clinic)
    before = opened(course)
    first = history_of(clinic.edge, looks, before)
    course.assign()
    after = opened(course)
    both = history_of(clinic.edge, looks, after)
    assert len(both) == after.version > before.version
    assert list(both) == clinic.edge.care.history(EPISODE, course.episode_id, network_id=clinic.network_id)
    assert all(mine is theirs for mine, theirs in zip(first, both[: len(first)], strict=True)), "not read again"
    assert history_of(clinic.edge, looks, before) == first, "as it stood when it was opened"


def test_nothing_is_remembered_of_a_history_that_may_be_another(clinic: Clinic) -> None:
    course, looks = referred(clinic), viewer(clinic)
    first = history_of(clinic.edge, looks, opened(course))
    clinic.edge.histories.clear()
    again = history_of(clinic.edge, looks, opened(course))
    assert again == first
    assert again[0] is not first[0]
