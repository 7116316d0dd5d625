"""A go that no longer stands is not shown as one: the page asks what the record of a dose would ask."""

from datetime import timedelta

from domain.clinician.clinician import CLINICIAN
from domain.clinician.suspend_clinician import SuspendClinician, suspend_clinician
from domain.network.network import NETWORK
from domain.network.take_back_on_call import TakeBackOnCall, take_back_on_call
from tests.api.clinic import Clinic
from tests.api.dosing_day import Day


def test_a_newer_set_out_of_limits_takes_the_go_off_the_page(clinic: Clinic) -> None:
    day = Day(clinic).start().ask().measure()
    day.record("clear_to_dose")
    assert "cleared until" in clinic.therapist.get(day.href).text
    clinic.travel(minutes=3)
    day.measure(170, query="?step=2&task=vitals")
    assert "cleared until" not in clinic.therapist.get(day.href).text


def test_a_prescriber_suspended_after_the_go_takes_it_off_the_page(clinic: Clinic) -> None:
    day = Day(clinic).start().ask().measure()
    day.record("clear_to_dose")
    clinic.decide(CLINICIAN, clinic.rivera.actor_id, suspend_clinician, SuspendClinician())
    clinic.catch_up()
    assert "cleared until" not in clinic.therapist.get(day.href).text


def test_nobody_on_call_any_more_takes_the_go_off_the_page_and_is_told_beside_the_dose(clinic: Clinic) -> None:
    day = Day(clinic).start().ask().measure()
    day.record("clear_to_dose")
    network, _ = clinic.edge.care.state(NETWORK, clinic.network_id, network_id=clinic.network_id)
    for duty in network.on_calls:
        assert duty.duty_id is not None
        clinic.decide(NETWORK, clinic.network_id, take_back_on_call, TakeBackOnCall(duty_id=duty.duty_id))
    clinic.catch_up()
    clinic.travel(minutes=1)
    assert "cleared until" not in clinic.therapist.get(day.href).text
    dose = {"session_id": str(day.session_id), "amount_mg": 100, "tablets": [{"count": 1, "strength_mg": 100}]}
    taken = {"taken_at": (clinic.now - timedelta(seconds=5)).isoformat()}
    clinic.therapist.recorded(day.course.episode_id, "record_dose", **dose, **taken)
    assert "closed at that time: on call" in clinic.prescriber.get(f"{day.course.href}/timeline").text
