"""Record the reference of a prescription that was written elsewhere."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from domain.actor import Role
from domain.days import day_of, months_after
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.gates.words import on
from domain.episode.plan.plan import MedicineForm, Milligrams, Plan
from domain.episode.prescription.check_pdmp import require_pdmp_checked
from domain.episode.prescription.explain_tablets import require_tablets_explained
from domain.episode.prescription.prescription import Prescription
from domain.episode.refusals import require_open_episode
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import NewId, Order
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change, put


class Drug(StrEnum):
    KETAMINE = "ketamine"
    ESKETAMINE = "esketamine"


class NoPlanIsIssued(Refused):
    """No plan was issued yet. A prescriber issues one, then records its prescription."""

    rule = "3"


class TooManyRefills(Refused):
    """A prescription has at most {most} refills; you wrote {refills}."""

    rule = "19"


class PrescriptionLastsTooLong(Refused):
    """A prescription of {issued_on} ends by {latest}, {months} calendar months later; you wrote {expires_on}."""

    rule = "19"


class PrescriptionDatesAreWrong(Refused):
    """{says} Mend the date."""

    rule = "19"


class RecordPrescription(Order):
    prescription_id: NewId
    reference: FreeText
    drug: Drug | None = None
    """None: what the plan counts in; devices for the nose hold esketamine, tablets ketamine."""
    strength_mg: Milligrams
    quantity: int = Field(ge=1, le=500)
    """Tablets, or devices."""
    issued_on: date
    expires_on: date | None = None
    """None: as late as the law allows."""
    refills: int = Field(default=0, ge=0, le=99)


class PrescriptionRecorded(EpisodeEvent, stored_as="PrescriptionRecorded"):
    """A prescription was written elsewhere; this refers to it."""

    prescription_id: UUID
    reference: Sealed[str]
    drug: Drug
    strength_mg: Milligrams
    quantity: int
    issued_on: date
    expires_on: date
    refills: int


@decides(Role.PRESCRIBER)
def record_prescription(
    episode: Episode, order: RecordPrescription, *, network: Network, protocol: Protocol, now: datetime
) -> list[Event]:
    """Record a prescription's reference; nothing is created or transmitted (rule 19, 21 CFR 1306.22)."""
    require_open_episode(episode)
    if order.prescription_id in episode.prescriptions:
        return []
    if episode.plan is None:
        raise NoPlanIsIssued
    most = protocol.numbers.prescription_refills.value
    if order.refills > most:
        raise TooManyRefills(field="refills", most=most, refills=order.refills)
    require_pdmp_checked(episode, protocol, order.issued_on)
    require_tablets_explained(episode, network, protocol, now)
    return [
        PrescriptionRecorded(
            prescription_id=order.prescription_id,
            reference=order.reference,
            drug=order.drug or _drug_of(episode.plan),
            strength_mg=order.strength_mg,
            quantity=order.quantity,
            issued_on=order.issued_on,
            expires_on=_expires_on(order, protocol, day_of(now, network.zone)),
            refills=order.refills,
        )
    ]


def _drug_of(plan: Plan) -> Drug:
    is_device = plan.terms.tablets.form is MedicineForm.NASAL_DEVICE
    return Drug.ESKETAMINE if is_device else Drug.KETAMINE


def _expires_on(order: RecordPrescription, protocol: Protocol, today: date) -> date:
    months = protocol.numbers.prescription_months.value
    latest = months_after(order.issued_on, months)
    expires_on = order.expires_on or latest
    if order.issued_on > today:
        raise PrescriptionDatesAreWrong(field="issued_on", says=f"{on(order.issued_on)} is in the future.")
    if expires_on < order.issued_on:
        raise PrescriptionDatesAreWrong(field="expires_on", says="The prescription would expire before it is issued.")
    if expires_on > latest:
        raise PrescriptionLastsTooLong(
            field="expires_on",
            issued_on=on(order.issued_on),
            latest=on(latest),
            months=months,
            expires_on=on(expires_on),
        )
    return expires_on


@evolve.register
def _(event: PrescriptionRecorded, episode: Episode, envelope: Envelope) -> Episode:
    recorded = Prescription(
        entry_id=envelope.event_id,
        prescription_id=event.prescription_id,
        strength_mg=event.strength_mg,
        quantity=event.quantity,
        issued_on=event.issued_on,
        expires_on=event.expires_on,
        refills=event.refills,
    )
    return change(episode, prescriptions=put(episode.prescriptions, event.prescription_id, recorded))
