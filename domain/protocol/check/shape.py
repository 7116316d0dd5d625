"""Whether a document has the fields it needs, each of the right kind, and no others."""

import json
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from domain.episode.alert.alert import AlertKind
from domain.episode.consent.consents import ConsentType
from domain.episode.intake.intake import MedicineClass, MedicineInstruction
from domain.episode.plan.plan import AfterHold, Depth, Divisible, MedicineForm, VitalLimits
from domain.instrument import ids
from domain.protocol.check.finding import Finding
from domain.protocol.check.lines import Place, Written
from domain.protocol.protocol import Protocol
from domain.protocol.requirements import kind_names

PLAINLY = {
    "int_type": "Write a whole number.",
    "int_parsing": "Write a whole number.",
    "int_from_float": "Write a whole number.",
    "decimal_parsing": 'Write an amount, such as "7.0".',
    "decimal_type": 'Write an amount, such as "7.0".',
    "string_type": "Write text in double quotes.",
    "bool_type": "Write true or false.",
    "bool_parsing": "Write true or false.",
    "date_from_datetime_parsing": 'Write a day, such as "2026-03-17".',
    "date_parsing": 'Write a day, such as "2026-03-17".',
    "tuple_type": "Write a list in square brackets.",
    "dict_type": "Write an object in curly brackets.",
    "model_type": "Write an object in curly brackets.",
    "too_short": "Give at least one.",
}
SEEDS = {"depth": Depth, "after_hold": AfterHold, "divisible": Divisible, "medicine_form": MedicineForm}


def shape(written: Written) -> Iterable[Finding]:
    """Missing and mistaken fields, unknown ones with the nearest known name, and names that stand twice."""
    for place in written.twice:
        yield Finding(named(place), written.line(*place), "This name stands twice here; only the last one counts.")
    try:
        Protocol.model_validate_json(json.dumps(written.document), strict=True)
    except ValidationError as invalid:
        for fault in invalid.errors():
            yield _fault(fault, written)
    yield from _unknown(written.document, Protocol, (), written)
    yield from _limits(written)


def codes(written: Written) -> Iterable[Finding]:
    """Words that the software has to know: types of consent, classes of medicines, instruments, a plan's terms."""
    known: tuple[tuple[str, str, Iterable[str]], ...] = (
        ("consents", "consent_type", list(ConsentType)),
        ("medicines", "medicine_class", list(MedicineClass)),
        ("medicines", "instruction", list(MedicineInstruction)),
        ("instruments", "instrument", ids()),
        ("requirements", "instrument", ids()),
        ("measures", "instrument", ids()),
        ("alerts", "kind", list(AlertKind)),
    )
    for part, field, words in known:
        for number, entry in entries(written.document, part):
            if isinstance(word := entry.get(field), str) and word not in set(words):
                yield _unknown_word(word, words, (part, number, field), written)
    for number, entry in entries(written.document, "requirements"):
        for item, word in enumerate(entry.get("medicine_classes") or ()):
            if word not in set(MedicineClass):
                yield _unknown_word(word, MedicineClass, ("requirements", number, "medicine_classes", item), written)
    for number, word in enumerate(written.document.get("therapist_only") or ()):
        if word not in ids():
            yield _unknown_word(word, ids(), ("therapist_only", number), written)
    screen = written.document.get("risk_screen")
    if isinstance(screen, dict) and isinstance(word := screen.get("instrument"), str) and word not in ids():
        yield _unknown_word(word, ids(), ("risk_screen", "instrument"), written)
    seed = written.document.get("plan_seed")
    for field, enum in SEEDS.items():
        if isinstance(seed, dict) and isinstance(word := seed.get(field), str) and word not in set(enum):
            yield _unknown_word(word, enum, ("plan_seed", field), written)


def entries(document: dict[str, Any], part: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The entries of a list that can be read, with their numbers."""
    found = document.get(part)
    for number, entry in enumerate(found if isinstance(found, list) else ()):
        if isinstance(entry, dict):
            yield number, entry


def named(place: Place) -> str:
    """`numbers.vitals_valid_minutes.unit`; entries of lists count from 1."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in place)


def _fault(fault: ErrorDetails, written: Written) -> Finding:
    place = _place_in(written.document, fault["loc"])
    says = PLAINLY.get(fault["type"]) or f"{fault['msg']}."
    match fault["type"]:
        case "missing":
            says = f"{place[-1]} is missing."
            if place[:1] == ("numbers",) and len(place) == 2:
                says = f"The number {place[-1]} is missing: give its value, unit, source and mark."
        case "union_tag_invalid" | "union_tag_not_found":
            says = f"There is no such kind of rule. The kinds are {', '.join(kind_names())}."
            place = (*place, "kind")
        case "enum" | "literal_error":
            expected = str(fault.get("ctx", {}).get("expected", "")).replace("'", "")
            says = f"Write one of: {expected}."
    return Finding(named(place), written.line(*place), says)


def _place_in(document: Any, loc: tuple[str | int, ...]) -> Place:
    """The place a fault lies at, without the tags the reader puts in between."""
    place: list[str | int] = []
    node = document
    for number, part in enumerate(loc):
        if _holds(node, part):
            place.append(part)
            node = node[part]
        elif number == len(loc) - 1:
            place.append(part)
    return tuple(place)


def _holds(node: Any, part: str | int) -> bool:
    if isinstance(node, list):
        return isinstance(part, int) and part < len(node)
    return isinstance(node, dict) and part in node


def _unknown(value: Any, annotation: Any, place: Place, written: Written) -> Iterator[Finding]:
    """Fields that no model has: a slip in the name of an optional one would switch its rule off in silence."""
    models = list(_models(annotation))
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from _unknown(item, annotation, (*place, number), written)
    elif isinstance(value, dict) and models:
        model = _model_for(value, models)
        for name, item in value.items() if model else ():
            field = model.model_fields.get(name) if model else None
            if field is not None:
                yield from _unknown(item, field.annotation, (*place, name), written)
            elif model is not None:
                near = get_close_matches(name, model.model_fields, 1)
                hint = f" Do you mean {near[0]}?" if near else ""
                says = f"There is no field {name[:60]} here.{hint}"
                yield Finding(named((*place, name)), written.line(*place, name), says)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    origin = get_origin(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif origin is Annotated:
        yield from _models(get_args(annotation)[0])
    elif origin in (Union, UnionType, tuple, list):
        for one in get_args(annotation):
            yield from _models(one)


def _model_for(value: dict[str, Any], models: list[type[BaseModel]]) -> type[BaseModel] | None:
    """The only model, or of several kinds the one the value names."""
    if len(models) == 1:
        return models[0]
    return next((model for model in models if value.get("kind") in _kind_of(model)), None)


def _kind_of(model: type[BaseModel]) -> tuple[Any, ...]:
    field = model.model_fields.get("kind")
    return get_args(field.annotation) if field is not None and get_origin(field.annotation) is Literal else ()


def _limits(written: Written) -> Iterator[Finding]:
    seed = written.document.get("plan_seed")
    limits = seed.get("vital_limits") if isinstance(seed, dict) else None
    if not isinstance(limits, dict):
        return
    try:
        VitalLimits.model_validate(limits)
    except ValidationError as invalid:
        for fault in invalid.errors():
            place: Place = ("plan_seed", "vital_limits", *fault["loc"])
            says = {"missing": f"{place[-1]} is missing.", "extra_forbidden": "There is no such limit."}
            yield Finding(named(place), written.line(*place), says.get(fault["type"], f"{fault['msg']}."))


def _unknown_word(word: object, known: Iterable[str], place: Place, written: Written) -> Finding:
    words = [str(one) for one in known]
    near = get_close_matches(str(word), words, 1)
    hint = f" Do you mean {near[0]}?" if near else f" Known are {', '.join(words)}."
    return Finding(named(place), written.line(*place), f"Nothing is called {str(word)[:60]}.{hint}")
