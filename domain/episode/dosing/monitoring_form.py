"""The form about a monitored dosing session, put together from the session's own entries; nothing is asked twice.

Its fields follow the monitoring form of the Spravato REMS (clinical reference 2.2). It is a record of this software
that supports whoever fills in the manufacturer's form; it is not that form, and it is sent nowhere from here.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from domain.episode.dosing.sets_due import sets_due
from domain.episode.dosing.vital_limits import is_within
from domain.episode.episode import Episode
from domain.episode.session.session import Check, Session, Vitals, VitalsPhase
from domain.protocol.protocol import Protocol
from domain.protocol.requirements import FormWithin, Resolved


@dataclass(frozen=True)
class MonitoringForm:
    """Minutes count from the first part of the dose. None: the session's entries do not say."""

    session_id: UUID
    therapist_id: UUID | None
    dose_mg: Decimal
    pieces: Decimal | None
    """Devices or tablets."""
    lots: tuple[str, ...]
    first_dose_at: datetime
    ended_at: datetime | None
    minutes_in_all: int | None
    minutes_until_ready: int | None
    other_medicines: tuple[tuple[str, bool | None], ...]
    """(class, is it on the medicine list); None before the intake."""
    before: Vitals | None
    after_dose: Vitals | None
    at_end: Vitals | None
    acceptable_before: bool | None
    acceptable_at_end: bool | None
    sedation_most: int | None
    dissociation_most: int | None
    breathing_depressed: bool | None
    serious_adverse_event: bool

    @property
    def missing(self) -> tuple[str, ...]:
        """What a complete form still lacks, in words."""
        lacks = {
            "the lot": not self.lots,
            "the end of the session": self.ended_at is None,
            "when the patient was ready to leave": self.minutes_until_ready is None,
            "vitals before the dose": self.before is None,
            "vitals after the dose at the set time": self.after_dose is None,
            "vitals before leaving": self.at_end is None,
            "sedation": self.sedation_most is None,
            "dissociation": self.dissociation_most is None,
            "breathing": self.breathing_depressed is None,
            "the medicine list": any(taken is None for _, taken in self.other_medicines),
        }
        return tuple(words for words, is_lacking in lacks.items() if is_lacking)


def monitoring_form(episode: Episode, session: Session, protocol: Protocol) -> MonitoringForm | None:
    """The form as the entries stand; None where no dose was taken or the protocol asks for no form."""
    asked, first_at = next(iter(protocol.required(FormWithin)), None), session.first_dose_at
    if asked is None or first_at is None:
        return None
    looks = [check for check in session.checks if check.at >= first_at]
    before, at_end = _newest(session, VitalsPhase.BEFORE), _newest(session, VitalsPhase.AFTER)
    limits, tablets = (episode.plan.terms.vital_limits, episode.plan.terms.tablets) if episode.plan else (None, None)
    ready_at = _ready_at(session, looks, protocol)
    return MonitoringForm(
        session_id=session.session_id,
        therapist_id=session.therapist_id,
        dose_mg=session.total_mg,
        pieces=session.total_mg / tablets.strength_mg if tablets else None,
        lots=tuple(dict.fromkeys(d.lot for d in session.doses.values() if d.lot)),
        first_dose_at=first_at,
        ended_at=session.ended_at,
        minutes_in_all=_minutes(first_at, session.ended_at),
        minutes_until_ready=_minutes(first_at, ready_at),
        other_medicines=tuple((name, _takes(episode, name)) for name in asked.medicine_classes),
        before=before,
        after_dose=_at_the_set_time(session, protocol),
        at_end=at_end,
        acceptable_before=is_within(before, limits) if before and limits else None,
        acceptable_at_end=is_within(at_end, limits) if at_end and limits else None,
        sedation_most=max((c.sedation for c in looks if c.sedation is not None), default=None),
        dissociation_most=max((c.dissociation for c in looks if c.dissociation is not None), default=None),
        breathing_depressed=_any_said(looks),
        serious_adverse_event=_serious(episode, session, first_at),
    )


def _newest(session: Session, phase: VitalsPhase) -> Vitals | None:
    return max((v for v in session.vitals.values() if v.phase is phase), key=lambda v: v.taken_at, default=None)


def _at_the_set_time(session: Session, protocol: Protocol) -> Vitals | None:
    """The first set that met its window after the dose."""
    entries = [due.met_by for due in sets_due(session, protocol) if due.is_vitals and due.met_by]
    return next((v for entry in entries for v in session.vitals.values() if v.entry_id == entry), None)


def _ready_at(session: Session, looks: list[Check], protocol: Protocol) -> datetime | None:
    """From when on every look found the patient as before the dose; None while one does not say so."""
    rule = next(iter(protocol.required(Resolved)), None)
    ready_at = None
    for look in sorted(looks, key=lambda c: c.at):
        ready_at = (ready_at or look.at) if rule is not None and is_over(look, rule) else None
    return ready_at


def is_over(look: Check, rule: Resolved) -> bool:
    """Whether a look finds nothing of the dose left; what was not looked at is not known to be over."""
    if look.sedation is None or look.dissociation is None or look.breathing_depressed is not False:
        return False
    return look.responsive and look.sedation <= rule.sedation_at_most and look.dissociation <= rule.dissociation_at_most


def _minutes(since: datetime, until: datetime | None) -> int | None:
    return int((until - since).total_seconds() // 60) if until is not None else None


def _takes(episode: Episode, medicine_class: str) -> bool | None:
    if episode.intake is None:
        return None
    return any(medicine.medicine_class.value == medicine_class for medicine in episode.intake.medicines)


def _any_said(looks: list[Check]) -> bool | None:
    said = [c.breathing_depressed for c in looks if c.breathing_depressed is not None]
    return any(said) if said else None


def _serious(episode: Episode, session: Session, first_at: datetime) -> bool:
    """Between the dose and the end of the session, or reported since where it has not ended."""
    return any(
        event.serious
        and first_at <= event.happened_at
        and (session.ended_at is None or event.happened_at <= session.ended_at)
        for event in episode.adverse_events.values()
    )
