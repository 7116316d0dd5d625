"""A long timeline comes page by page, each event once, and whole to whoever prints it."""

import re
from collections.abc import Iterator

import pytest

from api.pages import timeline
from tests.api.clinic import Clinic
from tests.api.course import Course, ready_to_dose
from tests.api.pages_read import Read

FEW = 3


@pytest.fixture
def course(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> Course:
    """One that has more events than there are on a page."""
    monkeypatch.setattr(timeline, "PAGE", FEW)
    course = ready_to_dose(clinic)
    clinic.catch_up()
    return course


class Page(Read):
    """Also the numbers of the events on it, from above."""

    def __init__(self, html: str) -> None:
        super().__init__(html)
        self.events = [int(number) for number in re.findall(r'id="event-(\d+)"', html)]


def got(course: Course, address: str) -> Page:
    answer = course.clinic.therapist.get(address)
    assert answer.status_code == 200
    return Page(answer.text)


def pages(course: Course, by: str) -> Iterator[list[int]]:
    page = got(course, f"{course.href}/timeline?by={by}")
    yield page.events
    while "Show earlier events" in page.words:
        page = got(course, page.href("Show earlier events"))
        yield page.events


@pytest.mark.parametrize("by", ["happened", "recorded"])
def test_pages_together_hold_every_event_once_in_the_order_of_the_whole(course: Course, by: str) -> None:
    found = list(pages(course, by))
    assert [len(page) for page in found[:-1]] == [FEW] * (len(found) - 1)
    assert 0 < len(found[-1]) <= FEW
    whole = got(course, f"{course.href}/timeline?by={by}&whole=true").events
    assert [number for page in found for number in page] == whole
    assert sorted(whole) == list(range(1, len(whole) + 1))


def test_the_page_of_the_episode_says_what_is_not_on_it_and_leads_there(course: Course) -> None:
    page = got(course, course.href)
    whole = got(course, page.href("Show all on one page, to print"))
    every = whole.events
    assert f"{len(every) - FEW} earlier events are not on this page." in page.words
    assert page.events == every[:FEW]
    assert got(course, page.href("Show earlier events")).events == every[FEW : 2 * FEW]
    assert " events. Show all" not in whole.words


def test_a_page_of_one_kind_stays_with_it(course: Course) -> None:
    first = got(course, f"{course.href}/timeline?only=decisions")
    decisions = got(course, f"{course.href}/timeline?only=decisions&whole=true").events
    assert f"{FEW} of {len(decisions)} events." in first.words
    assert got(course, first.href("Show earlier events")).events == decisions[FEW : 2 * FEW]


def test_before_the_first_event_there_is_none(course: Course) -> None:
    page = got(course, f"{course.href}/timeline?by=recorded&before=1")
    assert page.events == []
    assert "No events here." in page.words
    assert got(course, page.href("Show the newest")).events[0] == max(
        got(course, f"{course.href}/timeline?whole=true").events
    )
