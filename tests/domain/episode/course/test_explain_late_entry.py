"""The reason for a late entry is kept beside what it explains."""

from domain.episode.course.explain_late_entry import LateEntryExplained, with_reason
from domain.episode.course.pause_episode import EpisodePaused, PauseEpisode
from domain.sealed import Sealed
from tests.domain.people import sealed

PAUSED = EpisodePaused(reason=sealed("travel"))


def order(reason: str | None) -> PauseEpisode:
    return PauseEpisode(reason=Sealed.of("travel"), late_reason=Sealed.of(reason) if reason else None)


def test_a_reason_for_lateness_is_recorded_after_the_entry() -> None:
    first, second = with_reason([PAUSED], order("the line was down"))
    assert first is PAUSED
    assert isinstance(second, LateEntryExplained)
    assert second.reason.reveal_for_sealing() == "the line was down"


def test_without_a_reason_nothing_is_added() -> None:
    assert with_reason([PAUSED], order(None)) == [PAUSED]


def test_a_repetition_that_records_nothing_explains_nothing() -> None:
    assert with_reason([], order("the line was down")) == []
