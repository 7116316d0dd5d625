"""A whole course of care through the JSON routes, every decision in it, with a canary wherever somebody writes."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from domain.actor import Role
from domain.episode.alert.alert import AlertKind, id_of
from domain.episode.eligibility.recheck_age import RecheckAge, recheck_age
from domain.episode.episode import EPISODE
from domain.episode.plan.recheck_plan import RecheckPlan, recheck_plan
from domain.episode.referral.carry_over_earlier_course import CarryOverEarlierCourse, carry_over_earlier_course
from domain.episode.referral.import_history import ImportHistory, import_history
from domain.episode.safety.carry_over_adverse_event import CarryOverAdverseEvent, carry_over_adverse_event
from domain.episode.safety.carry_over_stopping_review import CarryOverStoppingReview, carry_over_stopping_review
from domain.episode.team.recheck_credentials import RecheckCredentials, recheck_credentials
from domain.network.name_medical_director import NameMedicalDirector, name_medical_director
from domain.network.network import NETWORK
from tests.api.clinic import ZONE, Browser, Clinic, local
from tests.api.course import TERMS, Course
from tests.security.canaries import Canaries
from tests.security.canary_course import ASKED, CRITERIA, ORDER_OF
from tests.security.monitored_course import MonitoredCourse
from tests.security.written_course import WrittenCourse


class WholeCourse(WrittenCourse):
    """From referral to discharge, a second patient under the monitored protocol, and a file that is imported."""

    def __init__(self, clinic: Clinic, canaries: Canaries) -> None:
        super().__init__(clinic, canaries)
        self.second = Browser(clinic, clinic.admit("Dr. Noor Abara", Role.PRESCRIBER))
        self.colleague = Browser(clinic, clinic.admit("Dr. Ira Solis", Role.THERAPIST))
        self.course = Course(clinic, self._referred())
        self.patient_id = self.course.state.patient_id

    def drive(self) -> "WholeCourse":
        """From referral to discharge; every decision is taken at least once."""
        for chapter in (self._onboarding, self._planned, self._prepared, self._dosed, self._followed_up, self._ended):
            chapter()
        self._imported()
        self.monitored = MonitoredCourse(self.clinic, self.canaries).drive()
        self.told |= self.monitored.told
        self.answers += self.monitored.answers
        left_out = ORDER_OF.keys() - self.told
        assert not left_out, left_out
        return self

    def _referred(self) -> UUID:
        words = ("reason", "medicines_note", "allergies_note", "risk_note")
        body = {
            "name": self.canaries.name(),
            "birth_date": self.canaries.born().isoformat(),
            "contact": self.canaries.number("Refer.contact"),
            "diagnoses": ["F33.2"],
            **{name: self.canaries.word(f"Refer.{name}") for name in words},
        }
        key = {"idempotency-key": uuid4().hex}
        answer = self.clinic.therapist.post("/api/referrals", json=body, headers=key)
        self.answers.append(answer)
        assert answer.status_code == 200, answer.text
        self.told.add("refer")
        self.clinic.catch_up()
        return UUID(answer.json()["episode_id"])

    def _onboarding(self) -> None:
        clinic, record = self.clinic, self.record
        therapist, prescriber, coordinator = clinic.therapist, clinic.prescriber, clinic.coordinator
        record(prescriber, "take_patient_from_pool")
        member = {"clinician_id": str(clinic.okafor.actor_id), "role": "coordinator"}
        record(coordinator, "assign_care_team_member", **member)
        record(coordinator, "remove_care_team_member", **member)
        record(coordinator, "book_intake", starts_at=local("2026-03-13 09:00").isoformat(), way="in_person")
        clinic.now = local("2026-03-13 10:00")
        record(prescriber, "complete_intake", started_at=self._ago(minutes=58), ended_at=self._now, **self._findings())
        record(prescriber, "update_intake", baseline_pulse_per_min=72, medicines=self._findings()["medicines"])
        record(therapist, "report_medicine_change", medicine_class="antidepressant")
        medicine = {"medicine_class": "antidepressant", "instruction": "continue"}
        record(prescriber, "review_medicines", medicines=[medicine])
        record(prescriber, "request_clearance", specialty="cardiology")
        clearance = next(iter(self.course.state.clearances))
        record(coordinator, "receive_clearance", clearance_id=str(clearance), is_cleared=True)
        record(therapist, "find_contraindication", code="liver_disease")
        record(prescriber, "resolve_contraindication", code="liver_disease")
        record(prescriber, "determine_eligibility", outcome="eligible")
        for consent, version in (("ketamine", 4), ("telehealth", 2)):
            record(therapist, "sign_consent", consent_type=consent, text_version=version, method="paper")
        touch = {"consent_type": "touch", "text_version": 1, "method": "electronic", "touch_scope": "hand_only"}
        record(therapist, "sign_consent", **touch)
        record(therapist, "narrow_touch", touch_scope="none")
        record(therapist, "withdraw_consent", consent_type="touch")

    def _findings(self) -> dict[str, Any]:
        benzodiazepine = {"medicine_class": "benzodiazepine", "instruction": "hold", "hold_hours": 24}
        today = self.clinic.now.astimezone(ZONE).date().isoformat()
        return {
            "way": "in_person",
            "diagnoses": ["F33.2"],
            "weight": {"value": "70", "unit": "kg", "measured_on": today},
            "ketamine_allergy": "no",
            "allergies_asked": True,
            "medicines": [benzodiazepine],
            "baseline_systolic_mmhg": 124,
            "baseline_diastolic_mmhg": 78,
            "baseline_pulse_per_min": 70,
            "pregnancy": "not_applicable",
            "nursing": "no",
            "home_state": "CA",
            "patient_zone": str(ZONE),
        }

    def _planned(self) -> None:
        prescriber = self.clinic.prescriber
        self.record(prescriber, "issue_plan", terms=TERMS | {"ways": ["in_person"]})
        plan = self.course.state.plan
        assert plan is not None
        plan_id = {"plan_id": str(plan.plan_id)}
        self.record(prescriber, "amend_plan", **plan_id, terms=TERMS | {"minimum_interval_days": 8})
        self.record(prescriber, "set_next_dose", **plan_id, next_dose_mg="50")
        self.record(prescriber, "set_next_dose", **plan_id, next_dose_mg="100", confirm_step=True)
        self.record(prescriber, "suspend_plan", **plan_id, because="patient_wish")
        self.record(prescriber, "resume_plan", **plan_id)
        self.record(prescriber, "check_pdmp", result="nothing_found")
        self.record(prescriber, "record_prescription", strength_mg="100", quantity=4, issued_on="2026-03-13")
        prescription = str(next(iter(self.course.state.prescriptions)))
        self.record(self.clinic.coordinator, "track_prescription", prescription_id=prescription, status="dispensed")

    def _prepared(self) -> None:
        clinic, record = self.clinic, self.record
        booked = {"kind": "preparation", "starts_at": local("2026-03-16 09:00").isoformat(), "way": "in_person"}
        one, two, three = (str(uuid4()) for _ in range(3))
        for session_id in (one, two, three):
            record(clinic.coordinator, "book_session", session_id=session_id, **booked)
        record(clinic.coordinator, "cancel_session", session_id=one)
        moved = local("2026-03-17 09:00").isoformat()
        record(clinic.coordinator, "move_session", session_id=three, starts_at=moved)
        clinic.now = local("2026-03-16 11:00")
        record(clinic.coordinator, "miss_session", session_id=two)
        clinic.now = local("2026-03-17 10:10")
        visit = {"started_at": self._ago(minutes=60), "ended_at": self._now}
        record(clinic.therapist, "complete_preparation", session_id=three, **visit)
        measure = {"instrument": "phq-9", "taken_at": self._now}
        record(clinic.therapist, "record_outcome", **measure, answers=[2] * 8 + [0])
        outcome = str(next(iter(self.course.state.outcomes)))
        record(clinic.therapist, "correct_outcome", outcome_id=outcome, answers=[2] * 7 + [1, 0])

    def _dosed(self) -> None:
        clinic, record, therapist = self.clinic, self.record, self.clinic.therapist
        clinic.now = local("2026-03-19 09:00")
        self.session_id = str(uuid4())
        session = {"session_id": self.session_id}
        booked = {"kind": "dosing", "starts_at": local("2026-03-19 09:10").isoformat(), "way": "in_person"}
        record(therapist, "book_session", **session, **booked, minutes=180, companion_is_adult=True)
        spoken = {"is_adult": True, "answers_the_phone": True, "has_capacity": True, "relationship": "friend"}
        record(clinic.coordinator, "verify_chaperone", **session, is_booked_companion=True, **spoken)
        record(clinic.coordinator, "confirm_transport", **session, transport="escort_drives")
        record(therapist, "place_hold", **session, reason="other")
        record(clinic.prescriber, "release_hold", hold_id=str(next(iter(self.course.state.holds))))
        record(therapist, "open_dosing_session", **session)
        record(therapist, "confirm_place", **session, state="CA", zone=str(ZONE))
        record(therapist, "record_companion_arrival", **session, is_booked_companion=True, is_adult=True)
        asked = ASKED | {"last_food_at": self._ago(hours=6), "last_fluid_at": self._ago(hours=3)}
        record(therapist, "record_checklist", **session, **(asked | {"medicines_held": False}))
        again = Browser(clinic, clinic.rivera)
        asked_for = {"second_prescriber_id": str(self.second.actor.actor_id)}
        record(again, "grant_override", **session, rule="+medicines_held", **asked_for)
        override_id = next(iter(self.course.state.overrides))
        record(Browser(clinic, self.second.actor), "confirm_override", override_id=str(override_id))
        director = NameMedicalDirector(clinician_id=self.second.actor.actor_id, phone="555-0199")
        clinic.decide(NETWORK, clinic.network_id, name_medical_director, director)
        record(self.second, "take_access", because="alert")
        record(therapist, "acknowledge_alert", alert_id=str(id_of(AlertKind.OVERRIDE_UNREAD, override_id)))
        record(therapist, "record_checklist", **session, **asked)
        measured = {"systolic_mmhg": 129, "diastolic_mmhg": 78, "pulse_per_min": 70}
        record(therapist, "record_vitals", **session, phase="before", **measured)
        vitals_id = str(next(iter(self._session.vitals)))
        corrected = measured | {"systolic_mmhg": 126}
        record(therapist, "correct_vitals", **session, vitals_id=vitals_id, **corrected)
        record(therapist, "clear_to_dose", **session, dose_mg="100", plan_version=4, patient_was_asked=True)
        record(therapist, "record_dose", **session, amount_mg="100", held_minutes=12)
        dose_id = str(next(iter(self._session.doses)))
        record(therapist, "correct_dose", **session, dose_id=dose_id, amount_mg="100", taken_at=self._ago(minutes=2))
        clinic.travel(minutes=14)
        record(therapist, "record_check", **session, responsive=True, distress=2, sedation=0, dissociation=4)
        record(therapist, "record_vomiting", **session)
        record(therapist, "record_swallowing", **session)
        record(therapist, "report_adverse_event", **session, term="vomiting", grade=2, serious=False)
        record(therapist, "record_companion_departure", **session)
        record(therapist, "record_companion_arrival", **session, is_booked_companion=False, is_adult=True)
        clinic.travel(minutes=185)
        record(therapist, "record_vitals", **session, phase="after", **measured)
        criteria = dict.fromkeys(CRITERIA, True)
        record(therapist, "end_dosing_session", **session, ended_as="released", criteria=criteria)

    @property
    def _session(self) -> Any:
        return self.course.state.sessions[UUID(self.session_id)]

    def _followed_up(self) -> None:
        clinic, record, prescriber = self.clinic, self.record, self.clinic.prescriber
        clinic.now = local("2026-03-20 10:00")
        record(clinic.coordinator, "attempt_check_in", session_id=self.session_id)
        record(clinic.therapist, "record_next_day_check_in", session_id=self.session_id, well=True)
        event = str(next(iter(self.course.state.adverse_events)))
        reviewed = {"related": "probable", "expected": True, "action": "watched", "dosing_may_go_on": True}
        record(prescriber, "review_adverse_event", adverse_event_id=event, **reviewed)
        record(clinic.therapist, "record_adverse_event_outcome", adverse_event_id=event, outcome="recovered")
        session = {"session_id": str(uuid4())}
        begins = local("2026-03-20 08:00").isoformat()
        record(clinic.therapist, "book_session", **session, kind="integration", starts_at=begins, way="in_person")
        visit = {"started_at": begins, "ended_at": self._now}
        record(clinic.therapist, "complete_integration", **session, **visit)
        record(clinic.therapist, "record_outcome", instrument="phq-9", taken_at=self._now, answers=[1] * 9)
        record(prescriber, "review_safety", dosing_may_go_on=True)
        made = {"made_with_patient": True, "means_discussed": True, "patient_has_copy": True}
        record(clinic.therapist, "record_safety_plan", **made)
        record(clinic.therapist, "report_ketamine_elsewhere", on="2026-03-01", occurred_at=self._ago(days=1))
        deviation = str(next(iter(self.course.state.deviations)))
        record(prescriber, "review_deviation", deviation_id=deviation)
        self._written()
        self._counted()
        self._coordinated()
        self._asked_by_link()
        record(prescriber, "book_follow_up", starts_at=local("2026-03-27 09:00").isoformat())
        clinic.now = local("2026-03-27 09:40")
        held = {"completed_at": self._now, "minutes": 30, "decision": "continue", "sessions_released": 4}
        record(prescriber, "complete_follow_up", **held)

    def _ended(self) -> None:
        clinic, record = self.clinic, self.record
        member = {"clinician_id": str(self.second.actor.actor_id), "role": "prescriber"}
        record(clinic.coordinator, "assign_care_team_member", **member)
        record(self.second, "accept_hand_over")
        beside = {"clinician_id": str(self.colleague.actor.actor_id), "role": "therapist"}
        record(clinic.coordinator, "assign_care_team_member", **beside)
        covered = {"for_id": str(self.second.actor.actor_id), "clinician_id": str(clinic.rivera.actor_id)}
        record(clinic.coordinator, "arrange_cover", **covered, until_at=(clinic.now + timedelta(days=2)).isoformat())
        clinic.travel(days=23)
        record(clinic.coordinator, "mark_done", key="contact")
        record(clinic.coordinator, "pause_episode")
        clinic.travel(days=30)
        record(clinic.coordinator, "resume_episode")
        record(clinic.therapist, "declare_emergency")
        outcome = list(self.course.state.outcomes.values())[-1]
        record(clinic.therapist, "mark_in_error", event_id=str(outcome.entry_id))
        known_elsewhere = {"adverse_event_id": uuid4(), "reported_in": uuid4(), "term": "confusion", "grade": 3}
        carried = CarryOverAdverseEvent.model_validate({**known_elsewhere, "serious": False})
        clinic.decide(EPISODE, self.course.episode_id, carry_over_adverse_event, carried)
        late = CarryOverEarlierCourse(found_in=uuid4())
        clinic.decide(EPISODE, self.course.episode_id, carry_over_earlier_course, late)
        stop = CarryOverStoppingReview(adverse_event_id=uuid4(), reviewed_in=uuid4())
        clinic.decide(EPISODE, self.course.episode_id, carry_over_stopping_review, stop)
        self.told |= {"carry_over_adverse_event", "carry_over_earlier_course", "carry_over_stopping_review"}
        record(clinic.therapist, "discharge_patient", reason="completed")

    def _imported(self) -> None:
        """History from a file beside it: what only the command line and coordination do."""
        episode_id, sha = uuid4(), "0" * 64
        body = {"patient_id": uuid4(), "reference": "FILE-0001", "source": "scores.csv", "file_sha256": sha}
        order = ImportHistory.model_validate(body | {"name": self.canaries.name()})
        self.clinic.decide(EPISODE, episode_id, import_history, order)
        imported = {"source": "scores.csv", "file_sha256": sha, "row": 1}
        score = {"instrument": "bdi-ii", "taken_at": self._ago(days=400), "total": 20, "imported": imported}
        answer = self.clinic.coordinator.decide(episode_id, "import_outcome", score)
        assert answer.status_code == 200, answer.text
        looked_at = RecheckCredentials(clinician_id=self.second.actor.actor_id)
        self.clinic.decide(EPISODE, self.course.episode_id, recheck_credentials, looked_at)
        self.clinic.decide(EPISODE, self.course.episode_id, recheck_plan, RecheckPlan())
        self.clinic.decide(EPISODE, self.course.episode_id, recheck_age, RecheckAge())
        self.told |= {"import_history", "import_outcome", "recheck_credentials", "recheck_age", "recheck_plan"}
        self.clinic.catch_up()
