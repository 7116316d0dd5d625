"""What closes each gate and what opens it again, as the people concerned do it: one pair of acts for every gate."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple

from deploy.demo.cast import ACHEBE, BACK_UP_PHONE, NETWORK_ID, ON_CALL_PHONE, RIVERA, Staff
from deploy.demo.dosing_day import NOTHING_NEW
from deploy.demo.ordinary_course import ordinary
from deploy.demo.story import Story
from domain.clinician.clinician import CLINICIAN
from domain.clinician.reinstate_clinician import ReinstateClinician, reinstate_clinician
from domain.clinician.suspend_clinician import SuspendClinician, suspend_clinician
from domain.network.name_on_call import NameOnCall, name_on_call
from domain.network.network import NETWORK
from domain.network.take_back_on_call import TakeBackOnCall, take_back_on_call
from tests.scenarios.house import FIRST_MONDAY, FOUNDED_AT, House
from tests.scenarios.said import Said
from tests.scenarios.told import Told

Act = Callable[[House, Told], Any]
Asked = Callable[[House, Told], set[str]]


class Pair(NamedTuple):
    """`since` is the beat at which the acts begin; `asked` where the gate is asked."""

    gate: str
    since: str
    closes: Act
    opens: Act
    asked: Asked
    begins_on: date = FIRST_MONDAY


def remote(story: Story, now: Any) -> None:
    """An ordinary course by video."""
    ordinary(18, 10)(story, now)


def before_a_session(house: House, ana: Told) -> set[str]:
    """Asked before the next dosing session opens."""
    return ana.closed(house.prescriber)


def before_the_dose(house: House, ana: Told) -> set[str]:
    """Asked by go or no-go, with more than the plan's maximum, so that asking never clears anything."""
    return _keys(house.therapist.clears(ana, 1, dose_mg=250))


def before_the_booster(house: House, ana: Told) -> set[str]:
    return _keys(house.therapist.clears(ana, 1, dose_mg=100, part="booster"))


def before_release(house: House, ana: Told) -> set[str]:
    return _keys(house.therapist.releases(ana, 1, criteria=None))


def _keys(said: Said) -> set[str]:
    return set(said.closed)


def nothing(house: House, ana: Told) -> None:
    """It is closed from the start."""


def goes_on(beat: str) -> Act:
    """The course goes on to a beat."""
    return lambda house, ana: ana.when(beat)


def waits(**by: float) -> Act:
    """Time passes."""
    return lambda house, ana: house.travel(**by)


def by_therapist(decision: str, **body: Any) -> Act:
    return lambda house, ana: _recorded(house.therapist.does(ana, decision, **body))


def by_prescriber(decision: str, **body: Any) -> Act:
    return lambda house, ana: _recorded(house.prescriber.does(ana, decision, **body))


def on_the_plan(decision: str, **body: Any) -> Act:
    """A prescriber's decision on the plan in force."""
    return lambda house, ana: _recorded(house.prescriber.does(ana, decision, plan_id=ana.state.plan_id, **body))


def in_the_session(decision: str, **body: Any) -> Act:
    """A therapist's entry in the first dosing session."""
    return lambda house, ana: _recorded(house.therapist.does(ana, decision, session_id=ana.dosing(1), **body))


def asks_again(**changed: Any) -> Act:
    """The checklist once more, with these answers."""

    def asks(house: House, ana: Told) -> Said:
        times = {"last_food_at": house.now - timedelta(hours=5), "last_fluid_at": house.now - timedelta(hours=2)}
        answers = NOTHING_NEW | times | changed
        return _recorded(house.therapist.does(ana, "record_checklist", session_id=ana.dosing(1), **answers))

    return asks


def has_eaten(house: House, ana: Told) -> Said:
    """An hour ago."""
    said: Said = asks_again(last_food_at=house.now - timedelta(hours=1))(house, ana)
    return said


def reviews_and_releases(house: House, ana: Told) -> None:
    """The prescriber answers for every hold there is."""
    for hold in [one for one in ana.state.holds.values() if one.is_open]:
        if hold.reason in ("safety_item", "suicidal_thoughts"):
            done = {"done": "Spoke with the patient; no plan, no intent.", "dosing_may_go_on": True}
            _recorded(house.prescriber.does(ana, "review_safety", hold_id=hold.hold_id, **done))
        else:
            _recorded(house.prescriber.does(ana, "release_hold", hold_id=hold.hold_id, reason="Looked at together."))


def reviews_the_event(house: House, ana: Told) -> None:
    event_id = next(iter(ana.state.adverse_events))
    judged = {"related": "possible", "expected": True, "action": "watched", "dosing_may_go_on": True, "note": "Well."}
    _recorded(house.prescriber.does(ana, "review_adverse_event", adverse_event_id=event_id, **judged))


def scores_item_9(house: House, ana: Told) -> None:
    _recorded(house.therapist.scores(ana, [2, 2, 2, 2, 1, 1, 1, 1, 1]))


def in_the_new_year(house: House, ana: Told) -> None:
    """The legal basis for telehealth alone has ended."""
    ana.at(24, "10:00")


def comes_home(house: House, ana: Told) -> None:
    """Seen in person, the legal basis for telehealth alone is no longer needed."""
    _recorded(house.prescriber.does(ana, "update_intake", way="in_person"))


def is_followed_up(house: House, ana: Told) -> None:
    held = {"completed_at": house.now, "minutes": 30, "decision": "continue", "sessions_released": 6}
    _recorded(house.prescriber.does(ana, "complete_follow_up", **held))


def another_adult_comes(house: House, ana: Told) -> None:
    """And is there for a quarter of an hour."""
    came = {"companion_id": ana.story.id("neighbour"), "is_adult": True, "name": "Jo", "phone": "555-0171"}
    _recorded(house.therapist.does(ana, "record_companion_arrival", session_id=ana.dosing(1), **came))
    house.travel(minutes=15)


def measures(systolic: int, diastolic: int, phase: str = "before") -> Act:
    return lambda house, ana: _recorded(house.therapist.measures(ana, 1, systolic, diastolic, phase=phase))


def _recorded(said: Said) -> Said:
    assert said.is_recorded, said
    return said


def then(*acts: Act) -> Act:
    """One act after another."""

    def all_of_them(house: House, ana: Told) -> None:
        for act in acts:
            act(house, ana)

    return all_of_them


def reports_worse_nights(house: House, ana: Told) -> None:
    """Up three times a night, where the intake found none."""
    worse = {
        "frequency_per_day": 6,
        "nocturia_per_night": 3,
        "urgency": False,
        "dysuria": False,
        "visible_blood": False,
    }
    _recorded(house.therapist.does(ana, "report_symptoms", urinary=worse))


def looks_at_the_symptoms(house: House, ana: Told) -> None:
    report_id = next(iter(ana.state.symptom_reports))
    _recorded(house.prescriber.does(ana, "review_symptoms", report_id=report_id, note="Culture negative; we watch it."))


def has_just_drunk(house: House, ana: Told) -> Said:
    said: Said = asks_again(last_fluid_at=house.now - timedelta(minutes=10))(house, ana)
    return said


def raises_the_maximum(house: House, ana: Told) -> None:
    assert ana.state.plan is not None
    terms = ana.state.plan.terms.model_dump(mode="json") | {"maximum_mg": 300}
    _recorded(house.prescriber.does(ana, "amend_plan", plan_id=ana.state.plan_id, terms=terms, reason="Both agree."))


def nobody_is_on_call(house: House, ana: Told) -> None:
    """The duty is taken back, and nobody named in its place."""
    duty = house.network.on_call(house.now)
    assert duty is not None
    assert duty.duty_id is not None
    house.decide(NETWORK, NETWORK_ID, take_back_on_call, TakeBackOnCall(duty_id=duty.duty_id))


def somebody_is_on_call(house: House, ana: Told) -> None:
    """As from the first day on, for every other scenario."""
    named = NameOnCall(
        prescriber_id=RIVERA.clinician_id,
        phone=ON_CALL_PHONE,
        from_at=FOUNDED_AT,
        back_up_id=ACHEBE.clinician_id,
        back_up_phone=BACK_UP_PHONE,
    )
    house.decide(NETWORK, NETWORK_ID, name_on_call, named)


def is_suspended(staff: Staff) -> Act:
    return lambda house, ana: house.decide(CLINICIAN, staff.clinician_id, suspend_clinician, SuspendClinician())


def is_reinstated(staff: Staff) -> Act:
    return lambda house, ana: house.decide(CLINICIAN, staff.clinician_id, reinstate_clinician, ReinstateClinician())


def seen_by_the_therapist(house: House, ana: Told) -> set[str]:
    """For when the prescriber cannot look."""
    return ana.closed(house.therapist)
