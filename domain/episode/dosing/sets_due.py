"""Sets of vitals and looks that a protocol asks for at set times after the dose: when each is due, and what met it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from domain.episode.session.session import Check, Session, Vitals
from domain.protocol.protocol import Protocol
from domain.protocol.requirements import CheckAt, Look, VitalsAt, VitalValue, When


class SetDue(NamedTuple):
    """One set or look, in its window; both ends count. `met_by` is the entry that meets it."""

    requirement: VitalsAt | CheckAt
    minutes: int
    """After the last part of the dose."""
    opens_at: datetime
    closes_at: datetime
    met_by: UUID | None

    @property
    def is_vitals(self) -> bool:
        return isinstance(self.requirement, VitalsAt)


def sets_due(session: Session, protocol: Protocol) -> tuple[SetDue, ...]:
    """All of them, the earliest first; none before a dose was taken."""
    last_at = session.last_dose_at
    if last_at is None:
        return ()
    found = [*_vitals(session, protocol, last_at), *_checks(session, protocol, last_at)]
    return tuple(sorted(found, key=lambda due: (due.opens_at, due.closes_at)))


def next_set_due(session: Session, protocol: Protocol, now: datetime) -> SetDue | None:
    """The first that can still be met and is not."""
    return next((due for due in sets_due(session, protocol) if due.met_by is None and now <= due.closes_at), None)


def has_values(vitals: Vitals, values: tuple[VitalValue, ...]) -> bool:
    """Whether a set holds everything that is asked for; a pressure without its diastolic is none."""
    measured = {
        VitalValue.PRESSURE: vitals.diastolic_mmhg,
        VitalValue.PULSE: vitals.pulse_per_min,
        VitalValue.SPO2: vitals.spo2_percent,
    }
    return all(measured[value] is not None for value in values)


def has_looks(check: Check, looks: tuple[Look, ...]) -> bool:
    """Whether a check says everything that is asked for."""
    seen = {
        Look.SEDATION: check.sedation,
        Look.DISSOCIATION: check.dissociation,
        Look.BREATHING: check.breathing_depressed,
    }
    return all(seen[look] is not None for look in looks)


def _vitals(session: Session, protocol: Protocol, last_at: datetime) -> Iterator[SetDue]:
    for one in protocol.required(VitalsAt):
        if one.when is not When.AFTER_DOSE:
            continue
        opens_at, closes_at = (last_at + timedelta(minutes=m) for m in (one.from_minutes, one.until_minutes))
        taken = sorted(session.vitals.values(), key=lambda v: v.taken_at)
        met = (v.entry_id for v in taken if opens_at <= v.taken_at <= closes_at and has_values(v, one.values))
        yield SetDue(one, one.from_minutes, opens_at, closes_at, next(met, None))


def _checks(session: Session, protocol: Protocol, last_at: datetime) -> Iterator[SetDue]:
    for one in protocol.required(CheckAt):
        early_or_late = timedelta(minutes=one.tolerance_minutes)
        for minutes in one.at_minutes:
            due_at = last_at + timedelta(minutes=minutes)
            opens_at, closes_at = due_at - early_or_late, due_at + early_or_late
            looks = sorted(session.checks, key=lambda c: c.at)
            met = (c.entry_id for c in looks if opens_at <= c.at <= closes_at and has_looks(c, one.looks_at))
            yield SetDue(one, minutes, opens_at, closes_at, next(met, None))
