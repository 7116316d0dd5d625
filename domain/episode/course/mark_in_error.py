"""Marking an entry in error: it stays readable and counts no longer. A hold it caused stays (principle 2)."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from domain.actor import Actor, Role
from domain.clinician.clinician import Clinicians
from domain.decision import decides
from domain.episode.course.rested_on import doses_that_rested_on
from domain.episode.course.without_entry import without_entry
from domain.episode.disclosure.record_disclosure import RecordDisclosed
from domain.episode.dosing.record_vitals import VitalsRecorded
from domain.episode.eligibility.determine_eligibility import EligibilityDetermined
from domain.episode.eligibility.find_contraindication import ContraindicationFound
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.intake.complete_intake import IntakeCompleted
from domain.episode.intake.intake import Answer
from domain.episode.intake.update_intake import IntakeUpdated
from domain.episode.safety.note_deviation import note_deviation
from domain.episode.session.book_session import SessionBooked
from domain.event import Envelope, Event, Recorded, may_be_guarded
from domain.network.network import Network
from domain.order import Order
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.sensitivity import Sensitivity
from domain.stream import change

OWN_WAY: Mapping[str, str] = {
    "HoldPlaced": "A prescriber releases the hold by name",
    "DeviationNoted": "A prescriber reviews the deviation",
    "EntryMarkedInError": "Record what is true anew",
    "PatientReferred": "Discharge the patient with the reason opened in error",
    "EarlierCourseCarriedOver": "Mark the entry itself in error, in the earlier episode",
    "HistoryImported": "Mark the imported outcomes in error one by one",
    "EmergencyDeclared": "End the session as it ended, and release the hold",
    "IntakeBooked": "Book the intake for another time",
    "MedicinesChanged": "A prescriber reviews the medicines",
    "MedicinesReviewed": "Report the change of medicines",
    "KetamineElsewhereReported": "Wait until the days between doses have passed, or ask a prescriber for an override",
    "MedicalClearanceReceived": "Ask for medical clearance anew",
    "ContraindicationResolved": "Record the contraindication anew",
    "ConsentWithdrawn": "The patient signs anew",
    "TouchNarrowed": "The patient signs anew on a day without medicine",
    "CareTeamMemberRemoved": "Assign the person again",
    "CredentialLapseFound": "Assign somebody else, or record the licence",
    "CredentialLapseEnded": "Record what is true of the licence",
    "OverrideConfirmed": "Mark the override itself in error",
    "CoverArranged": "Remove the person from the care team",
    "AccessTaken": "It ends by itself, and that the record was opened stays true",
    "HandOverAccepted": "Another prescriber accepts the episode",
    "PlanAmended": "Amend the plan once more",
    "NextDoseSet": "Set the next dose once more",
    "PlanSuspended": "Resume the plan",
    "PlanResumed": "Suspend the plan",
    "AgeRechecked": "Correct the patient's birth date",
    "PlanRechecked": "Amend the plan, or adopt the protocol that is right",
    "DoseCorrected": "Correct the dose once more",
    "VitalsCorrected": "Correct the vitals once more",
    "SessionMoved": "Move the session once more",
    "SessionCancelled": "Book the session anew",
    "SessionMissed": "Book the session anew",
    "FollowUpBooked": "Book the follow-up for another time",
    "CheckInLinkSent": "Revoke the check-in link",
    "CheckInLinkRevoked": "Send a new check-in link",
    "CheckInLinkLocked": "Send a new check-in link",
    "CheckInLinkAnswered": "Mark what the patient said in error, entry by entry",
    "EpisodePaused": "Resume the course",
    "EpisodeResumed": "Pause the course",
    "QuestionClosed": "Ask the question anew",
}
"""Entries that change something rather than record it: the opposite entry brings it back, and both stay readable."""

SIGNED_BY_A_PRESCRIBER = frozenset(
    {
        "IntakeCompleted",
        "IntakeUpdated",
        "EligibilityDetermined",
        "MedicalClearanceRequested",
        "ContraindicationFound",
        "PlanIssued",
        "PdmpChecked",
        "PrescriptionRecorded",
        "PrescriptionTracked",
        "TabletsExplained",
        "HoldReleased",
        "OverrideGranted",
        "SafetyReviewed",
        "AdverseEventReported",
        "AdverseEventCarriedOver",
        "AdverseEventReviewed",
        "DeviationReviewed",
        "FollowUpCompleted",
    }
)
"""What only a prescriber signs, only a prescriber takes back; an adverse event too, since it stops dosing."""
SIGNED_BY_A_PROFESSION = frozenset({"DocumentSigned", "AddendumSigned", "DocumentCoSigned"})
"""A note is taken back by the profession that signed it: its author may have left the team."""
REVIEWS = frozenset({"SafetyReviewed", "AdverseEventReviewed"})
"""Entries whose decision may release a hold with them."""


class EntryIsUnknown(Refused):
    """There is no such entry in this episode. Choose one from its timeline."""

    rule = "29"


class EntryHasItsOwnWayBack(Refused):
    """This entry is not taken out by marking it in error. {way}; both stay in the timeline."""

    rule = "29"


class OnlyAPrescriberTakesThisBack(Refused):
    """Only a prescriber may mark this entry in error. Ask one on the care team."""

    rule = "17"


class OnlyTheSignersProfessionTakesThisBack(Refused):
    """A signed note is marked in error by a {role}, as whoever signed it. Ask one on the care team."""

    rule = "17"


class CliniciansTakeThisBack(Refused):
    """Coordination takes back what coordination recorded. Ask a therapist or prescriber on the care team."""

    rule = "17"


class ADoseWasTakenInIt(Refused):
    """A dose was recorded in this session, and would not count any more. Mark the dose in error first, if it was so."""

    rule = "29"


class SecondPersonIsNeeded(Refused):
    """This finding never resolves, so taking it out needs a second clinician of this network who agrees. Name them."""

    rule = "22"


class EntryMarkedInError(EpisodeEvent, stored_as="EntryMarkedInError", happened_in="entry_occurred_at"):
    """An entry was marked in error.

    The entry was wrong: another patient's, or never so. It counts as if it had never been recorded.
    """

    entry_id: UUID
    entry_stored_as: str
    entry_occurred_at: datetime
    reason: Sealed[str]
    second_person_id: UUID | None = None
    patient_id: UUID | None = None
    entry_sensitivity: str | None = None
    """How the entry was guarded; None in marks of earlier releases."""

    @property
    def guarded_as(self) -> str:
        """As the entry is: of a disclosure by hand, or of a finding on drugs, nobody learns by its being none."""
        if self.entry_stored_as == RecordDisclosed.stored_as:
            return Sensitivity.DISCLOSURE
        return self.entry_sensitivity or self.sensitivity

    @property
    def leaves_in_full(self) -> bool:
        """What an earlier release marked may have been guarded, where entries of that kind can be."""
        is_known = self.entry_sensitivity is not None or not may_be_guarded(self.entry_stored_as)
        return is_known and super().leaves_in_full


class MarkInError(Order):
    event_id: UUID
    reason: FreeText
    second_person_id: UUID | None = None


@decides(Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR)
def mark_in_error(
    episode: Episode,
    order: MarkInError,
    *,
    by: Actor,
    entry: Recorded | None,
    network: Network,
    protocol: Protocol,
    clinicians: Clinicians,
) -> list[Event]:
    """Mark an entry in error."""
    if entry is None or entry.envelope.event_id != order.event_id:
        raise EntryIsUnknown(field="event_id")
    if order.event_id in episode.in_error:
        return []
    stored_as = entry.event.stored_as
    if (way := OWN_WAY.get(stored_as)) is not None:
        raise EntryHasItsOwnWayBack(field="event_id", way=way)
    if stored_as == "IntakeUpdated" and episode.intake is not None and episode.intake.entry_id != order.event_id:
        raise EntryHasItsOwnWayBack(field="event_id", way="A later update stands above it; update the intake once more")
    if not may_take_back(by, entry):
        raise CliniciansTakeThisBack(field="event_id")
    if stored_as in SIGNED_BY_A_PRESCRIBER and not by.has(Role.PRESCRIBER):
        raise OnlyAPrescriberTakesThisBack(field="event_id")
    if stored_as in SIGNED_BY_A_PROFESSION and not by.has(entry.envelope.actor_role):
        raise OnlyTheSignersProfessionTakesThisBack(field="event_id", role=entry.envelope.actor_role.value)
    if isinstance(entry.event, SessionBooked) and _is_dosed(episode, entry.event.session_id):
        raise ADoseWasTakenInIt(field="event_id")
    if _never_resolves(entry.event, protocol):
        _check_second_person(order.second_person_id, by, clinicians)
    marked = EntryMarkedInError(
        entry_id=order.event_id,
        entry_stored_as=stored_as,
        entry_occurred_at=entry.envelope.occurred_at,
        reason=order.reason,
        second_person_id=order.second_person_id,
        patient_id=episode.patient_id,
        entry_sensitivity=_guarded(entry),
    )
    if stored_as == "DoseTaken":
        return [marked, note_deviation("29", "dose_in_error", order.event_id)]
    if isinstance(entry.event, VitalsRecorded) and _carried_a_dose(episode, entry.event):
        return [marked, note_deviation("4", "vitals_in_error", order.event_id)]
    rested = doses_that_rested_on(entry, episode, network)
    return [marked, *_releases_taken_back(marked, entry, episode), *rested]


def _guarded(entry: Recorded) -> str:
    """As it was stored, or as it would be now where that is more."""
    stored = entry.envelope.sensitivity
    return stored if stored != Sensitivity.STANDARD else entry.event.guarded_as


def _is_dosed(episode: Episode, session_id: UUID) -> bool:
    return session_id in episode.sessions and episode.sessions[session_id].is_dosed


def may_take_back(by: Actor, entry: Recorded) -> bool:
    """Without a licence to care, only what coordination recorded: taking back a dose or vitals opens gates."""
    return by.has(Role.THERAPIST, Role.PRESCRIBER) or entry.envelope.actor_role is Role.COORDINATOR


def _releases_taken_back(marked: EntryMarkedInError, entry: Recorded, episode: Episode) -> list[EntryMarkedInError]:
    """A review in error cannot leave the holds released that it released."""
    if entry.event.stored_as not in REVIEWS:
        return []
    with_it = (h for h in episode.holds.values() if h.released_with == entry.envelope.command_id)
    return [
        marked.model_copy(update={"entry_id": hold.release_entry_id, "entry_stored_as": "HoldReleased"})
        for hold in with_it
    ]


def _carried_a_dose(episode: Episode, vitals: VitalsRecorded) -> bool:
    """Whether a dose was taken on a go that rested on this set."""
    session = episode.sessions.get(vitals.session_id)
    if session is None or not session.is_dosed:
        return False
    return any(relied.vitals_id == vitals.vitals_id for cleared in session.clearances for relied in cleared.rests_on)


def _never_resolves(event: Event, protocol: Protocol) -> bool:
    match event:
        case ContraindicationFound(code=code):
            codes: tuple[str, ...] = (code,)
        case EligibilityDetermined(absolute=absolute):
            codes = absolute
        case IntakeCompleted(ketamine_allergy=Answer.YES) | IntakeUpdated(ketamine_allergy=Answer.YES):
            return True
        case _:
            return False
    listed = (protocol.contraindication(code) for code in codes)
    return any(entry is not None and not entry.can_resolve for entry in listed)


def _check_second_person(second_id: UUID | None, by: Actor, clinicians: Clinicians) -> None:
    second = clinicians.get(second_id) if second_id else None
    is_clinician = second is not None and any(second.is_active_as(r) for r in (Role.PRESCRIBER, Role.THERAPIST))
    if second_id == by.actor_id or not is_clinician:
        raise SecondPersonIsNeeded(field="second_person_id")


@evolve.register
def _(event: EntryMarkedInError, episode: Episode, envelope: Envelope) -> Episode:
    remaining = without_entry(episode, event.entry_id)
    return change(remaining, in_error=episode.in_error | {event.entry_id})
