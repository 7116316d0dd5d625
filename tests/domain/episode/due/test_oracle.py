"""Obligations against an oracle that was written differently, over random courses, zones and clock changes."""

from dataclasses import replace
from datetime import date

from hypothesis import HealthCheck, settings
from hypothesis import given as for_all

from domain.episode.due.flags import Severity, flags, flags_against_dosing
from domain.episode.due.obligations import obligations
from domain.episode.episode import Episode
from tests.domain.episode.due.oracle import ASKED, Oracle
from tests.domain.episode.due.random_courses import Course, courses
from tests.domain.given import at, given
from tests.domain.people import PROTOCOL, TEST_NETWORK


def state_of(course: Course) -> Episode:
    found: Episode = given(*(at(when, event) for when, event in course.events)).state
    return found


def due_by_the_domain(course: Course) -> dict[str, str]:
    network = replace(TEST_NETWORK, zone=course.network_zone)
    found = obligations(state_of(course), now=course.now, protocol=PROTOCOL, network=network)
    return {one.key: one.due if one.due != "None" else "" for one in found if one.key.partition(":")[0] in ASKED}


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@for_all(courses())
def test_what_is_due_is_what_the_oracle_says(course: Course) -> None:
    assert due_by_the_domain(course) == Oracle(course).due()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@for_all(courses())
def test_whatever_happened_each_obligation_says_why_by_whom_and_under_which_version(course: Course) -> None:
    network = replace(TEST_NETWORK, zone=course.network_zone)
    found = obligations(state_of(course), now=course.now, protocol=PROTOCOL, network=network)
    assert len({one.key for one in found}) == len(found)
    entries = {recorded.envelope.event_id for recorded in given(*(at(w, e) for w, e in course.events)).recorded}
    for one in found:
        assert one.what
        assert one.protocol == PROTOCOL.key
        assert set(one.entries) <= entries
        assert one.due_at is None or one.due_on is None
        assert one.day(course.network_zone) is None or isinstance(one.day(course.network_zone), date)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@for_all(courses())
def test_the_banner_shows_every_flag_of_safety_and_every_hold(course: Course) -> None:
    network = replace(TEST_NETWORK, zone=course.network_zone)
    state = state_of(course)
    every = flags(state, now=course.now, protocol=PROTOCOL, network=network)
    wanted = [flag for flag in every if flag.severity is Severity.SAFETY or flag.key == "hold"]
    assert list(flags_against_dosing(state, now=course.now, protocol=PROTOCOL, network=network)) == wanted
