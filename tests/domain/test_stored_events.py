"""What is promised of every stored event: its shape, that it is frozen, and that text about people is sealed."""

import dataclasses
import types
from collections.abc import Iterator
from enum import Enum
from typing import Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from domain.event import EVENTS, Event
from domain.sealed import Sealed
from tests.domain.given import given
from tests.domain.stored_shapes import EVERYTHING, PAGE, page
from tests.dosing_day import RELEASED

CODED = {
    "reference": "the short name of a patient, such as KAP-0012",
    "code": "codes of contraindications and deviations",
    "gate": "keys of gates",
    "absolute": "codes of contraindications",
    "relative": "codes of contraindications",
    "contraindications": "codes of contraindications",
    "serious_adverse_events": "codes of adverse events",
    "diagnoses": "ICD-10 codes, which gates read",
    "rule": "number of a rule of the protocol",
    "gates": "numbers of rules",
    "values_seen": "facts a gate found: numbers and dates",
    "key": "key of an obligation: a word and an id",
    "due": "a day or a time",
    "entry_stored_as": "stored name of an event",
    "entry_sensitivity": "a word of the closed set in domain/sensitivity.py",
    "changed": "names of terms",
    "does_not_fit": "names of terms of a plan",
    "instrument": "id of an instrument",
    "instruments": "ids of instruments",
    "instrument_version": "version of an instrument",
    "band": "band of a score",
    "level": "level of a triage",
    "was_level": "level of a triage",
    "source": "name of an imported file",
    "file_sha256": "hash of an imported file",
    "home_state": "code of a state",
    "state": "code of a state",
    "practice_state": "code of a state",
    "licence_state": "code of a state",
    "final_scores": "last totals by id of their instrument",
    "lot_number": "lot of a medicine, as its package shows it",
    "patient_zone": "name of a time zone",
    "zone": "name of a time zone",
    "local_emergency_number": "public emergency number",
    "slug": "short name of a network",
    "title": "name of a network, or of an organisation that subscribes",
    "stored_names": "stored names of events",
    "url": "address of an organisation's webhook, without anything secret",
    "spanish_crisis_text": "the network's words for whom to call, in Spanish",
    "crisis_text": "the network's words for whom to call",
    "phone": "duty number of the prescriber on call, or of the medical director",
    "back_up_phone": "duty number of the back-up",
    "protocol_id": "name of a protocol",
    "protocol_version": "version of a protocol",
    "sha256": "hash of a protocol document",
    "document": "a protocol document, which speaks of nobody",
    "course": "name of a course",
    "lot": "lot on the pack of a medicine",
    "missing": "names of entries of a form",
    "course_version": "version of a course",
}
"""Plain text that may be stored, and why it is not about a person."""


def test_the_shapes_of_stored_events_are_those_on_the_page() -> None:
    assert EVERYTHING
    assert page() == PAGE.read_text(encoding="utf-8"), (
        "The shape of a stored event changed. If that is meant, run python -m tests.domain.stored_shapes and "
        "make contract, and say in the commit why."
    )


def test_every_event_class_with_a_stream_has_a_stored_name() -> None:
    unnamed = [c for c in _subclasses(Event) if not c.__subclasses__() and "stored_as" not in vars(c)]
    assert unnamed == []


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_an_event_is_frozen_and_knows_where_its_time_is(name: str) -> None:
    event_class = EVENTS[name]
    assert event_class.model_config.get("frozen") is True
    assert event_class.model_config.get("extra") == "forbid"
    assert event_class.happened_in is None or event_class.happened_in in event_class.model_fields
    assert event_class.stream in {
        "episode",
        "patient",
        "clinician",
        "network",
        "protocol",
        "psychotherapy_note",
        "subscriber",
    }


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_text_in_an_event_is_sealed_or_coded(name: str) -> None:
    for field, annotation in _fields_of(EVENTS[name]):
        plain = [t for t in _leaves(annotation) if t is str or t is Any]
        assert not plain or field in CODED, f"{name}.{field} would store plain text; seal it, or say what it codes"


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_an_event_says_what_happened(name: str) -> None:
    assert vars(EVENTS[name]).get("__doc__"), (
        f"{name} has no docstring. Its first sentence is what the event catalogue tells integrators."
    )


def test_events_come_back_from_json_as_they_went() -> None:
    for event in (recorded.event for recorded in given(RELEASED).recorded):
        assert type(event).model_validate_json(event.model_dump_json()) == event


def _subclasses(parent: type) -> Iterator[type[Any]]:
    child: type[Any]
    for child in parent.__subclasses__():
        yield child
        yield from _subclasses(child)


def _fields_of(model: type[Any]) -> Iterator[tuple[str, Any]]:
    """Fields of a model and of every model inside it."""
    fields = (
        {name: field.annotation for name, field in model.model_fields.items()}
        if issubclass(model, BaseModel)
        else {field.name: field.type for field in dataclasses.fields(model)}
    )
    for name, annotation in fields.items():
        yield name, annotation
        for leaf in _leaves(annotation):
            if isinstance(leaf, type) and (issubclass(leaf, BaseModel) or dataclasses.is_dataclass(leaf)):
                yield from _fields_of(leaf)


def _leaves(annotation: Any) -> Iterator[Any]:
    """The types in an annotation, without the containers and without what is sealed or a closed set."""
    origin = get_origin(annotation)
    if origin is Sealed or annotation is Sealed or (isinstance(annotation, type) and issubclass(annotation, Enum)):
        return
    if origin is None:
        yield annotation
        return
    arguments = get_args(annotation)
    is_mapping = origin is dict
    kept = arguments if origin in (Union, types.UnionType) or not is_mapping else arguments[1:]
    for argument in kept:
        yield from _leaves(argument)
