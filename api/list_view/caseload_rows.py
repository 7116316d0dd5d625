"""The rows of the caseload: flags, next step and why, scores, phase, last seen and doses left, in words."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from markupsafe import Markup

from api import formats
from api.charts import Sparkline, draw_sparkline
from api.forms.words import in_words
from api.list_view.look import Look
from api.list_view.next_step import StepShown, step_shown
from api.list_view.patient import Patient, entry_href, episode_href
from domain.episode.gates import Gate
from domain.episode.outcome.outcomes import Outcome
from domain.episode.session.session import SessionKind, SessionStatus
from projections.caseload import Caseload, Filter, Sort
from projections.glance import Badge, Glance, Measure, badges

FILTERS = (
    (Filter.ALL, "All open"),
    (Filter.NEEDS_ME, "Needs me today"),
    (Filter.FLAGGED, "Flagged"),
    (Filter.NOT_IMPROVING, "Not improving"),
    (Filter.NOT_SEEN, "Not seen in {not_seen_days} days"),
    (Filter.DISCUSS, "For discussion"),
    (Filter.ON_HOLD, "On hold"),
    (Filter.WAITING, "Waiting for others"),
    (Filter.DISCHARGED, "Discharged"),
)
EMPTY = {
    Filter.ALL: "No open episodes. Refer a patient to begin; once a prescriber finds them eligible, they stay here"
    " through discharge.",
    Filter.NEEDS_ME: "Nobody needs you today.",
    Filter.FLAGGED: "Nobody is flagged for safety.",
    Filter.NOT_IMPROVING: "Nobody is worsening or not improving by the protocol's rules.",
    Filter.NOT_SEEN: "Everyone was seen lately.",
    Filter.DISCUSS: "Nobody is flagged for the next caseload review.",
    Filter.ON_HOLD: "Nobody's dosing is on hold.",
    Filter.WAITING: "Nothing waits for anybody else.",
    Filter.DISCHARGED: "Nobody has been discharged yet.",
}
MAIN_COLUMN = "Main measure"
BADGES = 2
"""How many flags a row names; the others are counted."""


class ScoreShown(NamedTuple):
    """As `first_to_last` shows one; `title` where the list holds several instruments."""

    sparkline: Markup
    first: int | None
    last: int
    change: str
    filled: int
    bands: int
    band: str
    href: str
    title: str


class CaseloadRow(NamedTuple):
    """`edge` is urgent, attention or nothing; `under_flags` says which rule flags, `held` since when and by whom."""

    name: str
    href: str
    reference: str
    born: str | None
    edge: str
    flags: list[tuple[str, str, str]]
    under_flags: str
    next: StepShown
    held: str
    score: ScoreShown | None
    phase: str
    phase_more: str
    seen: str
    unseen: str
    """What stands there instead where nobody has seen the patient."""
    seen_ago: str
    seen_href: str
    doses: str
    doses_href: str


def caseload_row(glance: Glance, patient: Patient, look: Look, gates: Sequence[Gate] = ()) -> CaseloadRow:
    """One episode; `gates` are those before its booked dose, where there is one."""
    episode_id, shown = glance.case.episode_id, badges(glance, look.by.actor_id)
    phase, _, count = glance.phase.partition(" ")
    seen = glance.last_seen
    return CaseloadRow(
        name=patient.name,
        href=episode_href(episode_id),
        reference=glance.case.reference,
        born=patient.born,
        edge=_edge(glance),
        flags=[(badge.kind, badge.words, entry_href(episode_id, badge.entry_id, "#gates")) for badge in shown],
        under_flags=_under_flags(shown, glance),
        next=step_shown(glance, look, gates),
        held=_held(glance, look),
        score=_score(glance),
        phase=phase,
        phase_more=count or _how_long(glance, look),
        seen=formats.short_date(look.day(seen.at)) if seen else "",
        unseen=_unseen(glance),
        seen_ago=formats.days_away(look.day(seen.at), look.today) if seen else "",
        seen_href=entry_href(episode_id, seen.entry_id) if seen else "",
        doses=_doses_left(glance),
        doses_href=episode_href(episode_id, "?only=sessions#timeline"),
    )


def filters_shown(found: Caseload, current: Filter, sort: Sort, look: Look) -> list[tuple[str, str, int, bool]]:
    """Every filter with the number of rows it opens, whatever is shown now."""
    days = look.around.network.protocol.numbers.not_seen_days.value
    kept = "" if sort is Sort.URGENCY else f"&sort={sort.value}"
    return [
        (f"/caseload?show={name.value}{kept}", words.format(not_seen_days=days), found.counts[name], name is current)
        for name, words in FILTERS
    ]


def score_heading(rows: Sequence[Glance]) -> str:
    """`PHQ-9`, where every row is told by the same instrument."""
    titles = {glance.measure.instrument.title for glance in rows if glance.measure}
    return titles.pop() if len(titles) == 1 else MAIN_COLUMN


def dashed_lines(rows: Sequence[Glance]) -> str:
    """What the dashed line in the small charts stands for."""
    known = {glance.measure.instrument.id: glance.measure.instrument for glance in rows if glance.measure}
    cut_offs = [f"{one.title} of {one.change.caseness.at}" for one in known.values() if one.change.caseness]
    return f"Dashed line in the small charts: {formats.and_list(cut_offs)}." if cut_offs else ""


def sorted_by_name(rows: Sequence[Glance], patients: Mapping[UUID, Patient], *, turned: bool = False) -> list[Glance]:
    """Sorted by name: only the page knows names."""

    def name(glance: Glance) -> tuple[str, str]:
        return patients[glance.case.episode_id].name.casefold(), glance.case.reference

    return sorted(rows, key=name, reverse=turned)


def _edge(glance: Glance) -> str:
    """Red where somebody may be in danger, amber where something is late or held; the row says which in words."""
    if glance.is_unsafe:
        return "urgent"
    return "attention" if glance.overdue or glance.holds else ""


def _held(glance: Glance, look: Look) -> str:
    """Since when dosing is held, and by whom; only by whom where the next step is the hold, whose reason says when."""
    if not glance.holds:
        return ""
    hold, step = glance.holds[0], glance.next_step
    since = "" if step and step.decision == "release_hold" else formats.list_moment(hold.placed_at, look.zone, look.now)
    return f"held{f' since {since}' if since else ''} by {look.name_of(hold.placed_by)}"


def _under_flags(shown: Sequence[Badge], glance: Glance) -> str:
    """Which rule it is that flags and what is overdue, where the row says nothing else of it."""
    ruled = {flag.name: flag.rule for flag in glance.flags if flag.rule and flag.key == "not_improving"}
    rule = next((f"rule {ruled[badge.words]}" for badge in shown[:BADGES] if badge.words in ruled), "")
    late = "" if glance.next_step in glance.overdue else next((f"late: {one.what}" for one in glance.overdue), "")
    return "; ".join(filter(None, [rule, late, _last_review(glance)]))


def _last_review(glance: Glance) -> str:
    """What the last review of the caseload recommended."""
    found = glance.course.caseload_review
    return f"review {formats.short_date(found.held_on)}: {in_words(found.recommendation)}" if found else ""


def _how_long(glance: Glance, look: Look) -> str:
    """`1 done` in preparation, otherwise the day of the phase."""
    if glance.course.is_imported:
        return "history only"
    if glance.phase == "Preparation":
        done = sum(
            session.kind is SessionKind.PREPARATION and session.status is SessionStatus.COMPLETED
            for session in glance.course.sessions.values()
        )
        return f"{done} done" if done else "none done"
    days = (look.today - look.day(glance.case.phase_since)).days
    return f"day {days + 1}"


def _score(glance: Glance) -> ScoreShown | None:
    measure = glance.measure
    if measure is None or measure.last.total is None:
        return None
    instrument, last = measure.instrument, measure.last.total
    first = measure.first.total if measure.first is not measure.last else None
    at = next((n for n, band in enumerate(instrument.bands, 1) if band.lowest <= last <= band.highest), 0)
    return ScoreShown(
        sparkline=_sparkline(glance.case.reference, measure),
        first=first,
        last=last,
        change=formats.signed(last - first) if first is not None else "",
        filled=at,
        bands=len(instrument.bands),
        band=instrument.bands[at - 1].label.replace("moderately", "mod.") if at else "",
        href=episode_href(glance.case.episode_id, f"?measure={instrument.id}#outcomes"),
        title=instrument.title,
    )


def _sparkline(reference: str, measure: Measure) -> Markup:
    instrument, caseness = measure.instrument, measure.instrument.change.caseness
    totals = tuple(_total(outcome) for outcome in measure.scores if outcome.total is not None)
    cut_off = caseness.at if caseness else None
    highest = instrument.highest if instrument.is_here else max(1, *totals)
    return draw_sparkline(Sparkline(reference, instrument.title, instrument.lowest, highest, totals, cut_off))


def _total(outcome: Outcome) -> int:
    return outcome.total or 0


def _unseen(glance: Glance) -> str:
    """Imported history has scores and no visits; a course that is over is not waiting for one."""
    if glance.course.is_imported:
        return "not recorded"
    return "not yet" if glance.course.closed_at is None else "never"


def _doses_left(glance: Glance) -> str:
    """`3 of 6`; empty without a plan."""
    authorised = glance.doses_authorised
    return "" if authorised is None else f"{max(0, authorised - glance.doses_used)} of {authorised}"
