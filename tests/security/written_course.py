"""What is written and asked between sessions: notes, questions, counts, contacts, and links to the patient."""

from typing import Any
from uuid import UUID, uuid4

from domain.actor import Actor, Role
from domain.episode.check_in.answer_check_in_link import AnswerCheckInLink, answer_check_in_link
from domain.episode.check_in.lock_check_in_link import LockCheckInLink, lock_check_in_link
from domain.episode.episode import EPISODE
from tests.api.clinic import Browser
from tests.security.canary_course import CanaryCourse


class WrittenCourse(CanaryCourse):
    """`session_id` is the dosing session that is written about."""

    session_id: str

    def _written(self) -> None:
        """Notes, their signatures, and a question, each by somebody who has just signed in."""
        clinic, record = self.clinic, self.record
        therapist, prescriber = Browser(clinic, clinic.lindqvist), Browser(clinic, clinic.rivera)
        session, to_come = {"session_id": self.session_id}, "2026-03-27"
        record(prescriber, "ask_for_document", **session, kind="session_record", role="therapist", due_on=to_come)
        document = {"document_id": str(uuid4())}
        record(therapist, "sign_document", **document, **session, kind="session_record")
        record(therapist, "add_addendum", **document)
        record(therapist, "ask_co_signature", **document, role="prescriber", due_on=to_come)
        record(prescriber, "co_sign_document", **document, addenda=1)
        record(Browser(clinic, clinic.rivera), "sign_document", kind="visit_note")
        (_, entry, *_) = clinic.edge.care.history(EPISODE, self.course.episode_id, network_id=clinic.network_id)
        question = {"question_id": str(uuid4())}
        asked = {"event_id": str(entry.envelope.event_id), "topic": "dose", "role": "prescriber", "due_on": to_come}
        record(therapist, "ask_question", **question, **asked)
        record(prescriber, "answer_question", **question)
        record(therapist, "close_question", **question)

    def _counted(self) -> None:
        """Tablets that do not add up, and what the prescriber found."""
        counted = [{"strength_mg": "100", "on_hand": "1"}]
        self.record(self.clinic.therapist, "report_medicine_inventory", tablets=counted)
        report_id = str(next(iter(self.course.state.inventory_reports)))
        self.record(self.clinic.prescriber, "explain_tablets", report_id=report_id, because="lost")

    def _coordinated(self) -> None:
        """Contacts, a gap in care, and a review of the caseload."""
        record, coordinator = self.record, self.clinic.coordinator
        record(coordinator, "attempt_contact", channel="phone", outcome="reached")
        record(coordinator, "raise_care_gap", kind="costs", due_on="2026-03-30")
        record(coordinator, "close_care_gap", gap_id=str(next(iter(self.course.state.care_gaps))), is_mended=True)
        sent = {
            "kind": "court",
            "parts": ["outcomes"],
            "with_substance_use": False,
            "ground": "subpoena",
            "means": "mail",
        }
        record(coordinator, "record_disclosure", **sent)
        record(self.clinic.therapist, "flag_for_discussion")
        record(self.clinic.prescriber, "record_caseload_review", recommendation="go_on")

    def _asked_by_link(self) -> None:
        """What the patient says through a link, and links that end without an answer."""
        clinic, record = self.clinic, self.record
        record(clinic.coordinator, "nominate_chaperone", relationship="friend", is_adult=True)
        record(clinic.therapist, "report_symptoms", symptoms=["nausea"], reported_at=self._now)
        report = list(self.course.state.symptom_reports.values())[-1]
        record(clinic.prescriber, "review_symptoms", report_id=str(report.report_id))
        link = self._link("consents", consents=["privacy"])
        signed = {"consent_type": "privacy", "text_version": 2, "method": "electronic"}
        self._answer(link, consents=[signed])
        self._answer(self._link("chaperone"), chaperone=new("nomination_id", relationship="friend", is_adult=True))
        symptoms = new("report_id", symptoms=["nausea"], reported_at=self._now)
        self._answer(self._link("after_dose"), symptoms=symptoms)
        counted = new("report_id", counted_at=self._now) | {"tablets": [{"strength_mg": "100", "on_hand": "1"}]}
        self._answer(self._link("medicine_inventory"), inventory=counted)
        record(clinic.coordinator, "revoke_check_in_link", link_id=str(self._link("medicine_inventory")))
        locked = LockCheckInLink(link_id=self._link("chaperone"), wrong_dates=5)
        clinic.decide(EPISODE, self.course.episode_id, lock_check_in_link, locked)
        self.told.add("lock_check_in_link")

    def _answer(self, link_id: UUID, **said: Any) -> None:
        """What the patient says through it."""
        patient = Actor(link_id, self.clinic.network_id, frozenset({Role.PATIENT}))
        order = AnswerCheckInLink.model_validate(self.canaries.fill(AnswerCheckInLink, said))
        self.clinic.decide(EPISODE, self.course.episode_id, answer_check_in_link, order, by=patient)
        self.told.add("answer_check_in_link")

    def _link(self, purpose: str, **asked: Any) -> UUID:
        self.record(self.clinic.coordinator, "send_check_in_link", purpose=purpose, channel="email", **asked)
        return list(self.course.state.check_in_links)[-1]


def new(name: str, **said: Any) -> dict[str, Any]:
    """What is said, under an id of its own."""
    return {name: str(uuid4()), **said}
