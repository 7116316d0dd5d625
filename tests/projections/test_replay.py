"""Replay: what had happened, what was known, what changed, and under which protocol a dose would have been judged."""

from domain.derived import derived_id
from domain.episode.outcome.correct_outcome import OutcomeCorrected
from domain.episode.outcome.record_outcome import OutcomeRecorded
from domain.episode.plan.amend_plan import PlanAmended
from domain.episode.referral.import_history import HistoryImported
from domain.episode.session.session import DosePart
from domain.event import Recorded
from domain.network.adopt_protocol import ProtocolAdopted
from domain.network.create_network import NetworkCreated
from domain.protocol.protocol import hash_of
from domain.protocol.shipped import CURRENT, document
from projections.replay import AsOf, Change, View, changes, view_at
from tests import dosing_day as day
from tests.domain.episode.document.test_documents import WRITTEN
from tests.domain.episode.question.test_questions import ASKED
from tests.domain.given import History, at, given
from tests.domain.people import ADA, LINDQVIST, NETWORK_ID, RIVERA, local, sealed
from tests.situations import PLAN, PLANNED, PREPARED, terms

PRESENT = local("2026-06-01 09:00")
OUTCOME = derived_id("outcome", 1)
DOCUMENT = document(*CURRENT)
FOUNDED = NetworkCreated(slug="test", title="Test", zone="America/New_York", crisis_text="Call 988")
ADOPTED = ProtocolAdopted(protocol_id="kap-core", protocol_version="2", sha256=hash_of(DOCUMENT), document=DOCUMENT)


def measured(when: str, total: int) -> OutcomeRecorded:
    return OutcomeRecorded(
        outcome_id=OUTCOME, instrument="phq-9", instrument_version="1", taken_at=local(when), total=total,
        band=None, has_safety_item=True, safety_answer=0,
    )  # fmt: skip


def network(adopted_on: str = "2026-01-05 10:00") -> tuple[Recorded, ...]:
    history = (at("2026-01-05 09:00", FOUNDED), at(adopted_on, ADOPTED))
    return given(*history, stream="network", stream_id=NETWORK_ID).recorded


def seen(*history: History, happened: str | None = None, known: str | None = None, **around: str) -> View:
    when = AsOf(local(happened) if happened else None, local(known) if known else None)
    return view_at(
        given(*history).recorded, when, network_history=network(**around), clinician_history=lambda _: (),
        present=PRESENT,
    )  # fmt: skip


def value(view: View, what: str) -> str | None:
    return next((line.value for line in view.lines if line.what == what), None)


def change_of(found: list[Change], what: str) -> Change:
    return next(change for change in found if change.what == what)


LATE = (PREPARED, at("2026-03-11 10:00", measured("2026-03-11 10:00", 18), by=LINDQVIST, known="2026-03-14 08:00"))


def test_before_the_first_event_nobody_was_referred() -> None:
    view = seen(PREPARED, happened="2026-02-01 09:00")
    assert [(line.what, line.value) for line in view.lines] == [("Phase", "not referred yet")]
    assert (view.gates, view.position) == ((), 0)


def test_a_late_entry_had_happened_before_it_was_known() -> None:
    moment = "2026-03-12 09:00"
    assert value(seen(*LATE, happened=moment), "PHQ-9") == "18, moderately severe, taken 11 Mar 2026"
    assert value(seen(*LATE, known=moment), "PHQ-9") is None
    assert value(seen(*LATE, happened=moment, known=moment), "PHQ-9") is None
    assert value(seen(*LATE, happened=moment, known="2026-03-14 08:00"), "PHQ-9") is not None


def test_a_state_reads_as_it_stood() -> None:
    view = seen(PREPARED, happened="2026-03-04 12:00")
    assert value(view, "Phase") == "Preparation"
    assert value(view, "Plan") == "plan 1, version 1, in force"
    assert value(view, "Doses left") == "2 of 2"
    assert value(view, "Dose") == "200 mg next, at most 400 mg in a session, booster 100 mg"
    assert value(view, "Consents") == "ketamine (version 3) and telehealth (version 2)"
    assert value(view, "Prescriber") == f"{{{RIVERA.actor_id}}}"
    assert value(view, "Preparation session 1") is None


def test_an_event_at_the_very_moment_counts() -> None:
    assert value(seen(PLANNED, happened="2026-03-04 09:00"), "Plan") == "plan 1, version 1, in force"


def test_changes_name_what_was_before_and_the_event() -> None:
    history = given(
        *PREPARED,
        at(
            "2026-03-12 10:00",
            PlanAmended(
                plan_id=PLAN, version=2, terms=terms(minimum_interval_days=21), changed=("minimum_interval_days",),
                reason=sealed("pressure"),
            ),
            by=RIVERA,
        ),
    )  # fmt: skip
    amended = history.recorded[-1].envelope
    before, after = (seen(history.as_history(), happened=f"2026-03-{day} 09:00") for day in ("11", "13"))
    found = changes(before, after)
    assert [change.what for change in found] == ["Plan", "Days between doses"]
    assert found[1][1:4] == ("at least 7, usually 14", "at least 21, usually 14", amended.event_id)
    assert found[1].version == amended.version


def test_a_correction_shows_with_the_value_it_replaced() -> None:
    history = given(*PREPARED, at("2026-03-11 10:00", measured("2026-03-11 10:00", 18), by=LINDQVIST))
    corrected = OutcomeCorrected(
        outcome_id=OUTCOME, replaces=history.recorded[-1].envelope.event_id, total=8, was_total=18, band=None,
        safety_answer=0, was_safety_answer=0, taken_at=local("2026-03-11 10:00"), reason=sealed("typing"),
    )  # fmt: skip
    whole = (history.as_history(), at("2026-03-11 10:00", corrected, by=LINDQVIST, known="2026-03-15 10:00"))
    found = changes(seen(*whole, known="2026-03-14 10:00"), seen(*whole, known="2026-03-16 10:00"))
    change = change_of(found, "PHQ-9")
    assert (change.before, change.after) == (
        "18, moderately severe, taken 11 Mar 2026",
        "8, mild, taken 11 Mar 2026",
    )
    assert change.event_id == given(*whole).recorded[-1].envelope.event_id


def test_what_only_time_changes_names_no_event() -> None:
    found = changes(seen(PREPARED, happened="2026-09-01 09:00"), seen(PREPARED, happened="2026-09-04 09:00"))
    change = change_of(found, "Eligibility")
    assert (change.before, change.after) == ("eligible until 2 Sep 2026", "ran out on 2 Sep 2026")
    assert change.event_id is None


def test_nothing_changed_between_the_same_moments() -> None:
    assert changes(seen(PREPARED, happened="2026-03-11 09:00"), seen(PREPARED, happened="2026-03-11 09:01")) == []


def test_gates_are_asked_under_the_protocol_in_force_then() -> None:
    view = seen(PREPARED, happened="2026-03-11 09:00")
    assert {gate.key for gate in view.gates} >= {"consent", "eligibility", "plan", "interval"}
    assert value(view, "May a dose be taken?") is not None
    before_any = seen(PREPARED, happened="2026-03-11 09:00", adopted_on="2026-04-01 09:00")
    assert before_any.gates == ()


def test_imported_history_is_its_scores_and_nothing_else() -> None:
    imported = HistoryImported(
        patient_id=ADA, reference="BTHEB-0017", source="btheb.csv", file_sha256="0" * 64, name=sealed("17"), adult=True
    )
    view = seen(at("2026-03-01 12:00", imported), at("2026-03-01 12:00", measured("2026-03-01 12:00", 9)))
    assert [(line.what, line.value) for line in view.lines] == [
        ("Phase", "Imported"),
        ("PHQ-9", "9, mild, taken 1 Mar 2026"),
    ]
    assert view.gates == ()


def test_notes_and_questions_stand_as_they_stood() -> None:
    told = (WRITTEN, at("2026-03-11 09:00", ASKED, by=LINDQVIST))
    note, question = "Progress note on preparation session 1", "Question"
    before, after = seen(*told, happened="2026-03-10 11:30"), seen(*told, happened="2026-03-12 09:00")
    assert (value(before, note), value(before, question)) == (None, None)
    assert (value(after, note) or "").startswith("signed 10 Mar 2026 12:00")
    assert (value(after, question) or "").endswith("open")


def test_driving_is_told_by_the_last_part_also_where_that_was_entered_late() -> None:
    """The second part is at 23:55 and entered the next morning: twelve hours later is after the night."""
    late = at(
        "2026-03-17 23:55", day.dose("23:55", 100, DosePart.BOOSTER, dose_id=day.BOOSTER), known="2026-03-18 08:00"
    )
    ended = day.ended("16:10").model_copy(update={"may_drive_from": local("2026-03-18 02:05")})
    released, what = (day.DOSED, at("2026-03-17 16:10", ended)), "Driving after dosing session 1"
    assert value(seen(released), what) == "after a night's sleep, not before 18 Mar 2026 02:05"
    assert value(seen(released, late), what) == "after a night's sleep, not before 18 Mar 2026 11:55"
