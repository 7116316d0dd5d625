"""For each gate of a dosing session: where the course stands, what closes it, what opens it, and where it is asked."""

from datetime import date

from deploy.demo.cast import LINDQVIST, RIVERA
from tests.api.clinic import ZONE
from tests.scenarios.gate_acts import (
    Pair,
    another_adult_comes,
    asks_again,
    before_a_session,
    before_release,
    before_the_booster,
    before_the_dose,
    by_prescriber,
    by_therapist,
    comes_home,
    goes_on,
    has_eaten,
    has_just_drunk,
    in_the_new_year,
    in_the_session,
    is_followed_up,
    is_reinstated,
    is_suspended,
    looks_at_the_symptoms,
    measures,
    nobody_is_on_call,
    nothing,
    on_the_plan,
    raises_the_maximum,
    reports_worse_nights,
    reviews_and_releases,
    reviews_the_event,
    scores_item_9,
    seen_by_the_therapist,
    somebody_is_on_call,
    then,
    waits,
)

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
    Pair("prescription", "issued", nothing, goes_on("planned"), before_a_session),
    Pair("urinary", "prepared", reports_worse_nights, looks_at_the_symptoms, before_a_session),
    Pair("on_call", "prepared", nobody_is_on_call, somebody_is_on_call, before_a_session),
    Pair("licence", "prepared", is_suspended(RIVERA), is_reinstated(RIVERA), seen_by_the_therapist),
    Pair("therapist", "prepared", is_suspended(LINDQVIST), is_reinstated(LINDQVIST), before_a_session),
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
    Pair("medicines_asked", "session 1: measured", asks_again(medicines_changed=None), asks_again(), before_the_dose),
    Pair("fluid", "session 1: measured", has_just_drunk, waits(hours=1), before_the_dose),
    Pair("maximum", "session 1: measured", nothing, raises_the_maximum, before_the_dose),
    Pair(
        "rechecks",
        "session 1: asked",
        then(measures(172, 100), waits(minutes=11), measures(170, 98), waits(minutes=11), measures(168, 98)),
        then(reviews_and_releases, waits(minutes=11), measures(132, 82)),
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
