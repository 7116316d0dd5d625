"""The patient answers a check-in link: everything they say is recorded in one go, once, and the link is used up."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from domain.actor import Actor, Role
from domain.clinician.clinician import Clinicians
from domain.days import day_of
from domain.decision import decides, decision_of
from domain.episode.check_in.check_in_link import CheckInLink, CheckInPurpose
from domain.episode.check_in.nominate_chaperone import NominateChaperone, nominate_chaperone
from domain.episode.check_in.report_medicine_inventory import ReportMedicineInventory, report_medicine_inventory
from domain.episode.check_in.report_symptoms import ReportSymptoms, report_symptoms
from domain.episode.check_in.what_can_be_shown import still_shown
from domain.episode.check_in.which_link import with_link
from domain.episode.consent.sign_consent import SignConsent, sign_consent
from domain.episode.dosing.record_next_day_check_in import NextDayCheckInRecorded
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.outcome.record_outcome import RecordOutcome, record_outcome
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.protocol.protocol import Protocol
from domain.refusal import Refused


class LinkIsNotOpen(Refused):
    """This link cannot be answered any more. Ask the care team for a new one."""


class AnswerIsAboutSomethingElse(Refused):
    """This link asks something else. Load its page again and answer what it asks."""


class AnswerCheckInLink(Order):
    """What the link asks for, and nothing else. The link itself is the actor."""

    measures: tuple[RecordOutcome, ...] = Field(default=(), max_length=6)
    consents: tuple[SignConsent, ...] = Field(default=(), max_length=10)
    chaperone: NominateChaperone | None = None
    symptoms: ReportSymptoms | None = None
    inventory: ReportMedicineInventory | None = None


class CheckInLinkAnswered(EpisodeEvent, stored_as="CheckInLinkAnswered"):
    """A check-in link was answered; it opens no more."""

    link_id: UUID
    purpose: CheckInPurpose


@decides(Role.PATIENT)
def answer_check_in_link(
    episode: Episode,
    order: AnswerCheckInLink,
    *,
    by: Actor,
    network: Network,
    protocol: Protocol,
    clinicians: Clinicians,
    now: datetime,
) -> list[Event]:
    """Use up the link, and record what the patient said by the same rules as when a clinician writes it down."""
    link = episode.check_in_links.get(by.actor_id)
    if link is None or not episode.may_answer(by.actor_id, now):
        raise LinkIsNotOpen
    if not _fits(order, link):
        raise AnswerIsAboutSomethingElse
    facts = {"by": by, "network": network, "protocol": protocol, "clinicians": clinicians, "now": now}
    said: list[Event] = [CheckInLinkAnswered(link_id=link.link_id, purpose=link.purpose)]
    for decide, part in _parts(episode, order, link):
        said += decision_of(decide).rules(episode, part, **facts)
    return [*said, *_reached(episode, order, link, network, now)]


def _fits(order: AnswerCheckInLink, link: CheckInLink) -> bool:
    """Whether exactly what was asked was answered, as far as it can still be shown."""
    asked = {
        CheckInPurpose.QUESTIONNAIRES: bool(order.measures),
        CheckInPurpose.CONSENTS: bool(order.consents),
        CheckInPurpose.CHAPERONE: order.chaperone is not None,
        CheckInPurpose.AFTER_DOSE: order.symptoms is not None,
        CheckInPurpose.MEDICINE_INVENTORY: order.inventory is not None,
    }
    measures = tuple(one.instrument for one in order.measures)
    consents = tuple(one.consent_type for one in order.consents)
    only_that = all(answered == (purpose is link.purpose) for purpose, answered in asked.items())
    wanted = tuple(one.id for one in still_shown(link.instruments))
    return only_that and measures == wanted and consents == link.consents


def _parts(
    episode: Episode, order: AnswerCheckInLink, link: CheckInLink
) -> Iterator[tuple[Callable[..., list[Event]], Order]]:
    """The decisions it contains, with their orders. A session that was since found to be an error loses no answer."""
    session_id = link.session_id if link.session_id in episode.sessions else None
    yield from ((record_outcome, one) for one in order.measures)
    yield from ((sign_consent, one) for one in order.consents)
    single: tuple[tuple[Callable[..., list[Event]], Any], ...] = (
        (nominate_chaperone, order.chaperone),
        (report_symptoms, order.symptoms and order.symptoms.model_copy(update={"session_id": session_id})),
        (report_medicine_inventory, order.inventory),
    )
    yield from ((decide, part) for decide, part in single if part is not None)


def _reached(
    episode: Episode, order: AnswerCheckInLink, link: CheckInLink, network: Network, now: datetime
) -> list[Event]:
    """Who answers on a later day than the dose was reached, so nobody has to call for the check-in of that day."""
    session = episode.sessions.get(link.session_id) if link.session_id else None
    if session is None or order.symptoms is None or session.checked_in_at is not None:
        return []
    if day_of(now, network.zone) <= day_of(session.starts_at, network.zone):
        return []
    said = order.symptoms
    well = not said.symptoms and not said.suicidal_thoughts and not said.wants_call
    return [NextDayCheckInRecorded(session_id=session.session_id, at=now, well=well)]


@evolve.register
def _(event: CheckInLinkAnswered, episode: Episode, envelope: Envelope) -> Episode:
    return with_link(episode, event.link_id, answered_at=envelope.recorded_at)
