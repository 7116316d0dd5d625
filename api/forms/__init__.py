"""The form of every decision that people take on a page, by the decision's name."""

from collections.abc import Mapping

from api.forms import (
    adverse_event,
    alert,
    check_in,
    check_in_link,
    consent,
    coordination,
    course,
    disclosure,
    documents,
    dose,
    dosing,
    eligibility,
    ending,
    intake,
    monitoring,
    outcome,
    override,
    plan,
    prescription,
    questions,
    risk,
    safety,
    second_signature,
    session,
    team,
    vitals,
)
from api.forms.form import Form

AREAS = (
    team,
    intake,
    eligibility,
    consent,
    plan,
    prescription,
    session,
    dosing,
    vitals,
    dose,
    ending,
    monitoring,
    outcome,
    check_in,
    check_in_link,
    safety,
    override,
    adverse_event,
    second_signature,
    risk,
    alert,
    documents,
    questions,
    coordination,
    disclosure,
    course,
)
FORMS: Mapping[str, Form] = {form.decision: form for area in AREAS for form in area.FORMS}

ELSEWHERE: Mapping[str, str] = {
    "refer": "/refer: the patient is registered with it",
    "import_history": "a file is imported from the command line",
    "carry_over_adverse_event": "a policy takes it, from the episode in which the event was reported",
    "carry_over_earlier_course": "a policy takes it, from the episode in which more became known",
    "carry_over_stopping_review": "a policy takes it, from the episode in which an adverse event was reviewed",
    "answer_check_in_link": "/check-in/…: the patient's own page",
    "lock_check_in_link": "by itself, after too many wrong birth dates",
    "take_access": "/episodes/{id}/take-access: asked before the first look",
    "import_outcome": "a file is imported from the command line",
    "recheck_credentials": "a policy looks again when a licence, a training, a suspension or the protocol changes",
    "recheck_age": "a policy looks again when a birth date was corrected",
    "recheck_plan": "a policy looks again when the network adopts another version of the protocol",
}
"""Decisions that no form in an episode takes, and where they are taken."""
