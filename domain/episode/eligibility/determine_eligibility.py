"""Determine eligibility: a prescriber's finding, with the contraindications it rests on."""

from datetime import date, datetime

from pydantic import Field

from domain.actor import Role
from domain.days import day_of, months_after
from domain.decision import decides
from domain.episode.eligibility.eligibility import Contraindication, Eligibility, EligibilityOutcome
from domain.episode.eligibility.find_contraindication import ContraindicationIsUnknown, is_absolute
from domain.episode.eligibility.of_age import is_adult, require_of_age
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.gates.words import on
from domain.episode.intake.intake import Answer
from domain.episode.intake.update_intake import IntakeIsNotComplete
from domain.episode.plan.suspend_plan import SuspendedBecause, suspensions
from domain.episode.refusals import require_open_episode
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.patient.patient import Patient
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change


class AbsoluteContraindicationStands(Refused):
    """The patient cannot be eligible while this stands: {names}. Find them not eligible, or resolve it first."""

    rule = "22"


class ContraindicationIsOfTheOtherKind(Refused):
    """{name} is {kind} in this protocol. Move it to the other list."""

    rule = "22"


class AllergyIsUnknown(Refused):
    """Nobody knows yet whether the patient is allergic to ketamine. Ask, update the intake, then decide."""

    rule = "22"


class ClearanceIsOpen(Refused):
    """A medical clearance is still open ({specialties}). Record its answer first, or ask for more information."""

    rule = "2"


class EligibilityWouldHaveRunOut(Refused):
    """{valid_until} has passed already. Choose a later day, or leave it out."""

    rule = "2"


class DetermineEligibility(Order):
    outcome: EligibilityOutcome
    absolute: tuple[str, ...] = Field(default=(), max_length=30)
    """Codes of absolute contraindications found."""
    relative: tuple[str, ...] = Field(default=(), max_length=30)
    """Codes of relative ones, considered in this finding."""
    rationale: FreeText
    valid_until: date | None = None
    """None: the protocol's number of months from today, if eligible."""


class EligibilityDetermined(EpisodeEvent, stored_as="EligibilityDetermined"):
    """A prescriber determined whether the patient is eligible, and until when that holds."""

    outcome: EligibilityOutcome
    absolute: tuple[str, ...] = ()
    relative: tuple[str, ...] = ()
    rationale: Sealed[str]
    valid_until: date | None = None
    adult: bool | None = None
    """Whether the patient was of age on that day."""


@decides(Role.PRESCRIBER)
def determine_eligibility(
    episode: Episode,
    order: DetermineEligibility,
    *,
    patient: Patient,
    network: Network,
    protocol: Protocol,
    now: datetime,
) -> list[Event]:
    """Find the patient eligible, not eligible, or in need of clearance or information."""
    require_open_episode(episode)
    if episode.intake is None:
        raise IntakeIsNotComplete
    moment = order.happened_at(now)
    if episode.eligibility is not None and episode.eligibility.determined_at == moment:
        return []
    _require_kinds(order, protocol)
    today = day_of(moment, network.zone)
    valid_until = order.valid_until
    if order.outcome is EligibilityOutcome.ELIGIBLE:
        _require_eligible(episode, order, patient, protocol)
        valid_until = valid_until or months_after(today, protocol.numbers.eligibility_months.value)
    if valid_until is not None and valid_until < today:
        raise EligibilityWouldHaveRunOut(field="valid_until", valid_until=on(valid_until))
    determined = EligibilityDetermined(
        outcome=order.outcome,
        absolute=tuple(sorted(set(order.absolute))),
        relative=tuple(sorted(set(order.relative))),
        rationale=order.rationale,
        valid_until=valid_until,
        adult=is_adult(episode, patient),
    )
    return [determined, *(suspensions(episode, SuspendedBecause.CONTRAINDICATION) if order.absolute else [])]


def _require_kinds(order: DetermineEligibility, protocol: Protocol) -> None:
    for field, codes, absolute in (("absolute", order.absolute, True), ("relative", order.relative, False)):
        for code in codes:
            entry = protocol.contraindication(code)
            if entry is None:
                raise ContraindicationIsUnknown(field=field, code=code[:40])
            if entry.is_absolute is not absolute:
                kind = "absolute" if entry.is_absolute else "relative"
                raise ContraindicationIsOfTheOtherKind(field=field, name=entry.name.capitalize(), kind=kind)


def _require_eligible(episode: Episode, order: DetermineEligibility, patient: Patient, protocol: Protocol) -> None:
    require_of_age(episode, patient)
    standing = {c for c in episode.unresolved_contraindications if is_absolute(c, protocol)} | set(order.absolute)
    if episode.intake is not None and episode.intake.ketamine_allergy is Answer.YES:
        standing.add("ketamine_allergy")
    if standing:
        names = ", ".join(protocol.name_of_contraindication(code) for code in sorted(standing))
        raise AbsoluteContraindicationStands(field="outcome", names=names)
    if episode.intake is not None and episode.intake.ketamine_allergy is Answer.UNKNOWN:
        raise AllergyIsUnknown(field="outcome")
    if specialties := sorted(c.specialty for c in episode.clearances.values() if c.received_at is None):
        raise ClearanceIsOpen(field="outcome", specialties=", ".join(specialties))


@evolve.register
def _(event: EligibilityDetermined, episode: Episode, envelope: Envelope) -> Episode:
    determined = Eligibility(
        entry_id=envelope.event_id,
        outcome=event.outcome,
        determined_at=envelope.occurred_at,
        valid_until=event.valid_until,
        known_in=envelope.version,
    )
    known = episode.unresolved_contraindications
    found = {
        code: Contraindication(envelope.event_id, code, found_at=envelope.occurred_at, known_in=envelope.version)
        for code in (*event.absolute, *event.relative)
        if code not in known
    }
    newest = episode.eligibility  # entered late, a finding stands behind the one that was made after it
    is_overtaken = newest is not None and newest.determined_at > determined.determined_at
    return change(
        episode,
        eligibility=newest if is_overtaken else determined,
        determinations=(*episode.determinations, determined),
        contraindications={**episode.contraindications, **found},
        is_adult=episode.is_adult if event.adult is None else event.adult,
    )
