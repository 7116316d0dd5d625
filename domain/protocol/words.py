"""How numbers and fields of a protocol are called in sentences."""

UNITS = (" minutes", " mg", " mmhg", " per min", " days", " hours", " percent", " months", " years")
"""The unit stands beside the value."""

IN_FULL = {
    "usual_days": "Usual days between doses",
    "minimum_interval_floor_days": "Fewest days between doses",
    "post_dose_from_hours": "Asked after a dose from",
    "post_dose_until_hours": "Asked after a dose until",
    "post_dose_lapses_hours": "Asked after a dose no more after",
    "no_measure_days": "Without any measure",
    "not_seen_days": "Not seen",
    "access_hours": "Access from outside the team",
    "pdmp_valid_days": "Monitoring program asked before a prescription",
    "report_review_days": "Reports looked at within",
    "urinary_review_working_days": "Urinary symptoms looked at, working days",
    "ceiling_mg_per_session": "Ceiling of a session",
    "ceiling_mg_per_kg": "Ceiling by body weight",
    "pdmp_required": "the monitoring program has to be asked",
    "therapist_only": "for the therapist alone",
    "self_guided_allowed": "self-guided sessions",
    "approved_by": "approved by",
}
"""Names of numbers and fields that say too little without their unit, or too much in short."""
SECTIONS = {
    "numbers": "Numbers",
    "rules": "Rules",
    "requirements": "Sets, looks, places and paces",
    "contraindications": "Contraindications",
    "consents": "Consents",
    "legal_bases": "Legal bases",
    "trainings": "Training",
    "instruments": "Questionnaires by the calendar",
    "measures": "Questionnaires by occasion",
    "therapist_only": "Questionnaires by occasion",
    "medicines": "Medicines",
    "flags": "Flags",
    "alerts": "Alerts",
    "risk_screen": "After suicidal thoughts",
    "plan_seed": "What a new plan starts from",
    "sources": "Sources",
}
"""What the parts of a document are called; everything else is about the document as a whole."""


def section_words(part: str) -> str:
    """The heading of a part."""
    return SECTIONS.get(part, "The document")


def number_words(name: str) -> str:
    """`Vitals valid` for `vitals_valid_minutes`."""
    if name in IN_FULL:
        return IN_FULL[name]
    words = name.replace("_", " ")
    for unit in UNITS:
        words = words.removesuffix(unit)
    return words[:1].upper() + words[1:]


def field_words(name: str) -> str:
    """`gate class` for `gate_class`, `dose maximum` …: a field inside a sentence."""
    if name in IN_FULL:
        return IN_FULL[name][:1].lower() + IN_FULL[name][1:]
    return name.removeprefix("is_").removesuffix("_on").replace("_", " ")


def value_words(value: object) -> str:
    """A value as people read it: yes and no, lists with commas, nothing as `none`."""
    match value:
        case None | "" | [] | {}:
            return "none"
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(value_words(one) for one in value)
        case dict():
            return ", ".join(f"{field_words(str(name))} {value_words(one)}" for name, one in value.items())
    return str(value).replace("_", " ")
