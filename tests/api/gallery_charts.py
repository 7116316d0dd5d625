"""Charts with invented scores: the course of one patient, and the corner cases worth looking at."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from api.charts import (
    Band,
    CutOff,
    Dosing,
    EpisodeTimeLine,
    Hold,
    Measure,
    Moment,
    Phase,
    Point,
    Session,
    Trajectory,
)

ZONE = ZoneInfo("America/Los_Angeles")
TODAY = date(2026, 3, 12)
WHO = "Dr. Lindqvist"

PHQ_9_BANDS = (
    Band("none", "none", 0, 4),
    Band("mild", "mild", 5, 9),
    Band("moderate", "moderate", 10, 14),
    Band("mod. severe", "mod. sev.", 15, 19),
    Band("severe", "severe", 20, 27),
)
BDI_II_BANDS = (
    Band("minimal", "minimal", 0, 13),
    Band("mild", "mild", 14, 19),
    Band("moderate", "moderate", 20, 28),
    Band("severe", "severe", 29, 63),
)
WHO_5_BANDS = (Band("poor", "poor", 0, 28), Band("low", "low", 29, 50), Band("good", "good", 51, 100))

TRAJECTORY = Trajectory(
    reference="KAP-0012",
    instrument="PHQ-9",
    minimum=0,
    maximum=27,
    bands=PHQ_9_BANDS,
    points=(
        Point(date(2025, 12, 2), 21, recorded_by=WHO, source="in session"),
        Point(date(2025, 12, 16), 19, corrected_from=16, recorded_by=WHO, source="in session"),
        Point(date(2026, 1, 6), 18, recorded_by=WHO, source="in session"),
        Point(date(2026, 1, 20), 15, recorded_by=WHO, source="in session"),
        Point(date(2026, 2, 17), 11, recorded_by=WHO, source="on paper"),
        Point(datetime(2026, 3, 12, 8, 51, tzinfo=ZONE), 14, flagged=True, safety_answer=1, recorded_by=WHO),
    ),
    missed=(date(2026, 2, 3),),
    dosing=(Dosing(date(2026, 1, 8), 1), Dosing(date(2026, 1, 22), 2), Dosing(date(2026, 2, 19), 3)),
    preparation=(date(2025, 12, 18),),
    integration=(date(2026, 1, 13), date(2026, 1, 29), date(2026, 2, 26)),
    today=TODAY,
    zone=ZONE,
    response_share=0.5,
    reliable_change=6,
    safety_item="item 9",
)

TIME_LINE = EpisodeTimeLine(
    reference="KAP-0012",
    phases=(
        Phase("Referral", date(2025, 12, 2), date(2025, 12, 9)),
        Phase("Intake", date(2025, 12, 9), date(2025, 12, 17)),
        Phase("Preparation", date(2025, 12, 17), date(2026, 1, 8)),
        Phase("Dosing", date(2026, 1, 8), None, current=True),
    ),
    sessions=(
        Session("preparation", date(2025, 12, 18)),
        Session("dosing", date(2026, 1, 8), 1),
        Session("integration", date(2026, 1, 13)),
        Session("dosing", date(2026, 1, 22), 2),
        Session("integration", date(2026, 1, 29)),
        Session("dosing", date(2026, 2, 19), 3),
        Session("integration", date(2026, 2, 26)),
        Session("dosing", date(2026, 3, 19), 4, booked=True),
    ),
    measures=(
        Measure("PHQ-9", date(2025, 12, 2), 21),
        Measure("PHQ-9", date(2025, 12, 16), 19),
        Measure("PHQ-9", date(2026, 1, 6), 18),
        Measure("PHQ-9", date(2026, 1, 20), 15),
        Measure("PHQ-9", date(2026, 2, 3)),
        Measure("PHQ-9", date(2026, 2, 17), 11),
        Measure("PHQ-9", TODAY, 14, flagged=True),
    ),
    holds=(Hold(date(2026, 2, 5), date(2026, 2, 9), "blood pressure"), Hold(TODAY, None, "safety review")),
    today=TODAY,
    zone=ZONE,
)

REPLAY_LINE = replace(
    TIME_LINE,
    moments=(
        Moment("A", datetime(2026, 2, 19, 13, 20, tzinfo=ZONE)),
        Moment("B", datetime(2026, 3, 12, 9, 42, tzinfo=ZONE)),
    ),
)

ALONE: dict[str, Any] = {"missed": (), "dosing": (), "preparation": (), "integration": ()}


def scores(*totals: int, every_days: int = 14) -> tuple[Point, ...]:
    """These totals at even distance, the last one today."""
    last = len(totals) - 1
    return tuple(
        Point(TODAY - timedelta(days=every_days * (last - place)), total) for place, total in enumerate(totals)
    )


def weekly_doses(number: int) -> tuple[Dosing, ...]:
    return tuple(Dosing(TODAY - timedelta(days=7 * (number - one)), one) for one in range(1, number + 1))


WHO_5 = replace(
    TRAJECTORY,
    instrument="WHO-5",
    maximum=100,
    better="higher",
    bands=WHO_5_BANDS,
    points=scores(20, 36, 64),
    missed=(),
    response_share=None,
    reliable_change=10,
    safety_item="",
)
HAM_A = replace(
    TRAJECTORY,
    instrument="HAM-A",
    maximum=56,
    bands=(),
    points=scores(31, 28, 22),
    missed=(),
    cut_offs=(CutOff(17, "mild up to 17"),),
    response_share=None,
    safety_item="",
)
BDI_II = replace(
    TRAJECTORY,
    instrument="BDI-II",
    maximum=63,
    bands=BDI_II_BANDS,
    points=tuple(Point(date(2019, month, 3), total) for month, total in ((1, 30), (3, 22), (6, 15), (9, 9))),
    today=date(2019, 9, 3),
    **ALONE,
)
FLAGGED = tuple(
    Point(on, total, flagged=True) for on, total in ((date(2026, 1, 9), 27), (date(2026, 2, 1), 27), (TODAY, 26))
)

CORNER_CASES = {
    "one score": replace(TRAJECTORY, points=scores(16), **ALONE),
    "none yet": replace(TRAJECTORY, points=(), due="Due before dosing session 1.", **ALONE),
    "flagged at the top": replace(TRAJECTORY, points=FLAGGED),
    "flat and full of doses": replace(TRAJECTORY, points=scores(*[10] * 12), missed=(), dosing=weekly_doses(12)),
    "on the floor": replace(TRAJECTORY, points=scores(0, 0, 1, 0), missed=(TODAY - timedelta(days=7),)),
    "down and up again": replace(TRAJECTORY, points=scores(27, 0, 27, 0, 27, every_days=7), missed=()),
    "two on one day": replace(
        TRAJECTORY, points=(*scores(20), Point(datetime(2026, 3, 12, 18, 0, tzinfo=ZONE), 12)), **ALONE
    ),
    "higher is better": WHO_5,
    "no bands published": HAM_A,
    "years ago": BDI_II,
}
