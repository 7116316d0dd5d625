"""What speaks of drinking or drugs inside an entry that is otherwise ordinary (42 CFR Part 2)."""

import re

from domain.instrument import ids, recorded_with

NOTICE = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
"""What has to go along when records of substance use are given to anybody (42 CFR 2.32(a)(2), in its own words)."""
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
        return value.startswith(DIAGNOSES) or bool(IN_WORDS.search(words))
    if isinstance(value, dict) and isinstance(instrument := value.get("instrument"), str):
        return recorded_with(instrument, value.get("instrument_version")).about_substance_use
    return False


def hints_at_substance_use(value: object) -> bool:
    """Whether it does, or lets somebody outside guess: a medicine that is mostly given because of it, what is asked.

    In the house a list of medicines is no record of a use disorder (42 CFR 2.11), and whoever sees to compliance needs
    it to judge a dose.
    """
    if isinstance(value, dict) and value.get("medicine_class") in MEDICINES:
        return True
    asks = isinstance(value, str) and value in ids() and recorded_with(value).about_substance_use
    return asks or speaks_of_substance_use(value)
