"""What each decision needs to be there before it can be taken, in one sentence where it is not."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from domain.actor import Role
from domain.clinician.clinician import Clinicians
from domain.days import day_of
from domain.episode.alert.alerts import alerts
from domain.episode.due.obligation import asked_at
from domain.episode.due.obligations import obligations
from domain.episode.due.sessions import next_booked
from domain.episode.eligibility.eligibility import EligibilityOutcome
from domain.episode.episode import Episode
from domain.episode.gates import Checkpoint, Gate, gates
from domain.episode.gates.urinary import waiting_for_review
from domain.episode.plan.plan import PlanStatus
from domain.episode.plan.under_protocol import protocol_of
from domain.episode.safety.holds import open_holds
from domain.episode.session.session import Session, SessionKind, SessionStatus
from domain.network.network import Network
from domain.protocol.protocol import Protocol
from domain.protocol.requirements import FormWithin


class Situation(NamedTuple):
    episode: Episode
    now: datetime
    protocol: Protocol
    network: Network
    clinicians: Clinicians

    @property
    def running(self) -> Session | None:
        return next((s for s in self.episode.sessions.values() if s.is_running), None)

    @property
    def plan_in_force(self) -> bool:
        return self.episode.plan is not None and self.episode.plan.status is PlanStatus.IN_FORCE

    def closed(self, checkpoint: Checkpoint, session: Session) -> tuple[Gate, ...]:
        asked = gates(
            self.episode,
            checkpoint,
            now=self.now,
            protocol=self.protocol,
            network=self.network,
            clinicians=self.clinicians,
            session_id=session.session_id,
        )
        return tuple(gate for gate in asked if gate.stands_in_the_way)


Why = Callable[[Situation], str | None]
"""The sentence that says why not, None where nothing stands against it."""


def _needs(holds: Callable[[Situation], object], otherwise: str) -> Why:
    return lambda situation: None if holds(situation) else otherwise


def _any_session(*statuses: SessionStatus) -> Callable[[Situation], bool]:
    return lambda s: any(session.status in statuses for session in s.episode.sessions.values())


def _is_eligible(situation: Situation) -> bool:
    found = situation.episode.eligibility
    if found is None or found.outcome is not EligibilityOutcome.ELIGIBLE:
        return False
    return found.valid_until is None or day_of(situation.now, situation.network.zone) <= found.valid_until


def _has_dosed(situation: Situation) -> bool:
    return any(session.is_dosed for session in situation.episode.sessions.values())


def _waits(situation: Situation) -> bool:
    episode, now, protocol, network, clinicians = situation
    found = alerts(episode, now=now, protocol=protocol, network=network, clinicians=clinicians)
    return any(not alert.is_acknowledged for alert in found)


def _waits_for_a_mark(situation: Situation) -> bool:
    episode, now, protocol, network, _ = situation
    due = obligations(episode, now=now, protocol=protocol, network=network)
    return any(one.may_be_marked and one.done is None for one in due)


def _awaits_form(situation: Situation) -> bool:
    protocol = protocol_of(situation.episode, situation.network, situation.protocol)
    asks = bool(protocol.required(FormWithin))
    return asks and any(s.is_dosed and s.form_sent_at is None for s in situation.episode.sessions.values())


_INTAKE = _needs(lambda s: s.episode.intake is not None, "There is no intake yet.")
_NO_INTAKE = _needs(lambda s: s.episode.intake is None, "The intake is complete.")
_PLAN = _needs(
    lambda s: s.episode.plan is not None and s.episode.plan.status is not PlanStatus.ENDED, "No plan is in force."
)
_BOOKED = _needs(_any_session(SessionStatus.BOOKED), "No session is booked.")
_RUNNING = _needs(lambda s: s.running is not None, "No dosing session is open.")
_DOSED = _needs(_has_dosed, "No dose has been taken.")
_DOCUMENT = _needs(lambda s: s.episode.documents, "No note is signed yet.")
_CONSENT = _needs(lambda s: any(c.withdrawn_at is None for c in s.episode.consents), "No consent has been signed.")

WHEN: Mapping[str, Why] = {
    "take_patient_from_pool": _needs(
        lambda s: not s.episode.members_at(s.now, Role.PRESCRIBER), "A prescriber is on the care team."
    ),
    "remove_care_team_member": _needs(lambda s: s.episode.members_at(s.now), "Nobody is on the care team."),
    "book_intake": _NO_INTAKE,
    "complete_intake": _NO_INTAKE,
    "update_intake": _INTAKE,
    "report_medicine_change": _INTAKE,
    "review_medicines": _needs(
        lambda s: s.episode.intake is not None and s.episode.medicines_changed is not None,
        "No change of medicines waits for review.",
    ),
    "determine_eligibility": _INTAKE,
    "request_clearance": _INTAKE,
    "receive_clearance": _needs(
        lambda s: any(c.received_at is None for c in s.episode.clearances.values()), "No clearance is awaited."
    ),
    "resolve_contraindication": _needs(lambda s: s.episode.unresolved_contraindications, "No contraindication stands."),
    "withdraw_consent": _CONSENT,
    "narrow_touch": _CONSENT,
    "issue_plan": _needs(_is_eligible, "The patient is not found eligible today."),
    "amend_plan": _PLAN,
    "set_next_dose": _PLAN,
    "suspend_plan": _needs(lambda s: s.plan_in_force, "No plan is in force."),
    "resume_plan": _needs(
        lambda s: s.episode.plan is not None and s.episode.plan.status is PlanStatus.SUSPENDED,
        "No plan is suspended.",
    ),
    "check_pdmp": _INTAKE,
    "record_prescription": _PLAN,
    "close_care_gap": _needs(
        lambda s: any(gap.closed_at is None for gap in s.episode.care_gaps.values()), "No gap in care is open."
    ),
    "flag_for_discussion": _needs(lambda s: s.episode.discussion is None, "The patient is flagged already."),
    "verify_chaperone": _needs(
        lambda s: next_booked(s.episode, SessionKind.DOSING) is not None, "No dosing session is booked."
    ),
    "confirm_transport": _needs(
        lambda s: next_booked(s.episode, SessionKind.DOSING) is not None, "No dosing session is booked."
    ),
    "record_adverse_event_outcome": _needs(lambda s: s.episode.adverse_events, "No adverse event is on record."),
    "explain_tablets": _needs(
        lambda s: s.episode.inventory_reports.keys() - s.episode.tablet_explanations.keys(),
        "No count of tablets waits for an answer.",
    ),
    "track_prescription": _needs(lambda s: s.episode.prescriptions, "No prescription is on record."),
    "book_session": _needs(lambda s: s.episode.paused_at is None, "The course is paused."),
    "move_session": _BOOKED,
    "cancel_session": _BOOKED,
    "miss_session": _BOOKED,
    "open_dosing_session": _needs(
        lambda s: next_booked(s.episode, SessionKind.DOSING) is not None, "No dosing session is booked."
    ),
    "record_checklist": _RUNNING,
    "confirm_place": _RUNNING,
    "record_companion_arrival": _RUNNING,
    "record_companion_departure": _RUNNING,
    "clear_to_dose": _RUNNING,
    "record_check": _RUNNING,
    "end_dosing_session": _RUNNING,
    "record_swallowing": _DOSED,
    "record_vomiting": _DOSED,
    "correct_dose": _DOSED,
    "correct_vitals": _needs(
        lambda s: any(session.vitals for session in s.episode.sessions.values()), "No vitals have been recorded."
    ),
    "attempt_check_in": _DOSED,
    "record_monitoring_form_sent": _needs(_awaits_form, "No dosed session waits for a form."),
    "record_next_day_check_in": _DOSED,
    "revoke_check_in_link": _needs(
        lambda s: any(not link.answered_at and not link.revoked_at for link in s.episode.check_in_links.values()),
        "No check-in link waits for an answer.",
    ),
    "send_check_in_link": _needs(lambda s: not s.episode.has_died, "A death was reported; nothing is sent any more."),
    "review_symptoms": _needs(
        lambda s: (
            any(report.needs_review for report in s.episode.symptom_reports.values())
            or waiting_for_review(s.episode, asked_at(s.now, s.protocol, s.network))
        ),
        "No report of symptoms waits for review.",
    ),
    "correct_outcome": _needs(lambda s: s.episode.outcomes, "No outcome has been recorded."),
    "release_hold": _needs(lambda s: open_holds(s.episode), "No hold is open."),
    "review_safety": _needs(
        lambda s: any(o.safety_item_is_positive for o in s.episode.outcomes.values()) or open_holds(s.episode),
        "No answer on suicidal thoughts waits for review.",
    ),
    "review_adverse_event": _needs(lambda s: s.episode.adverse_events, "No adverse event was reported."),
    "review_deviation": _needs(
        lambda s: any(d.reviewed_at is None for d in s.episode.deviations.values()), "No deviation waits for review."
    ),
    "grant_override": _needs(
        lambda s: s.running is not None or next_booked(s.episode, SessionKind.DOSING) is not None,
        "No dosing session is booked.",
    ),
    "acknowledge_alert": _needs(_waits, "No alert waits to be acknowledged."),
    "confirm_override": _needs(
        lambda s: any(not o.is_signed and s.now < o.expires_at for o in s.episode.overrides.values()),
        "No override waits for a second prescriber.",
    ),
    "arrange_cover": _needs(lambda s: s.episode.members_at(s.now), "Nobody is on the care team."),
    "book_follow_up": _INTAKE,
    "complete_follow_up": _INTAKE,
    "pause_episode": _needs(
        lambda s: s.episode.paused_at is None and s.running is None, "The course is paused, or a session is open."
    ),
    "resume_episode": _needs(lambda s: s.episode.paused_at is not None, "The course is not paused."),
    "add_addendum": _DOCUMENT,
    "ask_co_signature": _DOCUMENT,
    "co_sign_document": _DOCUMENT,
    "ask_question": _needs(lambda s: s.episode.patient_id, "There is no entry to ask about."),
    "answer_question": _needs(
        lambda s: any(q.answered_at is None and q.closed_at is None for q in s.episode.questions.values()),
        "No question waits for an answer.",
    ),
    "close_question": _needs(
        lambda s: any(q.closed_at is None for q in s.episode.questions.values()), "No question is open."
    ),
    "mark_done": _needs(_waits_for_a_mark, "Nothing is due that a mark would settle."),
    "discharge_patient": _needs(lambda s: s.running is None, "A dosing session is open. End it first."),
}
"""One that is not listed is always possible."""


def what_is_missing(decision: str, situation: Situation) -> str | None:
    """Why a decision cannot be taken now, apart from roles and gates; None where it can."""
    why = WHEN.get(decision)
    return why(situation) if why else None
