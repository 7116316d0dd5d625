"""What a consumer sends back is the cursor it was given, in that form and no other."""

from uuid import UUID

import pytest

from store.feed import Cursor, CursorIsNotReadable

LOG = UUID("6f1d2c3b-0000-4000-8000-000000000001")


def test_a_cursor_is_read_as_it_is_written() -> None:
    for position in (0, 1, 2**63 - 1):
        assert Cursor.parse(str(Cursor(LOG, position))) == Cursor(LOG, position)


@pytest.mark.parametrize("position", ["", "-1", "+5", " 5", "1_0", "٣", "²", "5.0", str(2**63), "9" * 5_000])
def test_what_only_looks_like_a_position_is_refused(position: str) -> None:
    with pytest.raises(CursorIsNotReadable):
        Cursor.parse(f"{LOG}:{position}")
