"""Flags and phases as lists show them: P1, P3, rule 28, worsening, not seen."""

from datetime import date

import pytest

from domain.derived import derived_id
from domain.episode.course.discharge_patient import DischargeReason, PatientDischarged
from domain.episode.course.pause_episode import EpisodePaused
from domain.episode.due.flags import Severity, flags
from domain.episode.due.phase import PHASES, phase
from domain.episode.eligibility.determine_eligibility import EligibilityDetermined
from domain.episode.eligibility.eligibility import EligibilityOutcome
from domain.episode.follow_up.follow_up import FollowUpDecision
from domain.episode.intake.book_intake import IntakeBooked
from domain.episode.intake.intake import Way
from domain.episode.outcome.record_outcome import OutcomeRecorded
from domain.episode.referral.import_history import HistoryImported
from domain.episode.safety.place_hold import hold_because
from domain.episode.safety.report_adverse_event import report_adverse_event
from domain.episode.safety.review_safety import SafetyReviewed, Standing
from domain.episode.safety.safety import HoldReason
from tests.domain.given import History, at, given
from tests.domain.people import ADA, PROTOCOL, TEST_NETWORK, local, sealed
from tests.dosing_day import RELEASED, integrated, plan_amended
from tests.gate_answers import SESSION_2, dosed_on, followed_up, phq9
from tests.situations import ASSIGNED, CONSENTED, INTAKE_DONE, PREPARED, REFERRED

TWO_DOSES = (RELEASED, integrated("2026-03-19"), dosed_on("2026-03-24", 2, SESSION_2), integrated("2026-03-26"))
IMPORTED = HistoryImported(
    patient_id=ADA, reference="B-0017", source="btheb.csv", file_sha256="0" * 64, name=sealed("x"), adult=True
)
GONE = PatientDischarged(patient_id=ADA, reason=DischargeReason.COMPLETED, on=date(2026, 4, 20))


def raised(*history: History, now: str) -> dict[str, str]:
    found = flags(given(*history).state, now=local(now), protocol=PROTOCOL, network=TEST_NETWORK)
    return {flag.key: flag.reason for flag in found}


def test_p1_item_9_is_first_and_stands_above_a_response() -> None:
    better = (phq9("2026-03-01 09:00", total=18), RELEASED, phq9("2026-03-20 09:00", 1, total=6))
    found = flags(given(*better).state, now=local("2026-03-20 10:00"), protocol=PROTOCOL, network=TEST_NETWORK)
    assert (found[0].name, found[0].severity, found[0].rule) == ("Item 9 above 0", Severity.SAFETY, "21")
    assert "item 9 was 1" in found[0].reason
    assert found[0].entries


def test_p3_under_a_standing_review_it_is_still_shown() -> None:
    standing = Standing(instrument="phq-9", up_to_score=1, until_on=date(2026, 4, 30))
    review = SafetyReviewed(review_id=ADA, done=sealed("x"), dosing_may_go_on=True, standing=standing)
    covered = (RELEASED, at("2026-03-20 09:00", review), phq9("2026-04-14 09:00", 1))
    assert "Standing review" in raised(*covered, now="2026-04-14 10:00")["safety"]


def test_a_review_settles_it() -> None:
    flagged = given(RELEASED, phq9("2026-03-20 09:00", 1))
    outcome_id = next(iter(flagged.state.outcomes))
    review = SafetyReviewed(review_id=ADA, done=sealed("x"), dosing_may_go_on=True, outcome_ids=(outcome_id,))
    assert "safety" not in raised(RELEASED, phq9("2026-03-20 09:00", 1), review, now="2026-03-20 10:00")


def test_p2_imported_history_raises_nothing() -> None:
    assert not raised(IMPORTED, phq9("2019-03-20 09:00", 3), now="2026-03-20 10:00")


def test_a_grave_event_and_a_hold_are_flags() -> None:
    grave = given(RELEASED).when(report_adverse_event, adverse_event_id=ADA, term="other", grade=3, serious=False)
    found = flags(grave.state, now=local("2026-03-20 10:00"), protocol=PROTOCOL, network=TEST_NETWORK)
    assert [flag.key for flag in found] == ["adverse_event"]
    held = at("2026-03-18 09:00", hold_because(HoldReason.VITALS, ADA))
    assert (
        raised(RELEASED, held, now="2026-03-20 10:00")["hold"] == "Held since 18 Mar 2026 09:00: vitals out of limits."
    )


def test_q1_worse_by_the_reliable_change() -> None:
    before = phq9("2026-03-01 09:00", total=8)
    worse = raised(before, RELEASED, phq9("2026-03-20 09:00", total=14), now="2026-03-20 10:00")
    assert worse["worsening"].startswith("PHQ-9 8 → 14. 6 points higher. Reliably worse (6 or more).")
    assert "worsening" not in raised(before, RELEASED, phq9("2026-03-20 09:00", total=13), now="2026-03-20 10:00")


@pytest.mark.parametrize(
    ("first", "last", "now", "is_flagged"),
    [
        (20, 12, "2026-05-12 09:00", True),
        (20, 12, "2026-05-11 23:59", False),
        (20, 10, "2026-05-12 09:00", False),
        (20, 9, "2026-05-12 09:00", False),
        (9, 12, "2026-05-12 09:00", False),
        (10, 10, "2026-05-12 09:00", True),
    ],
)
def test_rule_28_not_improving_from_week_8(first: int, last: int, now: str, is_flagged: bool) -> None:
    course = (phq9("2026-03-01 09:00", total=first), RELEASED, phq9("2026-05-10 09:00", total=last))
    assert ("not_improving" in raised(*course, now=now)) is is_flagged


def scored(instrument: str, when: str, total: int) -> tuple[History, ...]:
    outcome = OutcomeRecorded(
        outcome_id=derived_id("scored", instrument, when), instrument=instrument, instrument_version="1",
        taken_at=local(when), total=total, band=None, has_safety_item=False, safety_answer=None,
    )  # fmt: skip
    return at(when, outcome)


@pytest.mark.parametrize(
    ("instrument", "first", "worse", "not_yet"),
    [("gad-7", 5, 9, 8), ("pcl-5", 30, 45, 44), ("who-5", 60, 48, 52), ("madrs", 10, 16, 15), ("wsas", 12, 20, 19)],
)
def test_each_instrument_worsens_by_its_own_rule_and_in_its_own_direction(
    instrument: str, first: int, worse: int, not_yet: int
) -> None:
    before = scored(instrument, "2026-03-01 09:00", first)
    now = "2026-03-20 10:00"
    assert "worsening" in raised(before, RELEASED, scored(instrument, "2026-03-20 09:00", worse), now=now)
    assert "worsening" not in raised(before, RELEASED, scored(instrument, "2026-03-20 09:00", not_yet), now=now)


ALLIANCE = (scored("wai-sr", "2026-03-10 09:00", 50), RELEASED, scored("wai-sr", "2026-04-10 09:00", 52))
DROPPED = (*ALLIANCE, scored("wai-sr", "2026-04-20 09:00", 46))


def test_a_drop_in_alliance_is_for_the_therapist_alone() -> None:
    state, now = given(*DROPPED).state, local("2026-04-20 10:00")
    everybody = flags(state, now=now, protocol=PROTOCOL, network=TEST_NETWORK)
    therapist = flags(state, now=now, protocol=PROTOCOL, network=TEST_NETWORK, sees_alliance=True)
    assert not {"alliance", "worsening"} & {flag.key for flag in everybody}
    (found,) = [flag for flag in therapist if flag not in everybody]
    assert (found.key, found.rule, found.source, found.severity) == (
        "alliance", "+alliance", "WAI-RV", Severity.INFORMATION,
    )  # fmt: skip
    assert found.reason == "WAI-SR 52 → 46. 6 points lower. Reliably worse (6 or more)."
    steady = given(*ALLIANCE, scored("wai-sr", "2026-04-20 09:00", 47)).state
    assert "alliance" not in {
        flag.key for flag in flags(steady, now=now, protocol=PROTOCOL, network=TEST_NETWORK, sees_alliance=True)
    }


def test_no_measure_for_30_days_under_a_plan() -> None:
    asked = phq9("2026-03-16 09:00", total=15)
    assert "no_measure" not in raised(PREPARED, asked, now="2026-04-14 23:59")
    assert raised(PREPARED, asked, now="2026-04-15 00:00")["no_measure"] == "PHQ-9 of 16 Mar 2026, 30 days ago."
    never = raised(PREPARED, now="2026-04-03 09:00")
    assert never["no_measure"] == "No measure since the plan of 4 Mar 2026, 30 days ago."
    assert "no_measure" not in raised(CONSENTED, now="2026-12-01 09:00")
    paused = at("2026-03-20 09:00", EpisodePaused(reason=sealed("x")))
    assert "no_measure" not in raised(PREPARED, asked, paused, now="2026-06-14 00:00")


@pytest.mark.parametrize(("last", "key"), [(4, "remission"), (9, "response"), (10, None)])
def test_good_news_comes_last_and_is_one_of_two(last: int, key: str | None) -> None:
    course = (phq9("2026-03-01 09:00", total=18), RELEASED, phq9("2026-03-20 09:00", total=last))
    found = flags(given(*course).state, now=local("2026-03-20 10:00"), protocol=PROTOCOL, network=TEST_NETWORK)
    good = [flag for flag in found if flag.severity is Severity.GOOD]
    assert [flag.key for flag in good] == ([key] if key else [])
    assert not key or found[-1] is good[0]


def test_every_flag_names_its_rule_and_where_it_comes_from() -> None:
    course = (
        phq9("2026-03-01 09:00", total=18), scored("gad-7", "2026-03-01 09:00", 5), RELEASED,
        phq9("2026-03-20 09:00", 1, total=6), scored("gad-7", "2026-03-20 09:00", 12),
    )  # fmt: skip
    found = flags(given(*course).state, now=local("2026-07-20 10:00"), protocol=PROTOCOL, network=TEST_NETWORK)
    assert {flag.key: (flag.rule, flag.source) for flag in found} == {
        "safety": ("21", "SIMON"),
        "worsening": ("+worsening", "IAPT"),
        "not_seen": ("+not_seen", "BAO"),
        "no_measure": ("+no_measure", ""),
        "response": ("+response", "BAO"),
    }


def test_not_seen_for_28_days() -> None:
    assert "not_seen" not in raised(RELEASED, now="2026-04-13 23:59")
    assert raised(RELEASED, now="2026-04-14 00:00")["not_seen"] == (
        "Last session or consult on 17 Mar 2026, 28 days ago."
    )
    assert raised(REFERRED, now="2026-03-26 09:00")["not_seen"] == "Referred on 26 Feb 2026, 28 days ago."
    paused = at("2026-03-20 09:00", EpisodePaused(reason=sealed("x")))
    assert "not_seen" not in raised(RELEASED, paused, now="2026-06-14 00:00")
    assert "not_seen" not in raised(RELEASED, GONE, now="2026-06-14 00:00")


REFUSED = EligibilityDetermined(
    outcome=EligibilityOutcome.NOT_ELIGIBLE, absolute=("acute_mania",), rationale=sealed("x"), adult=True
)


@pytest.mark.parametrize(
    ("history", "word"),
    [
        (REFERRED, "Referred"),
        (ASSIGNED, "Referred"),
        ((ASSIGNED, IntakeBooked(starts_at=local("2026-03-02 09:00"), way=Way.REMOTE)), "Intake"),
        (INTAKE_DONE, "Eligibility"),
        ((INTAKE_DONE, REFUSED), "Ending"),
        (CONSENTED, "Plan"),
        (PREPARED, "Preparation"),
        (RELEASED, "Dosing 1 of 2"),
        (TWO_DOSES, "Follow-up"),
        ((TWO_DOSES, plan_amended(2, sessions_authorised=8)), "Dosing 2 of 8"),
        ((TWO_DOSES, followed_up("2026-04-01 09:00", FollowUpDecision.STOP, 0)), "Ending"),
        ((RELEASED, EpisodePaused(reason=sealed("x"))), "Paused"),
        ((RELEASED, GONE), "Discharged"),
        (IMPORTED, "Imported"),
    ],
)
def test_the_phase_in_a_word(history: History, word: str) -> None:
    found = phase(given(history).state, local("2026-12-01 09:00"))
    assert found == word
    assert found.split(" ")[0] in PHASES
