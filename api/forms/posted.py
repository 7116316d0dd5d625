"""What a browser sent: every field as text, some of them several times."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Self

from fastapi import Depends, Request


class Posted:
    """Fields by name. One that was not sent, or only with spaces, reads as empty."""

    def __init__(self, values: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self._values = dict(values or {})

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Self:
        values: dict[str, tuple[str, ...]] = {}
        for name, value in pairs:
            values[name] = (*values.get(name, ()), value)
        return cls(values)

    def one(self, name: str) -> str:
        """The field without surrounding spaces, hard spaces included."""
        return next(iter(self._values.get(name, ())), "").replace("\N{NO-BREAK SPACE}", " ").strip()

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(value for value in self._values.get(name, ()) if value.strip())

    def every(self, name: str) -> tuple[str, ...]:
        """As it was sent, empty lines of a list and all: what stands where counts."""
        return self._values.get(name, ())

    def is_ticked(self, name: str) -> bool:
        return self.one(name) == "yes"

    def names(self) -> frozenset[str]:
        return frozenset(self._values)

    def over(self, seeds: Self) -> Self:
        """These, and for what was not sent the seeds. A form that came back leaves nothing to the seeds."""
        return type(self)({**seeds._values, **self._values})

    def pairs(self) -> list[tuple[str, str]]:
        return [(name, value) for name, values in self._values.items() for value in values]


async def _posted(request: Request) -> Posted:
    form = await request.form(max_fields=2000)
    return Posted.of((name, value) for name, value in form.multi_items() if isinstance(value, str))


PostedForm = Annotated[Posted, Depends(_posted)]
"""The body of a form; asynchronous, because reading a body is."""


def small_number(text: str) -> int | None:
    """A count or index as a form of ours sends it; None for everything else that has figures in it."""
    return int(text) if re.fullmatch(r"[0-9]{1,4}", text) else None
