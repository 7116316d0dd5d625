"""A database opens with the key file it was begun with, and with no other."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from store.key_file import KeyFile
from store.key_mark import KeyFileIsNotTheOne, key_file_for
from tests.postgres import Database


@pytest.fixture(params=["app_url", "work_url"])
def connection(database: Database, request: pytest.FixtureRequest) -> Iterator[Connection[Any]]:
    with psycopg.connect(getattr(database, request.param), autocommit=True) as opened:
        yield opened


def test_the_file_that_a_database_began_with_opens_again_whatever_keys_were_added(
    connection: Connection[Any], tmp_path: Path
) -> None:
    first = key_file_for(connection, tmp_path / "keys.json")
    first.add_key()
    assert key_file_for(connection, first.path).ids == ["1", "2"]


def test_where_the_file_is_gone_none_is_made_in_its_place(connection: Connection[Any], tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    key_file_for(connection, path)
    path.unlink()
    with pytest.raises(KeyFileIsNotTheOne):
        key_file_for(connection, path)
    assert not path.exists()


def test_another_file_is_refused(connection: Connection[Any], tmp_path: Path) -> None:
    key_file_for(connection, tmp_path / "keys.json")
    another = KeyFile.open_or_create(tmp_path / "another.json")
    with pytest.raises(KeyFileIsNotTheOne, match="another key file"):
        key_file_for(connection, another.path)
