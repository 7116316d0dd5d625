"""What no decision records is marked as done: once, by name, and nothing else can be."""

import pytest

from domain.actor import Role
from domain.decision import RoleMayNotDecide
from domain.episode.course.mark_done import (
    IsDoneByItsDecision,
    MarkDone,
    NothingOfThatKindIsDue,
    ObligationMarkedDone,
    mark_done,
)
from domain.episode.course.mark_in_error import mark_in_error
from domain.episode.due.next_step import next_step
from domain.episode.due.obligations import obligations
from domain.sealed import Sealed
from tests.domain.given import given
from tests.domain.people import LINDQVIST, OKAFOR, PARK, PROTOCOL, RIVERA, TEST_NETWORK, local
from tests.situations import PREPARED

NOW = "2026-04-02 11:00"


def test_the_mark_says_which_occasion_it_is_of() -> None:
    given(PREPARED).when(mark_done, by=OKAFOR, now=NOW, key="contact").then(
        ObligationMarkedDone(key="contact", due="2026-04-07")
    )


def test_done_by_one_it_is_done_for_all() -> None:
    told = given(PREPARED).when(mark_done, by=OKAFOR, now=NOW, key="contact")
    told.when(mark_done, by=LINDQVIST, now="2026-04-02 11:05", key="contact").then()


def test_what_is_not_due_cannot_be_marked() -> None:
    given(PREPARED).when(mark_done, by=OKAFOR, now="2026-03-12 09:00", key="contact").refused(NothingOfThatKindIsDue)
    given(PREPARED).when(mark_done, by=OKAFOR, now=NOW, key="unheard_of").refused(NothingOfThatKindIsDue)


def test_what_has_a_decision_of_its_own_is_done_by_that() -> None:
    given(PREPARED).when(mark_done, by=RIVERA, now=NOW, key="follow_up").refused(IsDoneByItsDecision)


def test_compliance_marks_nothing() -> None:
    given(PREPARED).when(mark_done, by=PARK, now=NOW, key="contact").refused(RoleMayNotDecide)
    assert Role.SYSTEM not in mark_done.decision.by  # type: ignore[attr-defined]


def test_a_mark_in_error_is_due_again() -> None:
    told = given(PREPARED).when(mark_done, by=OKAFOR, now=NOW, key="contact")
    entry = told.entry(ObligationMarkedDone)
    wrong = told.when(
        mark_in_error, by=OKAFOR, entry=entry, event_id=entry.envelope.event_id, reason=Sealed.of("Another patient")
    )
    found = obligations(wrong.state, now=local(NOW), protocol=PROTOCOL, network=TEST_NETWORK)
    assert [one.done for one in found if one.key == "contact"] == [None]


def test_what_is_done_is_nobodys_next_step() -> None:
    now = local("2026-04-02 11:01")
    told = given(PREPARED).when(mark_done, by=OKAFOR, now=NOW, key="contact")
    step = next_step(told.state, now=now, protocol=PROTOCOL, network=TEST_NETWORK)
    assert step is not None
    assert step.done is None


@pytest.mark.parametrize("key", ["", "Contact", "a b", "contact:../..", "x" * 200])
def test_a_key_is_a_word_and_an_id(key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        MarkDone(key=key)
