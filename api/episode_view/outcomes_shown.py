"""The outcomes section: the trajectory of one instrument, the change in words, and every score as a row."""

from datetime import date
from typing import NamedTuple

from markupsafe import Markup

from api.charts import Band, Change, Dosing, Row, Trajectory, change, draw_trajectory, rows
from api.charts import CutOff as CutOffLine
from api.charts import Point as Dot
from api.formats import day_of, full_date
from api.scene import Scene
from domain.episode.session.session import SessionKind
from domain.instrument import Direction, Instrument, ids, recorded_with, title_of
from projections import outcome_trajectory as read_side


class OutcomesShown(NamedTuple):
    """`others` are the instruments to switch to: id, title, whether it is the one shown."""

    instrument: Instrument
    instruments: list[tuple[str, str, bool]]
    change: Change | None
    since: str
    chart: Markup
    """Empty where the pack is missing: without its range and direction a line would say too much."""
    rows: list[Row]
    safety_heading: str | None
    has_points: bool


def outcomes_shown(found: read_side.Trajectory | None, wanted: str, scene: Scene) -> OutcomesShown:
    """One instrument: the one asked for, else the protocol's main one, else the first with a score."""
    main = scene.protocol.main_instrument or ids()[0]
    known = list(found.instruments) if found else []
    required = [one.instrument for one in scene.protocol.instruments]
    choices = [one for one in dict.fromkeys([*required, *known]) if one in known] or [main]
    chosen = wanted if wanted in choices else choices[0]
    points = found.of(chosen) if found else []
    instrument = recorded_with(chosen, points[-1].instrument_version if points else None)
    trajectory = _trajectory(found, points, instrument, scene)
    changed = change(trajectory) if instrument.is_for_change else None
    return OutcomesShown(
        instrument=instrument,
        instruments=[(one, title_of(one), one == chosen) for one in choices],
        change=changed,
        since=full_date(changed.since) if changed else "",
        chart=draw_trajectory(trajectory, f"outcome-{chosen}") if instrument.is_here else Markup(),
        rows=list(rows(trajectory)),
        safety_heading=instrument.safety_question if instrument.safety_item else None,
        has_points=bool(trajectory.points),
    )


def _trajectory(
    found: read_side.Trajectory | None, points: list[read_side.Point], instrument: Instrument, scene: Scene
) -> Trajectory:
    held = found.held if found else []
    at = {kind: [mark for mark in held if mark.kind is kind] for kind in SessionKind}
    return Trajectory(
        reference=scene.episode.reference,
        instrument=instrument.title,
        minimum=instrument.lowest if instrument.has_total else 0,
        maximum=instrument.highest if instrument.has_total else len(_bands(instrument)) - 1,
        bands=_bands(instrument),
        points=tuple(_dot(one, instrument, scene) for one in points if _drawn(one, instrument) is not None),
        today=scene.today,
        zone=scene.zone,
        over_on=scene.over_on,
        better="lower" if instrument.direction is Direction.LOWER_IS_BETTER else "higher",
        missed=tuple(_missed(found, points, instrument, scene)),
        dosing=tuple(
            Dosing(day_of(mark.happened_at, scene.zone), mark.number) for mark in at[SessionKind.DOSING] if mark.doses
        ),
        preparation=tuple(day_of(mark.happened_at, scene.zone) for mark in at[SessionKind.PREPARATION]),
        integration=tuple(day_of(mark.happened_at, scene.zone) for mark in at[SessionKind.INTEGRATION]),
        cut_offs=_cut_offs(instrument),
        response_share=_response_share(instrument),
        response_points=instrument.change.response.points if instrument.change.response else None,
        is_levels=not instrument.has_total,
        reliable_change=_reliable(instrument),
        safety_item=f"item {instrument.safety_item.number}" if instrument.safety_item else "",
        due="Due before dosing session 1.",
    )


def _bands(instrument: Instrument) -> tuple[Band, ...]:
    """Its bands; the levels of a triage as bands of one place each."""
    if instrument.triage is not None:
        return tuple(Band(name, name, place, place) for place, name in enumerate(instrument.triage.names))
    return tuple(Band(one.label, one.short, one.lowest, one.highest) for one in instrument.bands)


def _drawn(point: read_side.Point, instrument: Instrument) -> int | None:
    """Where a point stands: its total, or the place of its level; None where there is neither."""
    return point.score.total if instrument.has_total else point.score.safety_answer


def _response_share(instrument: Instrument) -> float | None:
    rule = instrument.change.response
    return None if rule is None or rule.percent is None else rule.percent / 100


def _dot(point: read_side.Point, instrument: Instrument, scene: Scene) -> Dot:
    score = point.score
    flagged = instrument.is_positive(score.safety_answer)
    source = f"imported, row {point.imported.row}" if point.imported else ""
    return Dot(
        at=score.taken_at,
        total=_drawn(point, instrument) or 0,
        flagged=flagged and point.imported is None,
        corrected_from=(point.struck[0].total if instrument.has_total else point.struck[0].safety_answer)
        if point.struck
        else None,
        safety_answer=score.safety_answer,
        recorded_by=scene.name_of(score.recorded_by) if point.imported is None else "import",
        source=source,
        href=f"{scene.href}/events/{score.version}",
    )


def _missed(
    found: read_side.Trajectory | None, points: list[read_side.Point], instrument: Instrument, scene: Scene
) -> list[date]:
    every = next((one.every_days for one in scene.protocol.instruments if one.instrument == instrument.id), None)
    if found is None or every is None or scene.episode.is_imported:
        return []
    until = found.closed_at or scene.now
    return list(
        read_side.missed_on(points, every, since=found.plan_from, until=until, zone=scene.network.zone)
    )  # fmt: skip


def _cut_offs(instrument: Instrument) -> tuple[CutOffLine, ...]:
    caseness = instrument.change.caseness
    return (CutOffLine(caseness.at, f"cut-off {caseness.at}"),) if caseness else ()


def _reliable(instrument: Instrument) -> int | None:
    reliable = instrument.change.reliable
    return int(reliable.points) if reliable is not None else None
