"""How long a list is at first, and where its next rows are: what comes first in it is never what is left out."""

from collections.abc import Mapping
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from fastapi import Query

ROWS_AT_FIRST = 200
MORE_ROWS = 100
Rows = Annotated[int, Query(ge=1)]


class More(NamedTuple):
    """The address of the list with its next rows, how many they are, and how many rows there are in all."""

    href: str
    next: int
    of: int


def more_rows(here: str, kept: Mapping[str, str], rows: int, of: int) -> More | None:
    """None where every row is shown. `kept` is what else the address says."""
    if of <= rows:
        return None
    return More(f"{here}?{urlencode({**kept, 'rows': rows + MORE_ROWS})}", min(MORE_ROWS, of - rows), of)
