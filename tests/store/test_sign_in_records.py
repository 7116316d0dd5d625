"""What is known of signing in is altered by nobody, and dropped after six years and no earlier."""

import psycopg
import pytest

from store.sign_in_records import Device, Happened, note, sign_ins
from tests.postgres import Database
from tests.store.house import house
from workers.tidy import tidy_once

AT = "INSERT INTO sign_in_record (at, network_id, actor_id, what, device) VALUES (now() - %s::interval, %s, %s, %s, %s)"


def test_they_are_kept_for_six_years(database: Database) -> None:
    with house(database.app_url) as home:
        someone = home.network_id
        with home.datastore.in_network(home.network_id, read_only=False) as connection:
            for age in ("6 years 1 day", "5 years 364 days"):
                connection.execute(AT, [age, home.network_id, someone, Happened.SIGNED_IN, Device.COMPUTER])
        tidy_once(database.work_url)
        (left,) = home.query("SELECT at > now() - interval '6 years' FROM sign_in_record", [])
        assert left == (True,)


@pytest.mark.parametrize("role", ["app", "work"])
def test_nobody_alters_them_and_nobody_deletes_a_recent_one(database: Database, role: str) -> None:
    with house(database.app_url) as home:
        note(home.datastore, home.network_id, home.network_id, Happened.SUSPENDED, Device.OTHER)
        with psycopg.connect(getattr(database, f"{role}_url"), autocommit=True) as connection:
            connection.execute("SELECT set_config('throughline.network_id', %s, false)", [str(home.network_id)])
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("UPDATE sign_in_record SET what = 'signed_out'")
            if role == "work":
                assert connection.execute("DELETE FROM sign_in_record").rowcount == 0
            else:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute("DELETE FROM sign_in_record")
        assert [one.what for one in sign_ins(home.datastore, home.network_id)] == [Happened.SUSPENDED]


def test_another_network_sees_nothing(database: Database) -> None:
    with house(database.app_url) as home, house(database.app_url) as next_door:
        note(home.datastore, home.network_id, home.network_id, Happened.SIGNED_IN, Device.TABLET)
        assert sign_ins(next_door.datastore, next_door.network_id) == []
        assert sign_ins(next_door.datastore, home.network_id)[0].device is Device.TABLET
