"""Frozen dataclasses whose fields come all at once behave as those whose fields come one by one."""

from collections.abc import Mapping
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields

import pytest

from domain.value import value


@value
class Fast:
    number: int
    name: str = "none"
    marks: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Slow:
    number: int
    name: str = "none"
    marks: Mapping[str, int] = field(default_factory=dict)


def test_its_fields_are_those_of_a_dataclass_in_their_order() -> None:
    fast, slow = Fast(1, marks={"a": 2}), Slow(1, marks={"a": 2})
    assert list(fast.__dict__.items()) == list(slow.__dict__.items())
    assert [one.name for one in fields(fast)] == [one.name for one in fields(slow)]
    assert asdict(fast) == asdict(slow)
    assert fast == Fast(number=1, name="none", marks={"a": 2})
    assert repr(fast) == repr(slow).replace("Slow", "Fast")


def test_a_default_that_a_factory_makes_is_made_for_each() -> None:
    one, other = Fast(1), Fast(2)
    assert one.marks == {}
    assert one.marks is not other.marks


def test_nothing_can_be_set_afterwards() -> None:
    with pytest.raises(FrozenInstanceError):
        Fast(1).number = 2  # type: ignore[misc]


def test_missing_and_unknown_arguments_are_refused() -> None:
    with pytest.raises(TypeError, match="number"):
        Fast()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="colour"):
        Fast(1, colour="red")  # type: ignore[call-arg]


def test_a_class_that_does_more_than_take_its_fields_stays_a_dataclass() -> None:
    with pytest.raises(TypeError, match="frozen dataclass"):

        @value
        class Derived:
            number: int
            double: int = field(init=False, default=0)
