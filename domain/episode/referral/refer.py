"""Refer a patient for ketamine-assisted psychotherapy: the episode begins."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from domain.actor import Actor, Role
from domain.days import day_of
from domain.decision import decides
from domain.episode.eligibility.eligibility import Contraindication
from domain.episode.episode import EarlierCourse, Episode, EpisodeEvent, evolve
from domain.episode.referral.elsewhere import Elsewhere, earlier_high
from domain.episode.safety.carry_over_adverse_event import carried_over
from domain.episode.safety.place_hold import hold_because
from domain.episode.safety.safety import HoldReason
from domain.episode.team.assign_care_team_member import CareTeamMemberAssigned
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.patient.language import Language
from domain.patient.patient import Patient
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change

DiagnosisCode = Annotated[str, Field(pattern=r"^[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?$")]
"""ICD-10-CM, such as F33.2."""


class PatientIsNotKnown(Refused):
    """There is no such patient in this network. Register them first, then refer."""


class PatientWasErased(Refused):
    """This patient was erased, and their name with them. Register them anew, then refer."""


class PatientHasAnOpenEpisode(Refused):
    """This patient has an open episode already. Go on in that one, or discharge the patient from it first."""


class DeathWasReported(Refused):
    """A death was reported in an earlier episode of this patient. If that was wrong, mark that entry in error first."""


class EpisodeWasReferredBefore(Refused):
    """This episode was opened by an earlier referral. Begin a new referral instead."""


class AllianceBeginsLater(Refused):
    """{alliance_since} is in the future. Write the day on which the therapy began, or leave it out."""


class Refer(Order):
    patient_id: UUID
    reason: FreeText
    diagnoses: tuple[DiagnosisCode, ...] = Field(default=(), max_length=20)
    medicines_note: FreeText | None = None
    allergies_note: FreeText | None = None
    risk_note: FreeText | None = None
    alliance_since: date | None = None
    """Since when the therapist has worked with the patient."""
    contact: FreeText | None = None
    language: Language | None = None
    """In which the patient wants to be written to; None where nobody asked."""


class PatientReferred(EpisodeEvent, stored_as="PatientReferred"):
    """A patient was referred, and an episode of care began."""

    patient_id: UUID
    reference: str
    referred_by: UUID
    name: Sealed[str]
    birth_date: Sealed[str]
    adult: bool
    reason: Sealed[str]
    diagnoses: tuple[str, ...] = ()
    medicines_note: Sealed[str] | None = None
    allergies_note: Sealed[str] | None = None
    risk_note: Sealed[str] | None = None
    alliance_since: date | None = None
    contact: Sealed[str] | None = None
    earlier: EarlierCourse = EarlierCourse()
    language: Language | None = None


@decides(Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR)
def refer(
    episode: Episode,
    order: Refer,
    *,
    by: Actor,
    patient: Patient,
    elsewhere: Elsewhere,
    network: Network,
    now: datetime,
) -> list[Event]:
    """Open an episode for a registered patient; facts of earlier episodes come along, and gates use them.

    A therapist who refers their own patient is on the care team from then on, or could not follow what they began.
    """
    if episode.patient_id is not None:
        if episode.patient_id == order.patient_id and episode.referred_by == by.actor_id:
            return []
        raise EpisodeWasReferredBefore
    if order.alliance_since is not None and order.alliance_since > day_of(now, network.zone):
        raise AllianceBeginsLater(field="alliance_since", alliance_since=order.alliance_since)
    if patient.erased_at is not None:
        raise PatientWasErased(field="patient_id")
    if patient.network_id != by.network_id or patient.name is None or patient.birth_date is None:
        raise PatientIsNotKnown(field="patient_id")
    if elsewhere.one_is_open:
        raise PatientHasAnOpenEpisode(field="patient_id")
    if elsewhere.reports_a_death:
        raise DeathWasReported(field="patient_id")
    referred = PatientReferred(
        patient_id=order.patient_id,
        reference=patient.reference,
        referred_by=by.actor_id,
        name=patient.name,
        birth_date=patient.birth_date,
        adult=patient.is_adult is True,
        reason=order.reason,
        diagnoses=order.diagnoses,
        medicines_note=order.medicines_note,
        allergies_note=order.allergies_note,
        risk_note=order.risk_note,
        alliance_since=order.alliance_since,
        contact=order.contact or patient.contact,
        earlier=elsewhere.earlier_course(),
        language=order.language,
    )
    begun = [referred, *_stopped_before(elsewhere), *_still_at_risk(elsewhere)]
    if not by.has(Role.THERAPIST):
        return begun
    moment = order.happened_at(now)
    return [*begun, CareTeamMemberAssigned(clinician_id=by.actor_id, role=Role.THERAPIST, from_at=moment)]


def _stopped_before(elsewhere: Elsewhere) -> list[Event]:
    """What stopped dosing in an earlier course stops it here too, until a prescriber has reviewed it (R1, rule 25)."""
    return [
        follows
        for event, reported_in in elsewhere.stopping_events()
        for follows in (
            carried_over(event, reported_in),
            hold_because(HoldReason.ADVERSE_EVENT, event.adverse_event_id),
        )
    ]


def _still_at_risk(elsewhere: Elsewhere) -> list[Event]:
    """Suicidal thoughts that nobody has reviewed hold dosing here too (rule 21)."""
    return [hold_because(hold.reason, cause) for cause, hold in elsewhere.safety_holds().items()]


@evolve.register
def _(event: PatientReferred, episode: Episode, envelope: Envelope) -> Episode:
    carried_in = {
        code: Contraindication(envelope.event_id, code, found_at=envelope.occurred_at, known_in=envelope.version)
        for code in event.earlier.contraindications
    }
    return change(
        episode,
        episode_id=envelope.stream_id,
        network_id=envelope.network_id,
        patient_id=event.patient_id,
        reference=event.reference,
        is_adult=event.adult,
        referred_at=envelope.occurred_at,
        referred_by=event.referred_by,
        earlier=event.earlier,
        earlier_high=earlier_high(event.earlier.high_risk, envelope),
        language=event.language,
        contraindications=carried_in,
    )
