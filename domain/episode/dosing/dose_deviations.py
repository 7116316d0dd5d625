"""Which rules a dose broke, judged at the time it was taken."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from domain.clinician.clinician import Clinicians
from domain.days import is_of_one_sitting, to_the_minute
from domain.episode.dosing.as_it_stood import as_it_stood
from domain.episode.dosing.dose_arithmetic import exceeds_per_kg
from domain.episode.dosing.dosed_before_told import days_told, known_late
from domain.episode.dosing.driving import zone_of
from domain.episode.dosing.record_swallowing import swallowed_against_plan
from domain.episode.dosing.standing_clearance import clearance_of, lapsed_at
from domain.episode.episode import Episode
from domain.episode.gates import Checkpoint, Gate, gates
from domain.episode.intake.intake import Way
from domain.episode.plan.under_protocol import protocol_at
from domain.episode.safety.note_deviation import DeviationNoted, note_deviation
from domain.episode.session.session import Dose, DosePart, Session
from domain.network.network import Network
from domain.protocol.numbers import Numbers
from domain.protocol.protocol import Protocol

OVER_PLAN = frozenset({"over_maximum", "over_ceiling", "over_ceiling_per_kg"})
"""The next dose stays closed until a prescriber has looked at these."""
SAID_OTHERWISE = frozenset({"maximum", "ceiling", "ceiling_per_kg", "companion_present"})
"""Gates of a second part whose breach has a deviation of its own, with the numbers."""


class Circumstances(NamedTuple):
    """A dose and what it is judged by. `session` is without it, `then` the episode as it stood when it was taken."""

    dose: Dose
    session: Session
    then: Episode
    protocol: Protocol
    network: Network
    clinicians: Clinicians

    def closed(self, checkpoint: Checkpoint) -> list[Gate]:
        """The gates that stood in the way at that moment."""
        asked = gates(
            self.then,
            checkpoint,
            now=self.dose.taken_at,
            protocol=self.protocol,
            network=self.network,
            clinicians=self.clinicians,
            session_id=self.session.session_id,
            dose_mg=self.dose.amount_mg,
        )
        return [gate for gate in asked if gate.stands_in_the_way]


def deviations_of(
    dose: Dose, session: Session, episode: Episode, *, protocol: Protocol, network: Network, clinicians: Clinicians
) -> list[DeviationNoted]:
    """Every rule this dose broke, each once, by the protocol and the plan of that moment."""
    then, under = as_it_stood(episode, dose.taken_at), protocol_at(dose.taken_at, network, protocol)
    case = Circumstances(dose, session, then, under, network, clinicians)
    found = [
        *_session_and_clearance(dose, session, episode, protocol.numbers),
        *_another_day(dose, session, zone_of(episode, session, network), under.numbers),
        *amount_deviations(dose, session, then, under.numbers),
        *_companion(dose, session, under.numbers),
        *_second_part(case),
        *_rules_before(case),
        *_told_later(case, episode),
    ]
    if dose.was_swallowed:
        found += swallowed_against_plan(then, dose.dose_id, dose.taken_at)
    return list({deviation.deviation_id: deviation for deviation in found}.values())


def _told_later(case: Circumstances, episode: Episode) -> Iterator[DeviationNoted]:
    """Ketamine elsewhere, or in an earlier course, that nobody here knew of when the first part was taken."""
    if case.dose.part is not DosePart.FIRST:
        return
    for on, told_at in days_told(episode, case.network):
        late = known_late(episode, case.dose, on, told_at, network=case.network, protocol=case.protocol)
        yield from () if late is None else (late,)


def out_of_window(
    dose: Dose, session: Session, episode: Episode, *, protocol: Protocol, network: Network, clinicians: Clinicians
) -> Iterator[DeviationNoted]:
    """That a later part lay outside the booster's window, by the first part as it is known now (D8)."""
    then, under = as_it_stood(episode, dose.taken_at), protocol_at(dose.taken_at, network, protocol)
    case = Circumstances(dose, session, then, under, network, clinicians)
    yield from (deviation for deviation in _second_part(case) if deviation.code == "window")


def exceeds_the_plan(deviations: Iterable[DeviationNoted]) -> bool:
    """Whether the next dose has to wait for a prescriber's look."""
    return any(deviation.code in OVER_PLAN for deviation in deviations)


def _session_and_clearance(
    dose: Dose, session: Session, episode: Episode, numbers: Numbers
) -> Iterator[DeviationNoted]:
    at = dose.taken_at
    if session.opened_at is None or at < to_the_minute(session.opened_at):
        yield note_deviation("3", "session_not_open", dose.dose_id)
    if session.ended_at is not None and session.ended_at < at:
        yield note_deviation("3", "session_had_ended", dose.dose_id, at=session.ended_at)
    cleared = clearance_of(session, dose.part, at)
    if cleared is None:
        yield note_deviation("4", "not_cleared", dose.dose_id)
    elif (since := lapsed_at(cleared, session, at, numbers, episode)) is not None:
        late = int((at - since).total_seconds() // 60)
        yield note_deviation("4", "clearance_lapsed", dose.dose_id, at=since, minutes_late=late)


def _another_day(dose: Dose, session: Session, zone: str, numbers: Numbers) -> Iterator[DeviationNoted]:
    if not is_of_one_sitting(dose.taken_at, session.starts_at, zone, numbers.session_open_alert_hours.value):
        yield note_deviation("3", "another_day", dose.dose_id, at=session.starts_at)


def amount_deviations(dose: Dose, session: Session, episode: Episode, numbers: Numbers) -> Iterator[DeviationNoted]:
    """The session's total with this dose, against what was cleared, the plan and the protocol."""
    total = sum((d.amount_mg for d in session.doses.values() if d.dose_id != dose.dose_id), dose.amount_mg)
    cleared = clearance_of(session, dose.part, dose.taken_at)
    if cleared is not None and (so_far := taken_with(dose, session)) > cleared.total_mg:
        yield _over("above_cleared", dose, so_far, cleared_mg=cleared.total_mg)
    if episode.plan is not None and total > episode.plan.terms.maximum_mg:
        yield _over("over_maximum", dose, total, maximum_mg=episode.plan.terms.maximum_mg)
    if total > numbers.ceiling_mg_per_session.value:
        yield _over("over_ceiling", dose, total, ceiling_mg=numbers.ceiling_mg_per_session.value)
    weight = episode.intake.weight if episode.intake else None
    per_kg = numbers.ceiling_mg_per_kg.value
    if weight is not None and exceeds_per_kg(total, weight.kg, per_kg):
        yield _over("over_ceiling_per_kg", dose, total, ceiling_mg_per_kg=per_kg, weight_kg=weight.kg)


def taken_with(dose: Dose, session: Session) -> Decimal:
    """With this dose, what a go for its part speaks of: what came on top of a first part is no more of it."""
    others = (other for other in session.doses.values() if other.dose_id != dose.dose_id)
    counted = (other for other in others if dose.part is not DosePart.FIRST or other.part is DosePart.FIRST)
    return sum((other.amount_mg for other in counted), dose.amount_mg)


def _over(code: str, dose: Dose, total_mg: Decimal, **limit: Decimal) -> DeviationNoted:
    return note_deviation("15", code, dose.dose_id, None, total_mg=total_mg, **limit)


def _companion(dose: Dose, session: Session, numbers: Numbers) -> Iterator[DeviationNoted]:
    """Remote: an adult, there long enough before the dose."""
    if session.way is Way.IN_PERSON:
        return
    there = session.companion_at(dose.taken_at)
    if there is None or there.arrived_at is None or not there.is_adult:
        yield note_deviation("12", "no_chaperone", dose.dose_id)
        return
    minutes = int((dose.taken_at - there.arrived_at).total_seconds() // 60)
    if dose.part is DosePart.FIRST and minutes < numbers.chaperone_before_minutes.value:
        yield note_deviation("12", "chaperone_late", dose.dose_id, at=there.arrived_at, minutes_before=minutes)


def _second_part(case: Circumstances) -> Iterator[DeviationNoted]:
    """What stood in the way of a second part when it was taken."""
    if case.dose.part is DosePart.FIRST or not case.session.dosed_by(case.dose.taken_at):
        return
    for gate in case.closed(Checkpoint.SECOND_PART):
        if gate.key not in SAID_OTHERWISE:
            yield note_deviation(gate.rule, gate.key.partition(":")[0], case.dose.dose_id)


def _rules_before(case: Circumstances) -> Iterator[DeviationNoted]:
    """Consent, eligibility, plan, interval, holds … as they stood when the first part was taken."""
    if case.dose.part is not DosePart.FIRST:
        return
    for gate in case.closed(Checkpoint.OPEN):
        if gate.key != "companion":
            yield note_deviation(gate.rule, gate.key.partition(":")[0], case.dose.dose_id)
