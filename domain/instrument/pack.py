"""A licensed pack as a deployment writes it: a whole instrument, or the wording of a shipped one; mistakes by line."""

from collections.abc import Iterator
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from domain.instrument.catalogue import shipped, shipped_ids
from domain.instrument.instrument import Instrument
from domain.instrument.wording import Wording
from domain.protocol.check.lines import NotJson, Place, Written, read_with_lines

PLAINLY = {
    "missing": "This is missing here: {name}.",
    "extra_forbidden": "There is no field {name} here.",
    "int_type": "{name} is a whole number.",
    "int_parsing": "{name} is a whole number.",
    "string_type": "{name} is text in double quotes.",
    "tuple_type": "{name} is a list in square brackets.",
}


M = TypeVar("M", bound=BaseModel)


class PackMistake(NamedTuple):
    """`line` counts from 1."""

    line: int
    says: str


class PackIsWrong(Exception):
    """The pack cannot be used; says where and why."""

    def __init__(self, mistakes: list[PackMistake]) -> None:
        self.mistakes = mistakes
        super().__init__("; ".join(f"line {one.line}: {one.says}" for one in mistakes))


def read_pack(text: str) -> Instrument:
    """The instrument of a pack; raises PackIsWrong with every mistake that was found, in the order of lines."""
    try:
        written = read_with_lines(text)
    except NotJson as fault:
        raise PackIsWrong([PackMistake(fault.line, fault.says)]) from fault
    twice = [PackMistake(written.line(*place), f"{place[-1]} stands twice here.") for place in written.twice]
    if twice:
        raise PackIsWrong(twice)
    return _wording(written) if "words_for" in written.document else _whole(written)


def _whole(written: Written) -> Instrument:
    found = _parsed(Instrument, written)
    if found.id in shipped_ids():
        says = f"{found.id} is shipped here. Give its wording with `words_for`, or choose another id."
        raise PackIsWrong([PackMistake(written.line("id"), says)])
    return found


def _wording(written: Written) -> Instrument:
    found = _parsed(Wording, written)
    scorer = shipped(found.words_for, found.version)
    if scorer is None:
        place = "version" if found.words_for in shipped_ids() else "words_for"
        says = f"No {found.words_for[:40]} version {found.version[:20]} is shipped here."
        raise PackIsWrong([PackMistake(written.line(place), says)])
    if wrong := [PackMistake(written.line(*place), says) for place, says in found.mistakes(scorer)]:
        raise PackIsWrong(sorted(wrong))
    return found.on(scorer)


def _parsed(model: type[M], written: Written) -> M:
    try:
        return model.model_validate(written.document)
    except ValidationError as invalid:
        raise PackIsWrong(sorted(dict.fromkeys(_plainly(invalid.errors(), written)))) from invalid


def _plainly(faults: list[ErrorDetails], written: Written) -> Iterator[PackMistake]:
    for fault in faults:
        place: Place = fault["loc"]
        name = str(place[-1]) if place else "the document"
        plain = PLAINLY.get(fault["type"], "{name}: {message}.")
        message = fault["msg"].removeprefix("Value error, ")
        yield PackMistake(written.line(*place), plain.format(name=name[:60], message=message))
