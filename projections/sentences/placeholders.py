"""What stands in a sentence for a person or a thing, and how it is filled in when somebody reads it."""

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import chain, zip_longest
from uuid import UUID

Names = Callable[[UUID], str]
"""Answers with the safe HTML for a person or thing."""
PLACEHOLDER = re.compile(r"\{([0-9a-f-]{36})\}")


def in_words(html: str, names: Names) -> str:
    """A sentence or note with its placeholders filled in."""
    if "{" not in html:
        return html
    pieces, named = _apart(html)
    return "".join(chain.from_iterable(zip_longest(pieces, map(names, named), fillvalue="")))


@lru_cache(maxsize=20_000)  # sentences do not change, and the same page is opened again and again
def _apart(html: str) -> tuple[tuple[str, ...], tuple[UUID, ...]]:
    """What stands around the placeholders, and whom or what they name."""
    pieces = PLACEHOLDER.split(html)
    return tuple(pieces[::2]), tuple(map(UUID, pieces[1::2]))
