"""A course under a monitored protocol that the network adopted beside its own: a nasal device, in person."""

from typing import Any

from domain.network.adopt_protocol import AdoptProtocol, adopt_protocol
from domain.network.network import NETWORK
from domain.protocol.shipped import document
from tests.api.clinic import Clinic
from tests.api.course import TERMS, Course, referred

MONITORED = ("spravato-style", "1")
DEVICE_TERMS: dict[str, Any] = TERMS | {
    "ways": ["in_person"],
    "next_dose_mg": "56",
    "maximum_mg": "84",
    "booster": None,
    "tablets": {"strength_mg": "28", "divisible": "whole", "form": "nasal_device"},
    "usual_days": 3,
    "minimum_interval_days": 2,
    "sessions_authorised": 8,
    "vital_limits": TERMS["vital_limits"]
    | {"systolic_limit_mmhg": 140, "comparator": "not_above", "spo2_min_percent": 93},
    "hold_minutes": 0,
    "after_hold": "nothing",
}


def monitored(clinic: Clinic) -> Course:
    """Ana under the monitored protocol, ready for her first dose."""
    order = AdoptProtocol(document=document(*MONITORED), beside=True)
    clinic.decide(NETWORK, clinic.network_id, adopt_protocol, order)
    clinic.catch_up()
    course = referred(clinic).assign().take_in().consent()
    terms = {"terms": DEVICE_TERMS, "protocol_id": "spravato-style"}
    clinic.prescriber.recorded(course.episode_id, "issue_plan", **terms)
    today = clinic.now.date().isoformat()
    prescribed = {"reference": "RX-1", "strength_mg": "28", "quantity": 16, "issued_on": today}
    clinic.prescriber.recorded(course.episode_id, "record_prescription", **prescribed)
    course.prepare()
    clinic.travel(days=2)
    return course
