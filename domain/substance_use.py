"""What speaks of drinking or drugs inside an entry that is otherwise ordinary (42 CFR Part 2)."""

from domain.instrument import recorded_with

DIAGNOSES = ("F1", "F55", "O99.31", "O99.32", "Z71.4", "Z71.5")
"""How the ICD-10-CM codes of disorders (F10 to F19) and counselling because of alcohol, nicotine and drugs begin."""
IN_WORDS = "substance use"


def speaks_of_substance_use(value: object) -> bool:
    """Whether one of several values in an entry does: a diagnosis, a contraindication, a fact in words, a score."""
    if isinstance(value, str):
        return value.startswith(DIAGNOSES) or IN_WORDS in value.replace("_", " ").lower()
    if isinstance(value, dict) and isinstance(instrument := value.get("instrument"), str):
        return recorded_with(instrument, value.get("instrument_version")).about_substance_use
    return False
