"""What closes each gate and what opens it again, as the people concerned do it: one pair of acts for every gate."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple

from deploy.demo.dosing_day import NOTHING_NEW
from deploy.demo.ordinary_course import ordinary
from deploy.demo.story import Story
from tests.api.clinic import ZONE
from tests.scenarios.house import FIRST_MONDAY, House
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


PLACE = {"state": "CA", "zone": str(ZONE), "address": "14 Alder Street, Oakland", "call_back": "555-0188"}
ELIGIBLE = {"outcome": "eligible", "rationale": "Looked at anew."}
FOUND = {"code": "uncontrolled_hypertension"}
SEEN = {"evidence": "128/80 at three visits."}
SIGNED = {"consent_type": "ketamine", "text_version": 4, "method": "electronic"}
WINTER = date(2026, 12, 14)

STANDING: tuple[Pair, ...] = (
    Pair(
        "consent",
        "prepared",
        by_therapist("withdraw_consent", consent_type="ketamine"),
        then(waits(hours=20), by_therapist("sign_consent", **SIGNED)),
        before_a_session,
    ),
    Pair(
        "eligibility",
        "prepared",
        by_prescriber("determine_eligibility", outcome="needs_information", rationale="A letter is missing."),
        then(waits(days=1), by_prescriber("determine_eligibility", **ELIGIBLE)),
        before_a_session,
    ),
    Pair(
        "contraindications",
        "prepared",
        by_therapist("find_contraindication", **FOUND),
        by_prescriber("resolve_contraindication", **FOUND, **SEEN),
        before_a_session,
    ),
    Pair(
        "plan",
        "prepared",
        on_the_plan("suspend_plan", reason="A question is open."),
        on_the_plan("resume_plan", reason="It is answered."),
        before_a_session,
    ),
    Pair("preparation", "planned", nothing, goes_on("prepared"), before_a_session),
    Pair(
        "integration",
        "session 1: called the next day",
        nothing,
        goes_on("session 1: integrated"),
        before_a_session,
    ),
    Pair("follow_up", "session 2: called the next day", nothing, goes_on("amended"), before_a_session),
    Pair("interval", "session 1: called the next day", nothing, waits(days=6), before_a_session),
    Pair("interval_floor", "session 1: called the next day", nothing, waits(days=2), before_a_session),
    Pair("companion", "prepared", nothing, goes_on("session 1: booked"), before_a_session),
    Pair("safety_review", "prepared", scores_item_9, reviews_and_releases, before_a_session),
    Pair(
        "adverse_events",
        "session 1: integrated",
        by_therapist("report_adverse_event", term="fall_or_injury", grade=3, serious=False),
        reviews_the_event,
        before_a_session,
    ),
    Pair("hold", "prepared", by_therapist("place_hold", reason="other"), reviews_and_releases, before_a_session),
    Pair("follow_up_due", "session 1: integrated", waits(days=40), is_followed_up, before_a_session),
    Pair("legal_basis", "prepared", in_the_new_year, comes_home, before_a_session, WINTER),
    Pair(
        "medicines_reviewed",
        "prepared",
        by_therapist("report_medicine_change", name="Clarithromycin"),
        by_prescriber("review_medicines"),
        before_a_session,
    ),
    Pair(
        "pregnancy",
        "prepared",
        by_prescriber("update_intake", pregnancy="declined"),
        then(waits(days=1), by_prescriber("update_intake", pregnancy="not_applicable")),
        before_a_session,
    ),
    Pair(
        "course",
        "prepared",
        by_therapist("pause_episode", reason="Travels."),
        by_therapist("resume_episode"),
        before_a_session,
    ),
)
"""Asked before a session opens, and again before the dose."""

ON_THE_DAY: tuple[Pair, ...] = (
    Pair(
        "companion_present",
        "session 1: measured",
        in_the_session("record_companion_departure"),
        another_adult_comes,
        before_the_dose,
    ),
    Pair(
        "place",
        "session 1: booked",
        then(lambda house, ana: ana.at(16, "13:30"), in_the_session("open_dosing_session")),
        in_the_session("confirm_place", **PLACE),
        before_the_dose,
    ),
    *(
        Pair(key, "session 1: measured", asks_again(**answer), asks_again(), before_the_dose)
        for key, answer in (
            ("two_identifiers", {"two_identifiers": False}),
            ("medicine_in_hand", {"medicine_in_hand": False}),
            ("label", {"label_strength_mg": 50}),
            ("suicide_question", {"suicidal_thoughts_today": None}),
            ("capacity", {"capacity_in_doubt": True}),
            ("intoxicated", {"intoxicated": True}),
            ("alcohol_thc", {"alcohol_or_thc_within_hold": True}),
            ("medicines_held", {"medicines_held": False}),
            ("pregnancy_today", {"pregnancy_changed": True}),
            ("ketamine_elsewhere_today", {"ketamine_elsewhere": True}),
            ("driving", {"driving_acknowledged": False}),
        )
    ),
    Pair(
        "suicidal_thoughts",
        "session 1: measured",
        asks_again(suicidal_thoughts_today=True),
        reviews_and_releases,
        before_the_dose,
    ),
    Pair("food", "session 1: measured", has_eaten, waits(hours=3), before_the_dose),
    Pair("vitals", "session 1: asked", nothing, goes_on("session 1: measured"), before_the_dose),
    Pair(
        "crisis",
        "session 1: measured",
        measures(186, 112),
        then(reviews_and_releases, waits(minutes=11), measures(138, 84)),
        before_the_dose,
    ),
)
"""Asked before the dose."""

AFTER_THE_DOSE: tuple[Pair, ...] = (
    Pair("window", "session 1: dosed", nothing, waits(minutes=8), before_the_booster),
    Pair("vitals_since", "session 1: dosed", nothing, measures(130, 82, "during"), before_the_booster),
    Pair(
        "responsive",
        "session 1: dosed",
        in_the_session("record_check", responsive=False, distress=0, sedation=3, dissociation=8),
        then(waits(minutes=5), in_the_session("record_check", responsive=True, distress=2, sedation=1, dissociation=5)),
        before_the_booster,
    ),
    Pair("observation", "session 1: dosed", nothing, waits(hours=2), before_release),
    Pair("vitals_after", "session 1: dosed", nothing, measures(128, 80, "after"), before_release),
)
"""Asked before a booster, and before release."""
