"""Every event of an episode in plain words; importing this package loads all sentences."""

from projections.sentences import alert, dosing, eligibility, outcome, plan, referral, safety, session
from projections.sentences.saying import FORMS, NAMES, Category, Form, FreeText, Telling, Told, named, told

__all__ = [
    "FORMS", "NAMES", "Category", "Form", "FreeText", "Telling", "Told", "alert", "dosing", "eligibility", "named",
    "outcome", "plan", "referral", "safety", "session", "told",
]  # fmt: skip
