"""What patients report on their page: a chaperone, how they are after a dose, and how many tablets they have."""

from collections.abc import Sequence
from typing import Any

from api.check_in_view.paper import Answer, Paper, Setting
from api.formats import number
from api.forms.fields import Area, Field, Number, Text
from api.forms.lists import Many, Radio, Tick, YesNo
from api.forms.posted import Posted
from domain.episode.check_in.reports import Relationship
from domain.episode.check_in.symptoms import RED_FLAGS, Symptom

RELATIONSHIPS = {
    Relationship.PARTNER: "Partner",
    Relationship.FAMILY: "Family",
    Relationship.FRIEND: "Friend",
    Relationship.OTHER: "Somebody else",
}
SYMPTOMS = {
    Symptom.NAUSEA: "Nausea",
    Symptom.VOMITING: "Vomiting",
    Symptom.DIZZINESS: "Dizziness",
    Symptom.DOUBLE_VISION: "Double vision",
    Symptom.DROWSINESS: "Drowsiness",
    Symptom.HEADACHE: "Headache",
    Symptom.ANXIETY: "Anxiety or panic",
    Symptom.LOW_MOOD: "Low mood",
    Symptom.CONFUSION: "Confusion",
    Symptom.FEELING_UNREAL: "Feeling unreal or apart from myself",
    Symptom.SLEEPLESSNESS: "Trouble sleeping",
    Symptom.FALL: "A fall or an injury",
    Symptom.CHEST_PAIN: "Chest pain",
    Symptom.BREATHLESSNESS: "Trouble breathing",
    Symptom.SUDDEN_SEVERE_HEADACHE: "Sudden severe headache",
    Symptom.VISUAL_CHANGE: "Change in eyesight",
    Symptom.SEIZURE: "Seizure",
    Symptom.FAINTING: "Fainting",
    Symptom.WEAKNESS_ON_ONE_SIDE: "Weakness or numbness on one side",
    Symptom.OTHER: "Something else",
}
URINARY = {
    "frequency_per_day": "How many times do you pass water during the day?",
    "nocturia_per_night": "How many times at night?",
    "urgency": "Do you have to hurry to pass water?",
    "dysuria": "Does it hurt to pass water?",
    "visible_blood": "Have you seen blood in your urine?",
}
OTHER_STRENGTHS = 2
"""Lines for strengths that no prescription names."""
PARTS = {"on_hand": "Left", "taken": "Taken since the last count", "destroyed": "Destroyed or lost"}


def chaperone(setting: Setting) -> Sequence[Paper]:
    words = setting.words
    intro = words("The chaperone is an adult you trust, who stays with you during the session or takes you home.")
    return [
        Paper(
            words("Your chaperone"),
            (
                Text(name="name", label=words("Name"), missing=words("Write their name.")),
                Text(name="phone", label=words("Telephone"), missing=words("Write their number.")),
                Radio(
                    name="relationship",
                    label=words("Who they are to you"),
                    options=[(kind.value, words(label)) for kind, label in RELATIONSHIPS.items()],
                ),
                _yes_no(setting, "is_adult", "Are they of age?"),
                Tick(name="may_be_contacted", label=words("My care team may call this person about the session.")),
            ),
            intro=intro,
        )
    ]


def chaperone_answer(setting: Setting, posted: Posted) -> Answer:
    values, mistakes = setting.read(chaperone(setting)[0].fields, posted)
    if values.get("is_adult") is False:
        mistakes["is_adult"] = setting.words("A chaperone has to be an adult. Name somebody else.")
    return Answer({"chaperone": values | {"nomination_id": str(setting.id_of("chaperone"))}}, mistakes)


def after_dose(setting: Setting) -> Sequence[Paper]:
    words = setting.words
    session = setting.episode.sessions.get(setting.link.session_id) if setting.link.session_id else None
    since = (
        words("Since your session on {day}", day=words.day(session.starts_at, setting.network.zone)) if session else ""
    )
    everyday = [(kind.value, words(label)) for kind, label in SYMPTOMS.items() if kind not in RED_FLAGS]
    urgent = [(kind.value, words(label)) for kind, label in SYMPTOMS.items() if kind in RED_FLAGS]
    return [
        Paper(
            since or words("How you are"),
            (
                Many(name="symptoms", label=words("Have you had any of these?"), options=everyday),
                Many(
                    name="urgent",
                    label=words("Or any of these?"),
                    hint=words("If you have one of them now, call the emergency number at once."),
                    options=urgent,
                ),
                _yes_no(setting, "suicidal_thoughts", "Have you had thoughts of ending your life or hurting yourself?"),
                Tick(name="wants_call", label=words("I would like somebody to call me.")),
                Area(name="note", label=words("Anything else you want us to know"), optional=True, is_quiet=True),
            ),
        ),
        Paper(words("Your bladder"), _urinary(setting), intro=words("Leave this part empty if nothing has changed.")),
    ]


def _urinary(setting: Setting) -> tuple[Field, ...]:
    counts = [
        Number(name=f"urinary.{name}", label=setting.words(URINARY[name]), optional=True, is_quiet=True)
        for name in ("frequency_per_day", "nocturia_per_night")
    ]
    asked = [_yes_no(setting, f"urinary.{name}", URINARY[name], optional=True) for name in list(URINARY)[2:]]
    return (*counts, *asked)


def after_dose_answer(setting: Setting, posted: Posted) -> Answer:
    fields = [one for paper in after_dose(setting) for one in paper.fields]
    values, mistakes = setting.read(fields, posted)
    urinary = {name: values.pop(f"urinary.{name}", None) for name in URINARY}
    symptoms = [*values.pop("symptoms", []), *values.pop("urgent", [])]
    said: dict[str, Any] = values | {"report_id": str(setting.id_of("symptoms")), "symptoms": symptoms}
    if any(value is not None for value in urinary.values()):
        said["urinary"] = urinary
    return Answer({"symptoms": said}, mistakes)


def tablets(setting: Setting) -> Sequence[Paper]:
    """A paper for each strength that was prescribed, and for others if there are any."""
    words = setting.words
    known = _strengths(setting)
    papers = [
        Paper(words("Tablets of {strength} mg", strength=mg), _count(setting, f"known.{mg}", optional=len(known) > 1))
        for mg in known
    ]
    for n in range(OTHER_STRENGTHS if not known else 1):
        strength = Number(
            name=f"other.{n}.strength_mg",
            label=words("Strength"),
            unit="mg",
            whole=False,
            optional=True,
            is_quiet=True,
        )
        counted = (strength, *_count(setting, f"other.{n}", optional=True))
        papers.append(Paper(words("Tablets of another strength"), counted, intro=words("Only if you have any.")))
    return papers


def _strengths(setting: Setting) -> list[str]:
    return [number(mg) for mg in sorted({one.strength_mg for one in setting.episode.prescriptions.values()})]


def _count(setting: Setting, name: str, *, optional: bool) -> tuple[Number, ...]:
    unit = setting.words("tablets")
    return tuple(
        Number(
            name=f"{name}.{part}",
            label=setting.words(label),
            unit=unit,
            whole=False,
            optional=optional or part != "on_hand",
            is_quiet=True,
            missing=setting.words("Count the tablets you have left; write 0 if there are none."),
        )
        for part, label in PARTS.items()
    )


def tablets_answer(setting: Setting, posted: Posted) -> Answer:
    values, mistakes = setting.read([one for paper in tablets(setting) for one in paper.fields], posted)
    counted: list[dict[str, Any]] = []
    for mg in _strengths(setting):
        counted += _line(values, f"known.{mg}", mg)
    for n in range(OTHER_STRENGTHS):
        if (strength := values.get(f"other.{n}.strength_mg")) is not None:
            counted += _line(values, f"other.{n}", strength)
            if f"other.{n}.on_hand" not in values:
                mistakes[f"other.{n}.on_hand"] = setting.words(
                    "Count the tablets you have left; write 0 if there are none."
                )
    if not counted and not mistakes:
        first = tablets(setting)[0].fields
        mistakes[first[0].name] = setting.words("Count the tablets of one strength at least.")
    return Answer({"inventory": {"report_id": str(setting.id_of("inventory")), "tablets": counted}}, mistakes)


def _line(values: dict[str, Any], name: str, strength: str) -> list[dict[str, Any]]:
    found = {part: values[f"{name}.{part}"] for part in PARTS if f"{name}.{part}" in values}
    return [{"strength_mg": strength, **found}] if "on_hand" in found else []


def _yes_no(setting: Setting, name: str, question: str, *, optional: bool = False) -> YesNo:
    words = setting.words
    return YesNo(
        name=name, label=words(question), yes=words("Yes"), no=words("No"), optional=optional, is_quiet=optional
    )
