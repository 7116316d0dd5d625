"""Takes the decisions of a story at their moments in the past, as the people concerned took them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from api.orders import read_form
from deploy.demo.cast import (
    ACHEBE,
    BACK_UP_PHONE,
    CRISIS_TEXT,
    NETWORK_ID,
    ON_CALL_PHONE,
    RIVERA,
    SLUG,
    SPANISH_CRISIS_TEXT,
    STAFF,
    STATE,
    TITLE,
    ZONE,
    Staff,
)
from deploy.demo.story import Decide, Step
from deploy.wiring import operator
from domain.actor import Actor, Role
from domain.clinician.admit_clinician import admit_clinician
from domain.clinician.clinician import CLINICIAN
from domain.clinician.complete_training import complete_training
from domain.clinician.record_licence import record_licence
from domain.decision import decision_of
from domain.derived import derived_id
from domain.episode.episode import EPISODE
from domain.episode.referral.refer import refer
from domain.network.adopt_protocol import adopt_protocol
from domain.network.create_network import create_network
from domain.network.name_on_call import name_on_call
from domain.network.network import NETWORK
from domain.network.set_check_in_terms import set_check_in_terms
from domain.patient import OF_COMPLIANCE
from domain.patient.patient import PATIENT
from domain.patient.propose_erasure import propose_erasure
from domain.patient.register_patient import register_patient
from domain.protocol.shipped import CURRENT, document
from domain.stream import Stream
from store.care import Care
from store.command import Command, Receipt


class Teller:
    """`next_reference` names the next patient of the network, such as KAP-0012."""

    def __init__(self, care: Care, next_reference: Callable[[], str]) -> None:
        self._care = care
        self._next_reference = next_reference

    def found(self, moment: datetime) -> None:
        """The network, its people, its protocol, and who is on call."""
        order = {"slug": SLUG, "title": TITLE, "zone": ZONE, "crisis_text": CRISIS_TEXT, "practice_state": STATE}
        self._as_operator(NETWORK, NETWORK_ID, create_network, order, moment)
        self._as_operator(NETWORK, NETWORK_ID, adopt_protocol, {"document": document(*CURRENT)}, moment)
        monitored = {"document": document("spravato-style", "1"), "beside": True}
        self._as_operator(NETWORK, NETWORK_ID, adopt_protocol, monitored, moment)
        spanish = {"spanish_crisis_text": SPANISH_CRISIS_TEXT}
        self._as_operator(NETWORK, NETWORK_ID, set_check_in_terms, spanish, moment)
        for staff in STAFF:
            self.admit(staff, moment)
        on_call = {"prescriber_id": RIVERA.clinician_id, "phone": ON_CALL_PHONE, "from_at": moment}
        back_up = {"back_up_id": ACHEBE.clinician_id, "back_up_phone": BACK_UP_PHONE}
        self._as_operator(NETWORK, NETWORK_ID, name_on_call, on_call | back_up, moment)

    def admit(self, staff: Staff, moment: datetime) -> None:
        """One person, licensed and trained as their profession asks."""
        who = {"email": staff.email, "display_name": staff.name, "roles": [staff.role]}
        self._as_operator(CLINICIAN, staff.clinician_id, admit_clinician, who, moment)
        if staff.role not in (Role.THERAPIST, Role.PRESCRIBER):
            return
        licence = {
            "profession_role": staff.role,
            "state": STATE,
            "licence_number": f"CA-{staff.clinician_id.int % 100000:05d}",
            "expires_on": (moment + timedelta(days=800)).date(),
        }
        self._as_operator(CLINICIAN, staff.clinician_id, record_licence, licence, moment)
        for course in ("kap-theory-and-method", "kap-protocols"):
            done = {"course": course, "course_version": "2024", "completed_on": (moment - timedelta(days=90)).date()}
            self._as_operator(CLINICIAN, staff.clinician_id, complete_training, done, moment)

    def tell(self, step: Step) -> Receipt:
        """One step of a story; a first referral registers the patient just before."""
        if step.decide is refer and step.patient.course == 1:
            self._register(step)
        if decision_of(step.decide) in OF_COMPLIANCE:
            stream, stream_id, body = self._about_the_record(step)
        else:
            stream, stream_id, body = EPISODE, step.patient.episode_id, step.body
        return self.take(stream, stream_id, step.decide, body, step.by.actor, step.recorded_at, step.command_id)

    def _about_the_record(self, step: Step) -> tuple[Stream[Any], UUID, dict[str, Any]]:
        """Who proposes to erase somebody types the reference, which the story does not know."""
        patient_id = step.patient.patient_id
        if step.decide is not propose_erasure:
            return PATIENT, patient_id, step.body
        patient, _ = self._care.state(PATIENT, patient_id, network_id=NETWORK_ID)
        return PATIENT, patient_id, step.body | {"reference": patient.reference}

    def take(
        self,
        stream: Stream[Any],
        stream_id: UUID,
        decide: Decide,
        body: dict[str, Any],
        by: Actor,
        moment: datetime,
        command_id: UUID,
    ) -> Receipt:
        """One decision, recorded at that moment."""
        order = read_form(decision_of(decide).order, body, command_id)
        digest = sha256(command_id.bytes).digest()
        command = Command(command_id, by, digest, command_id, recorded_at=moment, zone=ZONE)
        return self._care.decide(stream, stream_id, decide, order, command=command)

    def _register(self, step: Step) -> None:
        who = {
            "reference": self._next_reference(),
            "name": step.patient.name,
            "birth_date": step.patient.birth_date,
            "contact": "555-0101",
        }
        command_id = derived_id("demo", step.command_id, "register")
        patient_id = step.patient.patient_id
        self.take(PATIENT, patient_id, register_patient, who, step.by.actor, step.recorded_at, command_id)

    def _as_operator(
        self, stream: Stream[Any], stream_id: UUID, decide: Decide, body: dict[str, Any], moment: datetime
    ) -> None:
        command_id = derived_id("demo", stream_id, decide.__name__, str(sorted(map(str, body.items()))))
        self.take(stream, stream_id, decide, body, operator(NETWORK_ID), moment, command_id)
