"""A case at one moment: phase, next step, flags, main measure. Pure; lists are made of these."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from domain.actor import Role
from domain.clinician.clinician import Clinicians
from domain.days import day_of
from domain.episode.alert.alert import Alert
from domain.episode.alert.alerts import alerts
from domain.episode.due.flags import Flag, Severity, flags
from domain.episode.due.next_step import urgency
from domain.episode.due.obligation import Obligation
from domain.episode.due.obligations import obligations
from domain.episode.due.phase import phase
from domain.episode.episode import Episode
from domain.episode.gates.doses import sessions_used
from domain.episode.outcome.baseline import baseline, scores
from domain.episode.outcome.outcomes import Outcome
from domain.episode.safety.holds import open_holds
from domain.episode.safety.safety import Hold
from domain.episode.session.session import SessionStatus
from domain.instrument import Change, Instrument, change, recorded_with
from domain.network.network import Network
from domain.protocol.protocol import Protocol
from domain.sealed import Sealed
from projections.course import Case

SOON = timedelta(days=7)


class Moment(NamedTuple):
    """What a list is looked at with."""

    now: datetime
    network: Network
    protocol: Protocol
    clinicians: Clinicians = MappingProxyType({})
    """The people of the network as far as the caller knows them: alerts pass over a suspended prescriber."""

    @property
    def zone(self) -> str:
        return self.network.zone

    @property
    def today(self) -> date:
        return day_of(self.now, self.network.zone)


class Seen(NamedTuple):
    """The last completed session or consult, and the entry that says so."""

    what: str
    at: datetime
    entry_id: UUID


class Measure(NamedTuple):
    """Scores of one instrument as they were taken; `first` is the baseline, the last before the first dose."""

    instrument: Instrument
    scores: tuple[Outcome, ...]
    first: Outcome
    last: Outcome
    change: Change | None
    """None where there is one score only."""

    @property
    def band(self) -> str | None:
        """The word for the last score."""
        total = self.last.total or 0
        return next((b.label for b in self.instrument.bands if b.lowest <= total <= b.highest), None)


@dataclass(frozen=True)
class Glance:
    """`obligations` are in the order of urgency; the first of them is the next step."""

    case: Case
    name: Sealed[str] | None
    birth_date: Sealed[str] | None
    moment: Moment

    @property
    def course(self) -> Episode:
        return self.case.course

    @cached_property
    def phase(self) -> str:
        """Such as "Dosing 3 of 6"."""
        return phase(self.course, self.moment.now)

    @cached_property
    def obligations(self) -> tuple[Obligation, ...]:
        now, network, protocol, _ = self.moment
        due = obligations(self.course, now=now, protocol=protocol, network=network)
        return tuple(sorted(due, key=lambda obligation: urgency(obligation, now, network.zone)))

    @property
    def next_step(self) -> Obligation | None:
        return next((obligation for obligation in self.obligations if obligation.done is None), None)

    @cached_property
    def flags(self) -> tuple[Flag, ...]:
        """What asks for a look, worst first; good news is apart, and so is what is for the therapist alone."""
        return tuple(flag for flag in self._raised if flag.severity is not Severity.GOOD)

    @cached_property
    def good_news(self) -> tuple[Flag, ...]:
        """Remission or response on the main measure."""
        return tuple(flag for flag in self._raised if flag.severity is Severity.GOOD)

    @cached_property
    def _raised(self) -> tuple[Flag, ...]:
        now, network, protocol, _ = self.moment
        return flags(self.course, now=now, protocol=protocol, network=network)

    def flags_for(self, clinician_id: UUID) -> tuple[Flag, ...]:
        """The flags as this person may see them: with the working alliance for the patient's own therapist."""
        if self.course.member(clinician_id, Role.THERAPIST, self.moment.now) is None:
            return self.flags
        now, network, protocol, _ = self.moment
        raised = flags(self.course, now=now, protocol=protocol, network=network, sees_alliance=True)
        return tuple(flag for flag in raised if flag.severity is not Severity.GOOD)

    @cached_property
    def alerts(self) -> tuple[Alert, ...]:
        """Urgent ones first, those that somebody has taken on last."""
        now, network, protocol, clinicians = self.moment
        return alerts(self.course, now=now, protocol=protocol, network=network, clinicians=clinicians)

    @property
    def is_unsafe(self) -> bool:
        return any(flag.severity is Severity.SAFETY for flag in self.flags)

    @cached_property
    def overdue(self) -> tuple[Obligation, ...]:
        now, zone = self.moment.now, self.moment.zone
        late = [obligation for obligation in self.obligations if obligation.is_overdue(now, zone)]
        return tuple(sorted(late, key=lambda obligation: obligation.day(zone) or date.max))

    @cached_property
    def next_day(self) -> date | None:
        """The first day on which anything is due from today on."""
        due = (obligation.day(self.moment.zone) for obligation in self.obligations if obligation.done is None)
        days = [day for day in due if day and day >= self.moment.today]
        return min(days, default=None)

    @cached_property
    def holds(self) -> Sequence[Hold]:
        """Open holds, the oldest first: held since when and by whom."""
        return open_holds(self.course)

    @cached_property
    def measure(self) -> Measure | None:
        """The protocol's main measure, else another symptom measure of it; in imported history the one there is."""
        required = sorted(self.moment.protocol.instruments, key=lambda one: not one.is_main)
        known = [one.instrument for one in required]
        if self.course.is_imported:
            known += [outcome.instrument for outcome in self.course.outcomes.values()]
        return next((found for name in known if (found := measure_of(self.course, name))), None)

    @cached_property
    def last_seen(self) -> Seen | None:
        return last_seen(self.course)

    @property
    def doses_authorised(self) -> int | None:
        """None where there is no plan."""
        return self.course.plan.terms.sessions_authorised if self.course.plan else None

    @cached_property
    def doses_used(self) -> int:
        return sessions_used(self.course, self.course.plan) if self.course.plan else 0


def measure_of(course: Episode, instrument: str) -> Measure | None:
    """First, last and all scores of an instrument; None without any."""
    taken = scores(course, instrument)
    first = baseline(course, instrument)
    if first is None:
        return None
    known, last = recorded_with(instrument, taken[-1].instrument_version), taken[-1]
    both = change(known, first.total or 0, last.total or 0) if first is not last and known.is_here else None
    return Measure(known, tuple(taken), first, last, both)


def last_seen(course: Episode) -> Seen | None:
    """What was completed last: an intake, a session or a follow-up."""
    seen = [Seen("intake", course.intake.completed_at, course.intake.entry_id)] if course.intake else []
    seen += [Seen("follow-up", visit.completed_at, visit.entry_id) for visit in course.follow_ups]
    seen += [
        Seen(f"{session.kind} session {session.number}", session.ended_at, session.end_entry_id or session.entry_id)
        for session in course.sessions.values()
        if session.status is SessionStatus.COMPLETED and session.ended_at
    ]
    return max(seen, key=lambda one: one.at, default=None)


class Badge(NamedTuple):
    """A tag in a list: its kind (urgent, attention, waiting, open), its word, the reason, the entry that raised it."""

    kind: str
    words: str
    reason: str
    entry_id: UUID | None


KIND_OF = {Severity.SAFETY: "urgent", Severity.ATTENTION: "attention", Severity.INFORMATION: "info"}


def holds_history_only(glances: Sequence[Glance]) -> bool:
    """Whether all there is was imported: then no dose is ahead for anybody."""
    return bool(glances) and all(glance.course.is_imported for glance in glances)


def badges(glance: Glance, clinician_id: UUID) -> list[Badge]:
    """Flags worst first, then overdue, waiting for somebody else, and good results."""
    found = [
        Badge(KIND_OF[flag.severity], flag.name, flag.reason, next(iter(flag.entries), None))
        for flag in glance.flags_for(clinician_id)
    ]
    if late := glance.overdue:
        at = next((n for n, badge in enumerate(found) if badge.kind != "urgent"), len(found))
        found.insert(
            at, Badge("attention", "Overdue", f"{late[0].what}: {late[0].why}", next(iter(late[0].entries), None))
        )
    if waits_for_another(glance, clinician_id) and not found:
        step = glance.next_step
        found.append(Badge("waiting", "Waiting", step.why if step else "", None))
    if not any(badge.kind == "urgent" for badge in found):
        found += _good_news(glance)
    return found


def _good_news(glance: Glance) -> list[Badge]:
    """Remission or response; of imported history, which raises no flags, by its measure."""
    if not glance.course.is_imported:
        return [Badge("open", flag.name, flag.reason, flag.entries[-1]) for flag in glance.good_news]
    result = glance.measure.change if glance.measure else None
    if glance.measure is None or result is None or not (result.remission or result.response):
        return []
    return [Badge("open", "Remission" if result.remission else "Response", result.words, glance.measure.last.entry_id)]


def is_with(obligation: Obligation, clinician_id: UUID, course: Episode, now: datetime) -> bool:
    """Whether an obligation is this person's: named, or nobody's in particular and of a role they have on the team."""
    if obligation.with_id is not None:
        return obligation.with_id == clinician_id
    return course.member(clinician_id, obligation.with_role, now) is not None


def waits_for_another(glance: Glance, clinician_id: UUID) -> bool:
    """Whether the next step is somebody else's."""
    step = glance.next_step
    return step is not None and not is_with(step, clinician_id, glance.course, glance.moment.now)


def urgency_rank(glance: Glance, clinician_id: UUID) -> tuple[int, date, str]:
    """Unreviewed safety, overdue (longest first), due today, due in 7 days, waiting for another, rest by next date."""
    today, next_day = glance.moment.today, glance.next_day
    if glance.is_unsafe:
        rank, day = 0, date.min
    elif late := [one for one in glance.overdue if not one.is_beside]:
        rank, day = 1, late[0].day(glance.moment.zone) or date.min
    elif next_day == today:
        rank, day = 2, today
    elif next_day is not None and next_day <= today + SOON:
        rank, day = 3, next_day
    elif waits_for_another(glance, clinician_id):
        rank, day = 4, next_day or date.max
    else:
        rank, day = 5, next_day or date.max
    return rank, day, glance.case.reference
