"""Every event of an episode in plain words; importing this package loads all sentences."""

from projections.sentences import (
    alert,
    check_in,
    check_in_link,
    coordination,
    credentials,
    disclosure,
    documents,
    dosing,
    eligibility,
    outcome,
    plan,
    referral,
    safety,
    session,
)
from projections.sentences.saying import FORMS, NAMES, Category, Form, FreeText, Telling, Told, form_of, named, told

SENTENCES = (
    alert,
    check_in,
    check_in_link,
    coordination,
    credentials,
    disclosure,
    documents,
    dosing,
    eligibility,
    outcome,
    plan,
    referral,
    safety,
    session,
)
"""Each of these registers its sentences; a new file adds its lines here."""

__all__ = ["FORMS", "NAMES", "SENTENCES", "Category", "Form", "FreeText", "Telling", "Told", "form_of", "named", "told"]
