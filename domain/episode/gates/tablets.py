"""Tablets (rule 27): dispensed = taken + destroyed + on hand, for each strength; a difference is a question to ask."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from domain.actor import Role
from domain.days import day_of
from domain.episode.check_in.reports import InventoryReport, TabletCount
from domain.episode.dosing.dose_arithmetic import plain
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import on
from domain.episode.session.session import Dose


@dataclass(frozen=True)
class Reckoning:
    """One strength of one count, in tablets. `difference` above 0: more than there should be; below 0: missing."""

    strength_mg: Decimal
    dispensed: Decimal | None
    """None: nobody recorded what was dispensed."""
    taken: Decimal
    """In recorded doses."""
    said_taken: Decimal | None
    destroyed: Decimal
    on_hand: Decimal
    accepted: Decimal = Decimal(0)
    """The difference that a prescriber has asked about already."""

    @property
    def difference(self) -> Decimal | None:
        if self.dispensed is None:
            return None
        return self.taken + self.destroyed + self.on_hand - self.dispensed - self.accepted

    @property
    def adds_up(self) -> bool:
        """Unknown is not equal. What adds up as it stands asks nothing, whatever was explained before."""
        if self.difference is None:
            return False
        return 0 in (self.difference, self.difference + self.accepted) and self.said_taken in (None, self.taken)


def tablets_add_up(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Informs only; the next prescription waits for a prescriber's review of it."""
    report = newest(episode)
    if report is None:
        return
    open_ones = unsettled(episode, report, asked)
    if not open_ones:
        yield asked.open("27", "tablets", f"Counted {_day(report, asked)}; it adds up.", entries=[report.entry_id])
        return
    facts = [f"Counted {_day(report, asked)}.", *(said(one) for one in open_ones)]
    opens = Opens(act="A prescriber asks, and says what it was.", decision="explain_tablets", by=Role.PRESCRIBER)
    missing = "an answer to where the difference comes from"
    yield asked.closed("27", "tablets", *facts, missing=missing, opens=opens, entries=[report.entry_id])


def newest(episode: Episode) -> InventoryReport | None:
    """The latest count."""
    return max(episode.inventory_reports.values(), key=lambda report: report.counted_at, default=None)


def unsettled(episode: Episode, report: InventoryReport, asked: Question) -> list[Reckoning]:
    """Strengths of a count that do not add up and that nobody has explained."""
    if report.report_id in episode.tablet_explanations:
        return []
    return [one for one in reckonings(episode, report, asked) if not one.adds_up]


def reckonings(episode: Episode, report: InventoryReport, asked: Question) -> list[Reckoning]:
    """Each strength of a count, against what was dispensed and taken by then."""
    return [_reckoning(episode, report, counted, asked) for counted in report.tablets]


def said(one: Reckoning) -> str:
    """One strength in a sentence: numbers, no blame."""
    name = f"{plain(one.strength_mg)} mg"
    if one.dispensed is None:
        return f"{name}: {plain(one.on_hand)} on hand; nobody recorded how many were dispensed."
    parts = f"{plain(one.dispensed)} dispensed, {plain(one.taken)} taken, {plain(one.destroyed)} destroyed"
    sentence = f"{name}: {parts}, {plain(one.on_hand)} on hand"
    if one.difference:
        word = "more" if one.difference > 0 else "fewer"
        return f"{sentence}: {plain(abs(one.difference))} {word} than that makes."
    return f"{sentence}; the patient counts {plain(one.said_taken or Decimal(0))} taken."


def _reckoning(episode: Episode, report: InventoryReport, counted: TabletCount, asked: Question) -> Reckoning:
    strength = counted.strength_mg
    return Reckoning(
        strength_mg=strength,
        dispensed=_dispensed(episode, report, strength, asked),
        taken=sum((tablets_in(d, strength, episode) for d in _doses(episode, report)), Decimal(0)),
        said_taken=counted.taken,
        destroyed=counted.destroyed or Decimal(0),
        on_hand=counted.on_hand,
        accepted=_accepted(episode, report, strength),
    )


def _dispensed(episode: Episode, report: InventoryReport, strength: Decimal, asked: Question) -> Decimal | None:
    """Tablets of that strength handed out by the day of the count."""
    day = day_of(report.counted_at, asked.network.zone)
    same = [one for one in episode.prescriptions.values() if one.strength_mg == strength]
    steps = [step for one in same for step in one.steps if step.quantity and step.on <= day]
    return Decimal(sum(step.quantity for step in steps)) if steps else None


def _doses(episode: Episode, report: InventoryReport) -> list[Dose]:
    taken = (dose for session in episode.sessions.values() for dose in session.doses.values())
    return [dose for dose in taken if dose.taken_at <= report.counted_at]


def tablets_in(dose: Dose, strength: Decimal, episode: Episode) -> Decimal:
    """Tablets of a strength in a dose: as they were counted, else all of the plan's strength."""
    if sum((p.strength_mg * p.count for p in dose.tablets), Decimal(0)) == dose.amount_mg:
        return sum((p.count for p in dose.tablets if p.strength_mg == strength), Decimal(0))
    plans = episode.plan.terms.tablets.strength_mg if episode.plan else None
    return dose.amount_mg / strength if plans == strength else Decimal(0)


def _accepted(episode: Episode, report: InventoryReport, strength: Decimal) -> Decimal:
    """What earlier counts differed by, as explained: it stays a difference of every later one."""
    earlier = [one for one in episode.tablet_explanations.values() if one.counted_at < report.counted_at]
    known = [(one.counted_at, by.tablets) for one in earlier for by in one.differences if by.strength_mg == strength]
    return max(known, key=lambda pair: pair[0])[1] if known else Decimal(0)


def _day(report: InventoryReport, asked: Question) -> str:
    return on(day_of(report.counted_at, asked.network.zone))
