"""The recheck clock: which sets of vitals before the dose count, and from when the next one may."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.episode.dosing.vital_limits import is_crisis, is_within
from domain.episode.plan.plan import VitalLimits
from domain.episode.session.session import Session, Vitals, VitalsPhase
from domain.protocol.numbers import Numbers


@dataclass(frozen=True)
class Rechecks:
    """How the sets before the dose stand at one moment. The newest set that counts governs, fresh older ones do not."""

    counted: tuple[Vitals, ...] = ()
    too_early: tuple[Vitals, ...] = ()
    """Kept and shown, but taken before the recheck was due."""
    out_of_limits: tuple[Vitals, ...] = ()
    """Those of the counted sets that were not within limits."""
    from_at: datetime | None = None
    """A further set counts from then; None when the governing set is within limits."""

    @property
    def governing(self) -> Vitals | None:
        return self.counted[-1] if self.counted else None

    def used_up(self, limits: VitalLimits) -> bool:
        """The first set and every recheck the plan allows were out of limits."""
        return len(self.out_of_limits) > limits.rechecks_allowed


def rechecks(sets: Iterable[Vitals], limits: VitalLimits, numbers: Numbers) -> Rechecks:
    """Go through the sets in the order they were taken. A crisis counts whenever it is measured."""
    counted: list[Vitals] = []
    too_early: list[Vitals] = []
    out_of_limits: list[Vitals] = []
    from_at = None
    for vitals in sorted(sets, key=lambda v: v.taken_at):
        crisis = is_crisis(vitals, numbers)
        if from_at is not None and vitals.taken_at < from_at and not crisis:
            too_early.append(vitals)
            continue
        counted.append(vitals)
        if is_within(vitals, limits) and not crisis:
            from_at = None
            continue
        out_of_limits.append(vitals)
        from_at = vitals.taken_at + timedelta(minutes=limits.recheck_after_minutes)
    return Rechecks(tuple(counted), tuple(too_early), tuple(out_of_limits), from_at)


def before_the_dose(session: Session, moment: datetime) -> list[Vitals]:
    """The sets taken before the dose, as far as they had been taken by then."""
    return [v for v in session.vitals.values() if v.taken_at <= moment and is_before_the_dose(v, session)]


def is_before_the_dose(vitals: Vitals, session: Session) -> bool:
    """As it was written down, or by the clock: a set with nothing taken yet governs whatever it was called (V3)."""
    return vitals.phase is VitalsPhase.BEFORE or not session.dosed_by(vitals.taken_at)
