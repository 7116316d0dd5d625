"""The timeline: every event in plain words, both times, what was corrected, and counts that equal their lists."""

from typing import Any
from uuid import UUID

import pytest
from psycopg import Connection

import domain.episode  # noqa: F401  loads every event of an episode
from domain.derived import derived_id
from domain.episode.course.explain_late_entry import LateEntryExplained
from domain.episode.course.mark_in_error import EntryMarkedInError
from domain.episode.dosing.correct_vitals import VitalsCorrected
from domain.episode.episode import EpisodeEvent
from domain.episode.intake.update_intake import IntakeUpdated
from domain.event import EVENTS
from projections.engine.pages import apply_all
from projections.engine.rebuild import rebuild
from projections.sentences import FORMS, Category
from projections.sentences.placeholders import in_words
from projections.timeline import LATE, LINES, THINGS, TIMELINE
from projections.timeline_lines import LINE, Order, Shown, event_line, things_of, timeline, timeline_counts
from projections.told_again import lines_of, told_again
from tests import dosing_day as day
from tests.domain.given import Scenario, at, given
from tests.domain.people import LINDQVIST, RIVERA, local, sealed
from tests.projections.conftest import live_runner, stored_rows
from tests.projections.courses import TWO_SESSIONS, HistoryLog
from tests.projections.folded import folded
from tests.situations import INTAKE_DONE, PLAN, PREPARED, REFERRED

NAMES = {LINDQVIST.actor_id: "Dr. Lindqvist", RIVERA.actor_id: "Dr. Rivera"}


def test_every_event_of_an_episode_has_a_sentence() -> None:
    events = {event for event in EVENTS.values() if issubclass(event, EpisodeEvent)}
    assert {event.stored_as for event in events - FORMS.keys()} == set(), "say these in projections/sentences"


def course() -> Scenario:
    """A day with a typing error, mended later, and an entry that was another patient's."""
    before = given(day.READY)
    wrong = before.recorded[-1].envelope
    corrected = VitalsCorrected(
        session_id=day.SESSION,
        vitals_id=day.vitals_id("13:40"),
        replaces=wrong.event_id,
        systolic_mmhg=148,
        diastolic_mmhg=82,
        pulse_per_min=70,
        taken_at=day.on("13:40"),
        was_systolic_mmhg=124,
        was_diastolic_mmhg=78,
        was_pulse_per_min=70,
        was_spo2_percent=None,
        was_symptoms=False,
        was_taken_at=day.on("13:40"),
        reason=sealed("typing error"),
    )
    in_error = EntryMarkedInError(
        entry_id=before.recorded[0].envelope.event_id,
        entry_stored_as="PatientReferred",
        entry_occurred_at=before.recorded[0].envelope.occurred_at,
        reason=sealed("wrong patient"),
    )
    return given(day.READY, at("2026-03-17 13:45", corrected, by=LINDQVIST), at("2026-03-18 09:00", in_error))


@pytest.fixture
def stored(work: Connection[Any]) -> tuple[Connection[Any], UUID]:
    scenario = course()
    log = HistoryLog(scenario.recorded)
    apply_all(log, [live_runner(work, log, TIMELINE)])
    return work, scenario.stream_id


def named(connection: Connection[Any], episode_id: UUID) -> Any:
    names = NAMES | things_of(connection, episode_id)
    return lambda thing: names.get(thing, "somebody")


def test_sentences_name_people_sessions_and_plans(stored: tuple[Connection[Any], UUID]) -> None:
    connection, episode_id = stored
    names = named(connection, episode_id)
    told = [line.say(names) for line in timeline(connection, episode_id, limit=None, order=Order.RECORDED)]
    assert "Dr. Lindqvist referred the patient. Diagnoses: F33.2." in told
    assert "Dr. Rivera completed the intake: 58\N{NO-BREAK SPACE}min, by video." in told
    assert "Dr. Rivera found the patient eligible until 2 Sep 2026." in told
    assert "The patient signed consent to ketamine, version 3, electronically." in told
    nbsp = "\N{NO-BREAK SPACE}"
    assert f"Dr. Rivera issued plan 1: 200{nbsp}mg first dose, up to 400{nbsp}mg, every 14 days, 2 sessions." in told
    assert "Dr. Lindqvist scheduled dosing session 1 for Tue 17 Mar 14:00, by video." in told
    assert "Dr. Lindqvist completed preparation session 1: 1\N{NO-BREAK SPACE}h." in told
    assert "Dr. Lindqvist started dosing session 1; all gates to open it were open." in told
    assert "Dr. Lindqvist recorded vitals before the dose: 124/78, pulse 70." in told
    assert "Dr. Lindqvist corrected vitals: <s>124/78</s> → <strong>148/82, pulse 70</strong>." in told
    assert "{" not in "".join(told)


def test_a_corrected_entry_stays_and_says_by_what(stored: tuple[Connection[Any], UUID]) -> None:
    connection, episode_id = stored
    lines = {line.version: line for line in timeline(connection, episode_id, limit=None)}
    correction = next(line for line in lines.values() if line.stored_as == "VitalsCorrected")
    corrected = lines[correction.corrects_version or 0]
    assert corrected.stored_as == "VitalsRecorded"
    assert [(one.version, one.is_in_error) for one in corrected.corrected_by] == [(correction.version, False)]
    assert correction.free_text == [("Reason", sealed("typing error"))]
    in_error = next(line for line in lines.values() if line.stored_as == "EntryMarkedInError")
    assert in_error.say(named(connection, episode_id)).endswith("marked an entry in error: referral of Thu 26 Feb.")
    (mark,) = lines[1].corrected_by
    assert mark.is_in_error
    assert mark.at == local("2026-03-18 09:00")


def test_a_count_and_the_list_it_opens_agree(stored: tuple[Connection[Any], UUID]) -> None:
    connection, episode_id = stored
    counts = timeline_counts(connection, episode_id)
    assert counts["all"] == len(timeline(connection, episode_id, limit=None))
    for name in (*Category, LATE):
        assert counts[name] == len(timeline(connection, episode_id, category=name, limit=None)), name
    assert counts[LATE] == 1


@pytest.mark.parametrize("order", list(Order))
def test_told_again_from_its_history_it_is_the_same(stored: tuple[Connection[Any], UUID], order: Order) -> None:
    """For readers from whom something is withheld, lines are told from a history and not read."""
    connection, episode_id = stored
    again = told_again(course().recorded)
    assert dict(again.things) == things_of(connection, episode_id)
    assert again.counts() == timeline_counts(connection, episode_id)
    everything = timeline(connection, episode_id, order=order, limit=None)
    assert [comparable(line) for line in again.newest(order=order, limit=None)] == list(map(comparable, everything))
    for category in (*Category, LATE):
        for before in (None, everything[3].version):
            asked: dict[str, Any] = {"order": order, "category": category, "limit": 4, "before": before}
            found = [line.version for line in timeline(connection, episode_id, **asked)]
            assert [line.version for line in again.newest(**asked)] == found, (category, before)


def comparable(line: Shown) -> Shown:
    """With moments of corrections as moments, whatever they are written like."""
    return line._replace(corrections=line.corrected_by, texts=line.free_text, position=0)


@pytest.mark.parametrize("order", list(Order))
def test_pages_follow_one_another_without_gap_or_overlap(stored: tuple[Connection[Any], UUID], order: Order) -> None:
    connection, episode_id = stored
    everything = timeline(connection, episode_id, order=order, limit=None)
    paged, before = [], None
    while page := timeline(connection, episode_id, order=order, limit=4, before=before):
        paged += page
        before = page[-1].version
    assert paged == everything
    times = [line.occurred_at for line in everything]
    assert order is Order.RECORDED or times == sorted(times, reverse=True)


def test_an_event_opens_by_its_number(stored: tuple[Connection[Any], UUID]) -> None:
    connection, episode_id = stored
    line = event_line(connection, episode_id, 1)
    assert line is not None
    assert line.stored_as == "PatientReferred"
    assert event_line(connection, episode_id, 999) is None


def test_no_sentence_carries_free_text_or_a_name(stored: tuple[Connection[Any], UUID]) -> None:
    connection, episode_id = stored
    for line in timeline(connection, episode_id, limit=None):
        assert "sealed" not in line.sentence + line.note
    (found,) = connection.execute(f"SELECT count(*) FROM {LINE} WHERE texts::text LIKE '%sealed.v1.%'")
    assert found[0] > 0


def test_text_in_a_sentence_is_escaped() -> None:
    from domain.episode.referral.import_history import HistoryImported

    event = HistoryImported(
        patient_id=derived_id("p"), reference="X-0001", source="<b>{a}.csv", file_sha256="0" * 64,
        name=sealed("x"), adult=True,
    )  # fmt: skip
    (line,), _ = lines_of(given(event).recorded)
    assert in_words(line.sentence, lambda _: "Somebody") == (
        "Somebody imported the history from &lt;b&gt;&#123;a&#125;.csv."
    )


def test_a_history_replayed_twice_makes_the_same_lines(work: Connection[Any]) -> None:
    log = HistoryLog(TWO_SESSIONS)
    apply_all(log, [live_runner(work, log, TIMELINE)])
    assert stored_rows(work, TIMELINE) == folded(TIMELINE, log.history())
    for _ in range(2):
        (rebuilt,) = rebuild(work, log, [TIMELINE], holder="r")
        assert (rebuilt.differences, rebuilt.cells_compared > 0) == (0, True)


def test_replay_tells_the_same_lines_as_the_page(work: Connection[Any]) -> None:
    log = HistoryLog(given(REFERRED, day.READY).recorded)
    apply_all(log, [live_runner(work, log, TIMELINE)])
    lines, things = lines_of(log.history())
    stored = stored_rows(work, TIMELINE)
    assert {(line.episode_id, line.version): line for line in lines} == stored[LINES.name]
    assert things == {key[1]: thing.words for key, thing in stored[THINGS.name].items()}
    assert things[PLAN] == "plan 1"


def test_why_something_was_entered_late_is_no_late_entry_of_its_own(work: Connection[Any]) -> None:
    late = at("2026-03-11 10:00", day.vitals("13:40"), LateEntryExplained(reason=sealed("no signal")), by=LINDQVIST)
    late = tuple(one._replace(recorded_at=local("2026-03-18 08:00")) for one in late)
    scenario = given(PREPARED, late)
    log = HistoryLog(scenario.recorded)
    apply_all(log, [live_runner(work, log, TIMELINE)])
    shown = timeline(work, scenario.stream_id, category=LATE, limit=None)
    assert [line.stored_as for line in shown] == ["VitalsRecorded"]
    assert timeline_counts(work, scenario.stream_id)[LATE] == 1


def test_an_intake_gone_through_without_a_change_says_so() -> None:
    (*_, line), _ = lines_of(given(INTAKE_DONE, at("2026-03-03 09:00", IntakeUpdated(), by=RIVERA)).recorded)
    assert "went through the intake: nothing has changed." in line.sentence
