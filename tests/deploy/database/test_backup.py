"""A copy is taken, brought back into an empty database, and used there: the drill."""

import stat
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from deploy.database.backup import BackupIsDamaged, BackupIsThereAlready, Manifest, NoCopyIsThere, backup
from deploy.database.migrate import MigrationsDoNotFit
from deploy.database.restore import DatabaseIsNotEmpty, KeyFileIsAnother, restore
from deploy.database.startup_checks import refuse_unsafe
from domain.actor import Role
from domain.clinician.clinician import CLINICIAN
from domain.clinician.record_licence import record_licence
from domain.patient.patient import PATIENT
from tests.postgres import Database, Server, on_both_servers
from tests.store.house import House, house
from tests.workers.webhook.hooked import agreeing, hooked
from tests.workers.webhook.receiver import receiver


@pytest.fixture
def empty(server: Server) -> Iterator[Database]:
    """Where copies are brought back."""
    with server.fresh_database() as database:
        yield database


def log_id(database: Database) -> UUID:
    with psycopg.connect(database.work_url) as connection:
        ((found,),) = connection.execute("SELECT log_id FROM log_identity").fetchall()
    return UUID(str(found))


def moved(home: House, database: Database, keys: Path) -> House:
    """The same network in the database that was restored."""
    there = House(database.app_url, keys)
    there.network_id, there.system = home.network_id, home.system
    return there


@on_both_servers
def test_a_copy_brought_back_is_the_same_history_under_a_new_name(
    database: Database, empty: Database, tmp_path: Path
) -> None:
    with house(database.app_url) as home:
        patient_id, clinician = home.register("Ada Example"), home.admit(Role.THERAPIST)
        order = home.licence_order()
        command = home.command(order)
        first = home.care.decide(CLINICIAN, clinician.actor_id, record_licence, order, command=command)
        history = home.care.history(PATIENT, patient_id, network_id=home.network_id)

        copy = backup(database.work_url, home.kek.path, tmp_path / "copy")
        assert copy.head == first.position
        given = restore(empty.owner_url, tmp_path / "keys.json", tmp_path / "copy").log_id

        assert given == log_id(empty) != log_id(database) == copy.log_id
        there = moved(home, empty, tmp_path / "keys.json")
        assert there.care.history(PATIENT, patient_id, network_id=home.network_id) == history
        name = history[0].event.name  # type: ignore[attr-defined]
        assert there.keyring.open(name, network_id=home.network_id, person=patient_id) == "Ada Example"
        again = there.care.decide(CLINICIAN, clinician.actor_id, record_licence, order, command=command)
        assert again == first._replace(repeated=True)
        later = there.decide(CLINICIAN, clinician.actor_id, record_licence, home.licence_order())
        assert (later.version, later.position) == (first.version + 1, first.position + 1)
        refuse_unsafe([empty.app_url, empty.work_url])
        there.close()


def test_every_row_that_cannot_be_computed_comes_back(database: Database, empty: Database, tmp_path: Path) -> None:
    with house(database.app_url) as home:
        home.refer(UUID(int=7), home.register(), by=home.admit(Role.COORDINATOR))
        copy = backup(database.work_url, home.kek.path, tmp_path / "copy")
        restore(empty.owner_url, tmp_path / "keys.json", tmp_path / "copy")
    with psycopg.connect(database.superuser_url) as here, psycopg.connect(empty.superuser_url) as there:
        for table in copy.tables:
            query = f"SELECT t::text FROM {table.name} AS t ORDER BY 1".encode()
            rows = here.execute(query).fetchall()
            assert len(rows) == table.rows
            assert there.execute(query).fetchall() == rows, table.name
    filled = {table.name for table in copy.tables if table.rows}
    assert filled >= {"events", "commands", "data_keys", "patient_search", "reservations", "patient_episode"}


def test_a_copy_is_its_owners_alone(home_copy: tuple[Manifest, Path]) -> None:
    _, folder = home_copy
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


@pytest.fixture
def home_copy(database: Database, tmp_path: Path) -> Iterator[tuple[Manifest, Path]]:
    """A copy of a small network."""
    with house(database.app_url) as home:
        home.register()
        yield backup(database.work_url, home.kek.path, tmp_path / "copy"), tmp_path / "copy"


def test_a_copy_overwrites_nothing(home_copy: tuple[Manifest, Path], database: Database) -> None:
    _, folder = home_copy
    with pytest.raises(BackupIsThereAlready):
        backup(database.work_url, folder / "keys.json", folder)


@pytest.mark.parametrize("name", ["events.copy.gz", "keys.json", "manifest.json"])
def test_a_damaged_copy_is_refused_before_anything_is_written(
    home_copy: tuple[Manifest, Path], empty: Database, tmp_path: Path, name: str
) -> None:
    _, folder = home_copy
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: len(content) // 2])
    before = log_id(empty)
    with pytest.raises(BackupIsDamaged):
        restore(empty.owner_url, tmp_path / "keys.json", folder)
    assert log_id(empty) == before
    assert not (tmp_path / "keys.json").exists()


def test_a_folder_without_a_copy_is_told_from_a_damaged_one(empty: Database, tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(NoCopyIsThere, match="name the folder that `throughline backup` made"):
            restore(empty.owner_url, tmp_path / "keys.json", folder)


def test_a_database_in_use_is_not_overwritten(
    home_copy: tuple[Manifest, Path], empty: Database, tmp_path: Path
) -> None:
    _, folder = home_copy
    restore(empty.owner_url, tmp_path / "keys.json", folder)
    given = log_id(empty)
    with pytest.raises(DatabaseIsNotEmpty):
        restore(empty.owner_url, tmp_path / "keys.json", folder)
    assert log_id(empty) == given
    refuse_unsafe([empty.app_url])


def test_another_key_file_is_not_overwritten(home_copy: tuple[Manifest, Path], empty: Database, tmp_path: Path) -> None:
    _, folder = home_copy
    (tmp_path / "keys.json").write_text("{}")
    with pytest.raises(KeyFileIsAnother):
        restore(empty.owner_url, tmp_path / "keys.json", folder)
    assert (tmp_path / "keys.json").read_text() == "{}"


def test_a_copy_of_another_release_is_refused(
    home_copy: tuple[Manifest, Path], empty: Database, tmp_path: Path
) -> None:
    manifest, folder = home_copy
    later = manifest.model_copy(update={"migrations": {**manifest.migrations, 9999: "x"}})
    (folder / "manifest.json").write_text(later.model_dump_json())
    with pytest.raises(MigrationsDoNotFit):
        restore(empty.owner_url, tmp_path / "keys.json", folder)


def test_rows_that_refer_to_others_come_back_after_those(database: Database, empty: Database, tmp_path: Path) -> None:
    with hooked(database) as one, receiver(agreeing(one)) as there:
        one.set_webhook(there.url)
        one.confirm_and_go()
        backup(database.work_url, one.home.kek.path, tmp_path / "copy")
        restore(empty.owner_url, tmp_path / "keys.json", tmp_path / "copy")
        with psycopg.connect(empty.work_url) as restored, one.work.get_connection() as before:
            for table in ("webhook_delivery", "webhook_attempt", "disclosure_arrival"):
                count = f"SELECT count(*) FROM {table}"
                found = restored.execute(count.encode()).fetchone()
                assert found == before.execute(count.encode()).fetchone() != (0,), table
