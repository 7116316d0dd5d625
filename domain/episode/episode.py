"""An episode: one patient's course of care. Only what some decision reads is kept here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, singledispatch
from typing import Any
from uuid import UUID

from domain.actor import Role
from domain.episode.alert.acknowledgement import Acknowledgement
from domain.episode.check_in.check_in_link import CheckInLink
from domain.episode.check_in.reports import ChaperoneNomination, InventoryReport, TabletExplanation
from domain.episode.check_in.symptoms import SymptomReport
from domain.episode.consent.consents import Consent, Withdrawal
from domain.episode.coordination.coordination import CareGap, CaseloadReview, Contact, Discussion
from domain.episode.course.done_mark import DoneMark
from domain.episode.course.pause import Pause
from domain.episode.document.document import Document, DocumentRequest
from domain.episode.eligibility.eligibility import Clearance, Contraindication, Eligibility, FoundMinor
from domain.episode.follow_up.follow_up import FollowUp
from domain.episode.intake.intake import Intake, KetamineElsewhere, LookedAt, Told
from domain.episode.outcome.outcomes import Outcome
from domain.episode.plan.plan import Plan, PlanRecheck
from domain.episode.prescription.prescription import PdmpCheck, Prescription
from domain.episode.question.question import AskedQuestion
from domain.episode.safety.safety import AdverseEvent, Deviation, Hold, Override, SafetyPlan, StandingReview
from domain.episode.session.session import Session
from domain.episode.team.access import Access
from domain.episode.team.team import CredentialLapse, TeamMember
from domain.event import Envelope, Event
from domain.patient.language import Language
from domain.sealed import Sealed
from domain.stream import Stream


class EpisodeEvent(Event):
    """Something that happened in one episode."""

    stream = "episode"


@dataclass(frozen=True)
class EarlierHighRisk:
    """The screening that found it, in the episode it was taken in."""

    outcome_id: UUID
    instrument: str
    instrument_version: str
    taken_at: datetime


@dataclass(frozen=True)
class EarlierCourse:
    """What gates need to know of the patient's earlier episodes, carried in when a new one opens."""

    contraindications: tuple[str, ...] = ()
    serious_adverse_events: tuple[str, ...] = ()
    last_dose_at: datetime | None = None
    high_risk: EarlierHighRisk | None = None
    """High suicide risk from which nobody has led the patient back."""


@dataclass(frozen=True)
class EarlierTold:
    """That more became known of the earlier courses, and what had been known before."""

    was: EarlierCourse
    was_high: Outcome | None
    told: Told


@dataclass(frozen=True)
class Episode:
    """The state every decision on an episode reads. Collections hold facts by id, and each fact its `entry_id`.

    `entry_id` is the id of the event that recorded the fact, so that `EntryMarkedInError` can take it out again.
    """

    episode_id: UUID | None = None
    network_id: UUID | None = None
    patient_id: UUID | None = None
    reference: str = ""
    is_adult: bool | None = None
    found_minor: FoundMinor | None = None
    is_imported: bool = False
    referred_at: datetime | None = None
    referred_by: UUID | None = None
    earlier: EarlierCourse = EarlierCourse()
    earlier_high: Outcome | None = None
    """The screening of an earlier course whose high risk goes on in this one."""
    earlier_told: tuple[EarlierTold, ...] = ()
    """What became known of the earlier courses since this one began, the latest last."""
    team: tuple[TeamMember, ...] = ()
    accesses: tuple[Access, ...] = ()
    """Who has opened it from outside the team."""
    handed_over_to: UUID | None = None
    """The prescriber who accepted the last hand-over."""
    intake_booked_for: datetime | None = None
    intake: Intake | None = None
    eligibility: Eligibility | None = None
    determinations: tuple[Eligibility, ...] = ()
    """Every determination, the one in force among them: which a past dose rested on."""
    clearances: Mapping[UUID, Clearance] = field(default_factory=dict)
    contraindications: Mapping[str, Contraindication] = field(default_factory=dict)
    consents: tuple[Consent, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    """Of consents, the narrowing of touch among them."""
    plans: Mapping[UUID, Plan] = field(default_factory=dict)
    plan_id: UUID | None = None
    last_plan_number: int = 0
    """Plans keep their numbers, those marked in error too."""
    plan_recheck: PlanRecheck | None = None
    """What was found when the network adopted another version of the protocol."""
    prescriptions: Mapping[UUID, Prescription] = field(default_factory=dict)
    pdmp_checks: tuple[PdmpCheck, ...] = ()
    credential_lapses: Mapping[UUID, CredentialLapse] = field(default_factory=dict)
    """What rested on a licence or training that does not count any more, by person and role."""
    sessions: Mapping[UUID, Session] = field(default_factory=dict)
    holds: Mapping[UUID, Hold] = field(default_factory=dict)
    overrides: Mapping[UUID, Override] = field(default_factory=dict)
    safety_reviews: Mapping[UUID, UUID] = field(default_factory=dict)
    """The entry of each safety review, by review."""
    standing_reviews: tuple[StandingReview, ...] = ()
    safety_plans: Mapping[UUID, SafetyPlan] = field(default_factory=dict)
    outcomes: Mapping[UUID, Outcome] = field(default_factory=dict)
    adverse_events: Mapping[UUID, AdverseEvent] = field(default_factory=dict)
    deviations: Mapping[UUID, Deviation] = field(default_factory=dict)
    acknowledgements: Mapping[UUID, Acknowledgement] = field(default_factory=dict)
    """Alerts that somebody has taken on, by alert."""
    done_marks: Mapping[UUID, DoneMark] = field(default_factory=dict)
    """What was marked as done, by obligation and due time."""
    documents: Mapping[UUID, Document] = field(default_factory=dict)
    document_requests: Mapping[UUID, DocumentRequest] = field(default_factory=dict)
    questions: Mapping[UUID, AskedQuestion] = field(default_factory=dict)
    follow_ups: tuple[FollowUp, ...] = ()
    follow_up_booked_for: datetime | None = None
    check_in_links: Mapping[UUID, CheckInLink] = field(default_factory=dict)
    language: Language | None = None
    """In which the patient wants to be written to; None where nobody asked."""
    email: Sealed[str] | None = None
    """The address that the last link was sent to."""
    symptom_reports: Mapping[UUID, SymptomReport] = field(default_factory=dict)
    inventory_reports: Mapping[UUID, InventoryReport] = field(default_factory=dict)
    tablet_explanations: Mapping[UUID, TabletExplanation] = field(default_factory=dict)
    """By the count that did not add up."""
    chaperone_nominations: Mapping[UUID, ChaperoneNomination] = field(default_factory=dict)
    ketamine_elsewhere: tuple[KetamineElsewhere, ...] = ()
    """Every day that was reported, as it became known."""
    medicines_changed: Told | None = None
    """The latest change of medicines, where no prescriber has looked at it yet."""
    medicines_looked_at: tuple[LookedAt, ...] = ()
    """Changes that waited for a prescriber and do so no more."""
    medicines_listed: Told | None = None
    """The latest list with instructions that a prescriber's look at them gave."""
    contacts: tuple[Contact, ...] = ()
    care_gaps: Mapping[UUID, CareGap] = field(default_factory=dict)
    disclosures: frozenset[UUID] = frozenset()
    """What somebody outside was given by hand, those marked in error too."""
    discussion: Discussion | None = None
    """Flagged for the next review of the caseload; None once one was held."""
    caseload_review: CaseloadReview | None = None
    paused_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    """Those that are over, the latest last."""
    closed_at: datetime | None = None
    close_entry_id: UUID | None = None
    closed_by_death: bool = False
    """The patient was discharged because they died."""
    discharge_visit_due_on: date | None = None
    in_error: frozenset[UUID] = frozenset()
    """Entries that were marked in error."""

    @property
    def plan(self) -> Plan | None:
        """The latest plan, in force or not."""
        return self.plans.get(self.plan_id) if self.plan_id else None

    @property
    def has_died(self) -> bool:
        """Whether a death was reported: from then on nothing is sent to the patient, and no link of theirs opens.

        As an adverse event or as the reason of the discharge: not every death is an adverse event of the treatment.
        """
        return self.closed_by_death or any(event.is_death for event in self.adverse_events.values())

    def may_answer(self, link_id: UUID, moment: datetime) -> bool:
        """Whether the patient can answer this link at that moment."""
        link = self.check_in_links.get(link_id)
        return link is not None and link.is_open_at(moment) and not self.has_died

    @property
    def unresolved_contraindications(self) -> frozenset[str]:
        """Codes found in this episode, or carried in from an earlier one, and not resolved since."""
        return frozenset(c.code for c in self.contraindications.values() if c.resolved_at is None)

    def members_at(self, moment: datetime, role: Role | None = None) -> tuple[TeamMember, ...]:
        """Who is on the care team at that moment, in a role or in any, longest first."""
        return tuple(m for m in self.team if m.is_on_team_at(moment) and role in (None, m.role))

    def member(self, clinician_id: UUID, role: Role, moment: datetime) -> TeamMember | None:
        """A person's place on the care team in a role at that moment."""
        return next((m for m in self.members_at(moment, role) if m.clinician_id == clinician_id), None)

    def prescriber_at(self, moment: datetime) -> UUID | None:
        """The prescriber responsible at that moment, or who covers for them: by hand-over, by the plan, or first on
        the team; None: on call.
        """
        members = self.members_at(moment, Role.PRESCRIBER)
        on_team = [m.clinician_id for m in sorted(members, key=lambda m: m.covers_for is not None)]
        plans_own = self.plan.prescriber_id if self.plan else None
        own = next((p for p in (self.handed_over_to, plans_own, *on_team) if p in on_team), None)
        return next((m.clinician_id for m in members if own is not None and m.covers_for == own), own)


@singledispatch
def evolve(event: Any, episode: Episode, envelope: Envelope) -> Episode:
    """What an event changes. Effects are total; an event without one changes nothing a decision reads."""
    return episode


@cache
def effect_of(kind: type[Event]) -> Callable[[Any, Episode, Envelope], Episode]:
    """What events of a class change, for folds of many: looked up for each event it takes a thirtieth of them."""
    return evolve.dispatch(kind)


EPISODE: Stream[Episode] = Stream(
    "episode", Episode(), evolve, lambda state, event: state.patient_id or getattr(event, "patient_id", None)
)
