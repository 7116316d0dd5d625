"""What a patient's page asks, and in which language."""

import re

from domain.network.network import NETWORK
from domain.network.set_check_in_terms import SetCheckInTerms, set_check_in_terms
from tests.api.check_in.patient import CALM, kinds, sent
from tests.api.clinic import CRISIS_TEXT, Clinic
from tests.api.course import Course, referred


def test_the_page_speaks_spanish_with_the_official_questions(course: Course) -> None:
    patient = sent(course, instruments=["phq-9", "audit"], language="es")
    asked = patient.look().text
    assert '<html lang="es">' in asked
    assert "Fecha de nacimiento" in asked
    assert "Date of birth" in patient.look(lang="en").text
    patient.look()
    form = patient.open()
    assert "Poco interés o placer en hacer cosas" in form.text
    assert "Este cuestionario solo está disponible en inglés" in form.text, "of AUDIT there is no Spanish text"
    assert form.text.count('<div lang="en">') == 1, "a voice reads it as English"
    switched = patient.send("language:en", {"phq-9.1": "2"})
    assert "Little interest or pleasure" in switched.text
    assert re.search(r'name="phq-9.1" value="2" checked', switched.text)


def test_whom_to_call_stands_there_in_the_patients_language(course: Course) -> None:
    clinic, spanish = course.clinic, "Peligro ahora: 911. Línea de crisis 988, oprima 2."
    patient = sent(course, instruments=["phq-9"], language="es")
    patient.open()
    assert f'lang="en">{CRISIS_TEXT}' in patient.page, "its own language is said, for whoever listens to the page"
    clinic.decide(NETWORK, clinic.network_id, set_check_in_terms, SetCheckInTerms(spanish_crisis_text=spanish))
    clinic.catch_up()
    thanks = patient.answer(CALM | {"phq-9.9": "1"})
    assert spanish in thanks.text
    assert CRISIS_TEXT not in thanks.text


def test_a_consent_is_read_whole_and_signed_by_name(course: Course) -> None:
    patient = sent(course, "consents", consents=["ketamine", "touch"])
    form = patient.open()
    assert "no agency has approved it for this" in form.text
    missing = patient.answer({"agree.ketamine": "yes"})
    assert missing.status_code == 422
    assert "Write your full name to sign." in missing.text
    signed = {"agree.ketamine": "yes", "agree.touch": "yes", "touch_scope": "hand_only", "signed_name": "Ana Whitfield"}
    assert patient.answer(signed).status_code == 200, patient.page
    assert kinds(course)[-3:] == ["CheckInLinkAnswered", "ConsentSigned", "ConsentSigned"]
    assert [one.consent_type.value for one in course.state.consents] == ["ketamine", "touch"]


def test_a_chaperone_is_named(course: Course) -> None:
    patient = sent(course, "chaperone")
    patient.open()
    said = {"name": "Ben Whitfield", "phone": "555-0117", "relationship": "partner", "is_adult": "false"}
    young = patient.answer(said)
    assert young.status_code == 422
    assert "has to be an adult" in young.text
    assert 'value="Ben Whitfield"' in young.text, "what was typed stays"
    assert patient.answer({"is_adult": "true"}).status_code == 200
    assert kinds(course)[-1] == "ChaperoneNominated"


def test_an_emergency_sign_says_whom_to_call(course: Course) -> None:
    patient = sent(course, "after_dose")
    patient.open()
    said = {"symptoms": ["nausea"], "urgent": ["chest_pain"], "suicidal_thoughts": "false", "wants_call": "yes"}
    form = patient.page
    thanks = patient.answer(said)
    assert thanks.status_code == 200, thanks.text
    patient.page = form
    again = patient.answer(said)
    assert again.status_code == 409, "the reply to the first may have been lost"
    for shown in (thanks, again):
        assert "call the emergency number at once" in shown.text
        assert CRISIS_TEXT in shown.text
    (report,) = course.state.symptom_reports.values()
    assert [str(one) for one in report.symptoms] == ["nausea", "chest_pain"]
    assert report.wants_call


def test_blood_alone_can_be_told(course: Course) -> None:
    patient = sent(course, "after_dose")
    patient.open()
    assert patient.answer({"suicidal_thoughts": "false", "urinary.visible_blood": "true"}).status_code == 200
    (report,) = course.state.symptom_reports.values()
    assert report.urinary is not None
    assert (report.urinary.visible_blood, report.urinary.nocturia_per_night) == (True, None)
    assert report.needs_review


def test_the_bladder_is_asked_about_in_figures_that_can_be(course: Course) -> None:
    patient = sent(course, "after_dose")
    patient.open()
    whole = {"suicidal_thoughts": "false", "urinary.frequency_per_day": "6"}
    whole |= {f"urinary.{name}": "false" for name in ("urgency", "dysuria", "visible_blood")}
    odd = patient.answer(whole | {"urinary.nocturia_per_night": "99"})
    assert odd.status_code == 422
    assert "This number cannot be right." in odd.text
    assert patient.answer({"urinary.nocturia_per_night": "3"}).status_code == 200
    (report,) = course.state.symptom_reports.values()
    assert report.urinary is not None
    assert report.urinary.nocturia_per_night == 3


def test_y1_tablets_are_counted_by_the_patient(clinic: Clinic) -> None:
    course = referred(clinic).assign().take_in().consent().plan()
    patient = sent(course, "medicine_inventory")
    form = patient.open()
    assert "Tablets of 100 mg" in form.text
    words = patient.answer({"known.100.on_hand": "three"})
    assert words.status_code == 422
    assert "Write a number" in words.text
    typed = {"known.100.on_hand": "2.5", "known.100.taken": "1.5", "other.0.strength_mg": "50", "other.0.on_hand": "0"}
    assert patient.answer(typed).status_code == 200, patient.page
    (report,) = course.state.inventory_reports.values()
    assert [(str(one.strength_mg), str(one.on_hand)) for one in report.tablets] == [("100", "2.5"), ("50", "0")]
