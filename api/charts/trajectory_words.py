"""An outcome trajectory in words: its spoken description, the change in one line, the rows of its table."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from api.charts.trajectory import Point, Trajectory
from api.formats import ARROW, and_list, counted, full_date, points_moved, score_range, signed


@dataclass(frozen=True)
class Change:
    """First and last score, and what the instrument calls the difference."""

    first: str
    last: str
    since: date
    moved: str
    reliable: str
    response: str
    band: str
    bars: int
    bands: int

    @property
    def headline(self) -> str:
        moved = f", {self.moved}" if self.moved else ""
        return f"{self.first} {ARROW} {self.last}{moved}"


@dataclass(frozen=True)
class Row:
    """One row of the table beneath the chart: a score, or one that was due and not answered."""

    on: date
    score: str
    was: str
    band: str
    change: str
    safety: str
    recorded_by: str
    source: str
    href: str


def change(trajectory: Trajectory) -> Change | None:
    """The change from first to last score; none until there are two."""
    if len(trajectory.points) < 2:
        return None
    first, last = trajectory.in_order[0], trajectory.in_order[-1]
    band = trajectory.band(last.total)
    return Change(
        first=trajectory.said(first.total),
        last=trajectory.said(last.total),
        since=trajectory.day(first),
        moved="" if trajectory.is_levels else points_moved(first.total, last.total),
        reliable=_reliable(trajectory, last.total - first.total),
        response=_response(trajectory, last.total),
        band=f"{band.label} {score_range(band.low, band.high)}" if band and not trajectory.is_levels else "",
        bars=trajectory.bars(last.total),
        bands=len(trajectory.bands),
    )


def rows(trajectory: Trajectory) -> tuple[Row, ...]:
    """Every score and every missed one, oldest first."""
    scored = [_scored_row(trajectory, point) for point in trajectory.in_order]
    missed = [Row(on, "not answered", "", "", "", "", "", "", "") for on in trajectory.missed]
    return tuple(sorted([*scored, *missed], key=lambda row: row.on))


def title(trajectory: Trajectory) -> str:
    days = [trajectory.day(point) for point in trajectory.in_order]
    name = f"{trajectory.instrument} of {trajectory.reference}"
    if len(days) < 2:
        return f"{name}, {full_date(days[0])}"
    return f"{name}, {full_date(days[0])} to {full_date(days[-1])}"


def description(trajectory: Trajectory) -> str:
    """What a screen reader says instead of the drawing."""
    points = trajectory.in_order
    scores = ", ".join(trajectory.said(point.total) for point in points)
    sentences = [f"{counted(len(points), 'score')}: {scores}.", _first_to_last(trajectory)]
    if trajectory.missed:
        sentences.append(f"{len(trajectory.missed)} not answered, on {_days(trajectory.missed)}.")
    flagged = [trajectory.day(point) for point in points if point.flagged]
    if flagged and not trajectory.is_levels:
        item = trajectory.safety_item[:1].upper() + trajectory.safety_item[1:]
        sentences.append(f"{item} above 0 on {_days(flagged)}.")
    if trajectory.dosing:
        sentences.append(f"Dosing sessions on {_days(one.on for one in trajectory.dosing)}.")
    return " ".join([*sentences, "The table below has every value."])


def point_title(trajectory: Trajectory, point: Point) -> str:
    """`14, moderate, 12 Mar 2026. Corrected, was 16.`"""
    band = trajectory.band(point.total)
    named = [band.label] if band and not trajectory.is_levels else []
    parts = [trajectory.said(point.total), *named, full_date(trajectory.day(point))]
    sentences = [", ".join(parts)]
    if point.flagged and not trajectory.is_levels:
        sentences.append(f"{trajectory.safety_item} above 0")
    if point.corrected_from is not None:
        sentences.append(f"Corrected, was {point.corrected_from}")
    return ". ".join(sentences) + ("." if len(sentences) > 1 else "")


def none_yet(trajectory: Trajectory) -> str:
    """What stands where the chart would be."""
    missed = f" {len(trajectory.missed)} not answered, on {_days(trajectory.missed)}." if trajectory.missed else ""
    due = f" {trajectory.due}" if trajectory.due else ""
    return f"No {trajectory.instrument} yet.{missed}{due}"


def _scored_row(trajectory: Trajectory, point: Point) -> Row:
    first = trajectory.in_order[0]
    band = trajectory.band(point.total)
    return Row(
        on=trajectory.day(point),
        score=trajectory.said(point.total),
        was="" if point.corrected_from is None else trajectory.said(point.corrected_from),
        band=band.label if band and not trajectory.is_levels else "",
        change="first" if point is first else "" if trajectory.is_levels else signed(point.total - first.total),
        safety=_safety(trajectory, point),
        recorded_by=point.recorded_by,
        source=point.source,
        href=point.href,
    )


def _safety(trajectory: Trajectory, point: Point) -> str:
    if not trajectory.safety_item:
        return ""
    if point.safety_answer is not None:
        return str(point.safety_answer)
    return "above 0" if point.flagged else "not asked"


def _first_to_last(trajectory: Trajectory) -> str:
    points = trajectory.in_order
    if len(points) == 1:
        return f"First {_with_band(trajectory, points[0])}; change needs a second."
    if trajectory.is_levels:
        return f"First {trajectory.said(points[0].total)}, last {trajectory.said(points[-1].total)}."
    moved = points_moved(points[0].total, points[-1].total)
    return f"First {_with_band(trajectory, points[0])}, last {_with_band(trajectory, points[-1])}, {moved}."


def _with_band(trajectory: Trajectory, point: Point) -> str:
    band = trajectory.band(point.total)
    return f"{point.total} ({band.label})" if band and not trajectory.is_levels else trajectory.said(point.total)


def _reliable(trajectory: Trajectory, moved: int) -> str:
    if trajectory.reliable_change is None or abs(moved) < trajectory.reliable_change:
        return ""
    is_better = (moved < 0) == (trajectory.better == "lower")
    kind = "Reliable change" if is_better else "Reliable worsening"
    return f"{kind} ({trajectory.reliable_change} or more)"


def _response(trajectory: Trajectory, last: int) -> str:
    if trajectory.response_at is None:
        return ""
    is_lower_better = trajectory.better == "lower"
    at = math.floor(trajectory.response_at) if is_lower_better else math.ceil(trajectory.response_at)
    reached, words = (last <= at, f"{at} or less") if is_lower_better else (last >= at, f"{at} or more")
    return f"Response ({words})." if reached else f"A response would be {words}."


def _days(days: Iterable[date]) -> str:
    return and_list([full_date(on) for on in days])
