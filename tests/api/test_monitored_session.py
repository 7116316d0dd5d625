"""A session under a monitored protocol, on its pages: what is due next, what keeps the patient, and the form."""

from typing import Any
from uuid import UUID

from domain.network.adopt_protocol import AdoptProtocol, adopt_protocol
from domain.network.network import NETWORK
from domain.protocol.shipped import document
from tests.api.clinic import Clinic, local
from tests.api.course import referred
from tests.api.forms_driven import fields_in
from tests.api.monitored_course import MONITORED, monitored
from tests.api.pages_read import Read

CRITERIA = {
    "is_oriented": True,
    "walks_steadily": True,
    "keeps_fluids_down": True,
    "pressure_near_baseline": True,
    "adult_stays": True,
    "knows_when_to_drive": True,
}


class Day:
    """Dosing session 1 on Tue 17 Mar 2026: 56 mg at 14:00."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic, self.course = clinic, monitored(clinic)
        clinic.now = local("2026-03-17 13:00")
        self.session: UUID = self.course.book()
        self.href = f"{self.course.href}/sessions/1"

    def record(self, clock: str, decision: str, **fields: Any) -> None:
        self.clinic.now = local(f"2026-03-17 {clock}")
        self.clinic.therapist.recorded(self.course.episode_id, decision, session_id=str(self.session), **fields)

    def vitals(self, clock: str, phase: str, systolic: int = 124, spo2: int | None = 98) -> None:
        values = {"systolic_mmhg": systolic, "diastolic_mmhg": 80, "pulse_per_min": 72, "spo2_percent": spo2}
        self.record(clock, "record_vitals", phase=phase, **values)

    def look(self, clock: str, sedation: int = 0, dissociation: int = 0) -> None:
        seen = {"sedation": sedation, "dissociation": dissociation, "breathing_depressed": False}
        self.record(clock, "record_check", responsive=True, **seen)

    def dosed(self) -> None:
        self.record("13:20", "open_dosing_session")
        self.record("13:21", "record_companion_arrival", is_adult=True, is_booked_companion=True)
        checklist = {
            "last_food_at": local("2026-03-17 08:00").isoformat(),
            "last_fluid_at": local("2026-03-17 11:00").isoformat(),
            "medicines_held": True, "medicines_changed": False, "suicidal_thoughts_today": False, "intoxicated": False,
            "alcohol_or_thc_within_hold": False, "pregnancy_changed": False, "ketamine_elsewhere": False,
            "capacity_in_doubt": False, "room_is_ready": True, "medicine_in_hand": True, "two_identifiers": True,
            "label_strength_mg": "28", "driving_acknowledged": True,
        }  # fmt: skip
        self.record("13:22", "record_checklist", **checklist)
        self.vitals("13:45", "before")
        devices = [{"strength_mg": "28", "count": "2"}]
        self.record("13:50", "clear_to_dose", dose_mg="56", tablets=devices, plan_version=1)
        self.record("14:00", "record_dose", amount_mg="56", tablets=devices, held_minutes=0, lot="A1234")

    def words(self, clock: str, query: str = "") -> str:
        self.clinic.now = local(f"2026-03-17 {clock}")
        answer = self.clinic.therapist.get(self.href + query)
        assert answer.status_code == 200, answer.text[:500]
        return Read(answer.text).words


def test_the_page_says_what_is_due_and_what_keeps_the_patient(clinic: Clinic) -> None:
    day = Day(clinic)
    day.dosed()
    assert "2 devices of 28 mg" in day.words("14:05")
    assert "Look due 14:25 in 20 min, until 14:55" in day.words("14:05")
    day.look("14:40", sedation=1, dissociation=6)
    assert "Vitals due 14:35 now, until 14:55" in day.words("14:41")
    kept = day.words("14:41", "?step=6")
    assert "Vitals 40 minutes after the dose." in kept
    assert "blood pressure, pulse and oxygen saturation, 14:35 to 14:55" in kept
    early = clinic.therapist.decide(
        day.course.episode_id, "end_dosing_session",
        {"session_id": str(day.session), "ended_as": "released", "criteria": CRITERIA},
    )  # fmt: skip
    rules = {gate["rule"] for gate in early.json()["gates"]}
    assert {"+vitals_40", "+observation", "+resolved", "+vitals_leaving"} <= rules

    day.vitals("14:45", "during", systolic=138)
    day.look("15:20", dissociation=3)
    day.look("15:55")
    day.vitals("15:56", "after")
    assert "6 now" not in day.words("15:57")
    released = {"ended_as": "released", "criteria": CRITERIA}
    day.record("16:01", "end_dosing_session", **released)

    form = Read(clinic.therapist.get(f"{day.href}/monitoring-form").text).words
    for said in (
        "Dose 56 mg: 2 devices of 28 mg", "Lot A1234", "Watched in all 121 min", "Ready to leave after 115 min",
        "Sedation, most 1 of 3", "Dissociation, most 6 of 10", "Takes: opioid no", "Still missing nothing",
        "Ana Whitfield", "Nothing is sent from here",
    ):  # fmt: skip
        assert said in form, (said, form)
    assert due_in_json(day)

    path = f"{day.course.href}/record-monitoring-form-sent"
    page = clinic.therapist.get(f"{path}?session_id={day.session}").text
    assert "Still missing" in page
    sent = fields_in(page, path) | {"reference": "C-77"}
    clinic.travel(minutes=30)
    assert clinic.therapist.post(path, data=sent).status_code == 303
    clinic.catch_up()
    told = Read(clinic.therapist.get(f"{day.course.href}/timeline").text).words
    assert "sent the monitoring form of" in told
    assert "Sent." in Read(clinic.therapist.get(f"{day.href}/monitoring-form").text).words
    assert not due_in_json(day)


def due_in_json(day: Day) -> bool:
    answer = day.clinic.therapist.get(f"/api{day.course.href}")
    return "Monitoring form to send" in answer.text


def test_a_plan_is_issued_under_one_of_the_protocols_adopted(clinic: Clinic) -> None:
    order = AdoptProtocol(document=document(*MONITORED), beside=True)
    clinic.decide(NETWORK, clinic.network_id, adopt_protocol, order)
    clinic.catch_up()
    course = referred(clinic).assign().take_in().consent()
    path = f"{course.href}/issue-plan"
    own = clinic.prescriber.get(path).text
    assert "Monitored esketamine by nasal device" in Read(own).words, "the other protocol is offered"
    page = clinic.prescriber.get(f"{path}?protocol_id=spravato-style").text
    typed = fields_in(page, path)
    assert (typed["terms.tablets.form"], typed["terms.tablets.strength_mg"]) == (["nasal_device"], ["28"])
    assert (typed["terms.food_minutes"], typed["terms.sessions_authorised"]) == (["120"], ["8"])
    sent = typed | {"terms.next_dose_mg": "56", "terms.maximum_mg": "84", "terms.ways": "in_person"}
    answer = clinic.prescriber.post(path, data=sent)
    assert answer.status_code == 303, answer.text[answer.text.find("error-summary") :][:900]
    plan = course.state.plan
    assert plan is not None
    assert (plan.protocol_id, plan.protocol_version, str(plan.terms.tablets.form)) == (*MONITORED, "nasal_device")
