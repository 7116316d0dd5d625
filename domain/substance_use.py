"""What speaks of drinking or drugs inside an entry that is otherwise ordinary (42 CFR Part 2)."""

import re

from domain.instrument import ids, recorded_with

DIAGNOSES = ("F1", "F55", "O99.31", "O99.32", "Z71.4", "Z71.5")
"""How the ICD-10-CM codes of disorders (F10 to F19) and counselling because of alcohol, nicotine and drugs begin."""
IN_WORDS = re.compile(
    r"substance use|\b(use|abuse|dependence) disorder|\baddict"
    r"|\b(alcohol|cannabis|drug|opioid) (use|abuse|dependen|withdrawal)"
)
"""How facts in words and codes of contraindications name it: `uncontrolled_substance_use`, `opioid_use_disorder`."""
MEDICINES = frozenset({"naltrexone", "opioid"})
"""Classes that hold what use disorders are treated with; buprenorphine and methadone are opioids like any other."""
RULES = frozenset({"+intoxicated", "+alcohol_thc"})
"""Rules about what somebody has drunk or taken: that one was broken or passed over says what was found."""


def speaks_of_substance_use(value: object) -> bool:
    """Whether one of several values in an entry does: a diagnosis, a contraindication, a fact in words, a score."""
    if isinstance(value, str):
        words = value.replace("_", " ").lower()
        return value.startswith(DIAGNOSES) or bool(IN_WORDS.search(words)) or _asks_about_it(value)
    if isinstance(value, dict) and isinstance(instrument := value.get("instrument"), str):
        return recorded_with(instrument, value.get("instrument_version")).about_substance_use
    return False


def hints_at_substance_use(value: object) -> bool:
    """Whether it does, or lets somebody outside guess: a medicine that is mostly given because of it."""
    if isinstance(value, dict) and value.get("medicine_class") in MEDICINES:
        return True
    return speaks_of_substance_use(value)


def _asks_about_it(instrument: str) -> bool:
    return instrument in ids() and recorded_with(instrument).about_substance_use
