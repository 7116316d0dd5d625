"""A refusal: the situation that stands in the way, in words that say what the caller can do."""

from typing import Any, ClassVar


class Refused(Exception):
    """This was not recorded."""

    rule: ClassVar[str | None] = None
    """The number of the rule of care that refuses, as the protocol document lists it."""

    def __init__(self, *, field: str | None = None, missing: str | None = None, **facts: Any) -> None:
        """`field` is the place in the order to mend; `missing` what would open the way; `facts` fill the docstring."""
        self.field = field
        self.missing = missing
        self.facts = facts
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The docstring of the refusal with its facts filled in: identifiers, numbers and dates, never names."""
        return (type(self).__doc__ or Refused.__doc__ or "").strip().format(**self.facts)


class SignInAgain(Refused):
    """This is signed in person. Confirm who you are, then sign it again."""


class AsksAgain(Refused):
    """This is unusual. Say again that it is meant."""

    confirm: ClassVar[str] = ""
    """The field of the order that says so; with it set the order is accepted."""
