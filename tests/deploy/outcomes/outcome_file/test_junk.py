"""Whatever the bytes, reading an outcome file ends in a result or a refusal."""

import random
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.outcomes.outcome_file import read_outcomes
from deploy.outcomes.outcome_file.findings import ColumnsAreMissing
from deploy.outcomes.outcome_file.read import FileHasNoTable, FileIsASpreadsheet, FileIsTooLarge
from domain.refusal import Refused
from tests.deploy.outcomes.outcome_file.reading import BDI, found, long, wide


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"sep=;\n", b'"open\nid,pre,2m\n', b",,\n1,2,3\n"])
def test_a_file_without_a_table_is_refused(content: bytes) -> None:
    with pytest.raises(FileHasNoTable):
        wide(content)


def test_a_spreadsheet_is_named_as_such() -> None:
    with pytest.raises(FileIsASpreadsheet, match="Save it as CSV"):
        wide(b"PK\x03\x04rest")


def test_a_file_of_more_than_50_mb_is_refused_unread(tmp_path: Path) -> None:
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(50_000_001)
    with pytest.raises(FileIsTooLarge):
        read_outcomes(huge, BDI, patient_column="id")


@pytest.mark.parametrize("junk", ["bytes", "zeros", "quotes", "one long line"])
def test_10_mb_of_junk_behind_a_header_end_soon_and_lose_no_good_row(junk: str) -> None:
    noise = {
        "bytes": random.Random(7).randbytes(10_000_000),
        "zeros": b"\0" * 10_000_000,
        "quotes": (b'"' + b"x" * 98 + b"\n") * 100_000,
        "one long line": b"7," * 5_000_000,
    }[junk]
    began = time.thread_time()  # our own work: what else the machine does is no matter
    parsed = wide(b"id,pre,2m\nA1,29,2\n" + noise + b"\nA2,30,3\n")
    assert time.thread_time() - began < 30
    assert {("A1", "2026-01-31", 29), ("A2", "2026-01-31", 30)} <= set(found(parsed))
    assert parsed.rejected


def test_10_mb_of_junk_alone_are_refused() -> None:
    with pytest.raises((FileHasNoTable, ColumnsAreMissing)) as refused:
        wide(random.Random(8).randbytes(10_000_000))
    assert len(str(refused.value)) < 20_000


@given(st.binary(max_size=300))
def test_whatever_the_bytes_the_answer_is_a_result_or_a_refusal(content: bytes) -> None:
    parsed = wide(b"id,pre,2m\nA1,29,2\n" + content)
    assert ("A1", "2026-01-31", 29) in found(parsed)
    for form in (wide, long):
        with suppress(Refused):
            form(content)
