"""Text about people is sealed before it is stored, opens only as what it was sealed as, and never after erasure."""

import logging
import stat
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel

from domain.actor import Role
from domain.clinician.record_licence import LicenceRecorded
from domain.episode.intake.intake import Medicine, MedicineClass
from domain.patient.correct_patient_details import CorrectPatientDetails, correct_patient_details
from domain.patient.patient import PATIENT
from domain.sealed import PREFIX, Sealed
from store.blind_index import query_tokens
from store.datastore import Datastore
from store.errors import KeyWasDestroyed, SealIsBroken
from store.key_file import KeyFile, KeyFileIsOpenToOthers
from store.keyring import Keyring
from store.sealing import Token, holds_clear_text, seal_fields
from tests.postgres import Database, on_both_servers
from tests.store.house import House, house, second


def tokens(home: House, patient_id: object) -> dict[str, str]:
    """The sealed values of a patient's registration, by field."""
    (registered,) = home.care.history(PATIENT, patient_id, network_id=home.network_id)  # type: ignore[arg-type]
    fields = registered.event.__dict__.items()
    return {name: value.token for name, value in fields if isinstance(value, Sealed) and value.token}


@on_both_servers
def test_no_table_holds_the_text_of_a_name(database: Database) -> None:
    with house(database.app_url) as home:
        home.register("Wilhelmina Quux", contact=Sealed.of("wilhelmina@example.org"))
        with psycopg.connect(database.superuser_url) as connection:
            tables = connection.execute(
                "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
            ).fetchall()
            for (table,) in tables:
                rows = connection.execute(f"SELECT t::text FROM {table} AS t".encode()).fetchall()
                text = "".join(row for (row,) in rows).casefold()
                assert "wilhelmina" not in text, table
                assert b"wilhelmina".hex() not in text, table
                assert "1980-05-17" not in text, table
        assert tables


def test_a_sealed_value_opens_for_its_person_and_field(home: House) -> None:
    patient_id = home.register("Ada Example")
    sealed = tokens(home, patient_id)
    opened = home.keyring.open(sealed["name"], network_id=home.network_id, person=patient_id, field="name")
    assert opened == "Ada Example"
    both = home.keyring.open_all([sealed["name"], sealed["birth_date"]], network_id=home.network_id, person=patient_id)
    assert both == ["Ada Example", "1980-05-17"]


def test_a_birth_date_cannot_be_found_by_trying_all_of_them_against_the_keys_of_commands(home: House) -> None:
    patient_id = home.register()
    order = CorrectPatientDetails(birth_date=date(1984, 3, 11))
    command = home.command(order)
    receipt = home.care.decide(PATIENT, patient_id, correct_patient_details, order, command=command)
    ((kept,),) = home.query("SELECT body_hash FROM commands WHERE command_id = %s", [command.command_id])
    assert bytes(kept) != command.body_hash, "whoever has the row and not the keys could repeat the hash"
    again = home.care.decide(PATIENT, patient_id, correct_patient_details, order, command=command)
    assert (again.repeated, again.event_ids) == (True, receipt.event_ids)


def test_signs_that_turn_a_line_round_are_not_kept(home: House) -> None:
    turned = home.register("\u202eAda \u2066Example\u2069\u202c")
    name = home.care.state(PATIENT, turned, network_id=home.network_id)[0].name
    assert name is not None
    assert home.keyring.open(name, network_id=home.network_id, person=turned) == "Ada Example"
    with pytest.raises(ValueError, match="write some text"):
        Sealed.of("\u202e \u202c")


def test_a_copy_of_the_whole_value_opens_elsewhere(home: House) -> None:
    episode_id, patient_id = uuid4(), home.register("Ada Example")
    receipt = home.refer(episode_id, patient_id, by=home.admit(Role.COORDINATOR))
    copied = receipt.recorded[0].event.name  # type: ignore[attr-defined]
    assert copied.token == tokens(home, patient_id)["name"]
    assert home.keyring.open(copied, network_id=home.network_id, person=patient_id) == "Ada Example"


def test_a_value_of_another_person_or_field_does_not_open_here(home: House) -> None:
    ada, ben = home.register("Ada Example"), home.register("Ben Example")
    for person, field, pasted in (
        (ada, "name", tokens(home, ben)["name"]),
        (ada, "name", tokens(home, ada)["birth_date"]),
    ):
        with pytest.raises(SealIsBroken):
            home.keyring.open(pasted, network_id=home.network_id, person=person, field=field)


def test_no_two_values_can_be_swapped_in_part(home: House) -> None:
    sealed = [
        *tokens(home, home.register("Ada Example")).values(),
        *tokens(home, home.register("Ben Example")).values(),
    ]
    for one in sealed:
        for other in sealed:
            if one != other:
                place, text = one.removeprefix(PREFIX).split(".")[0], other.removeprefix(PREFIX).split(".")[1]
                with pytest.raises(SealIsBroken):
                    home.keyring.open(f"{PREFIX}{place}.{text}", network_id=home.network_id)


def test_every_byte_of_a_sealed_value_counts(home: House) -> None:
    token = tokens(home, home.register("Ada Example"))["name"]
    place, text = token.removeprefix(PREFIX).split(".")
    for part in (0, 1):
        raw = bytearray(urlsafe_b64decode((place, text)[part] + "=="))
        for at in range(len(raw)):
            raw[at] ^= 1
            forged = [place, text]
            forged[part] = urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()
            with pytest.raises(SealIsBroken):
                home.keyring.open(PREFIX + ".".join(forged), network_id=home.network_id)
            raw[at] ^= 1
    for broken in ("", "sealed.v1.", token[:-8], token.replace("sealed.v1", "sealed.v2"), f"{token}.x"):
        with pytest.raises(SealIsBroken):
            home.keyring.open(broken, network_id=home.network_id)


def test_the_same_text_never_looks_the_same(home: House) -> None:
    assert tokens(home, home.register("Ada Example"))["name"] != tokens(home, home.register("Ada Example"))["name"]


def test_another_network_opens_nothing(database: Database) -> None:
    with house(database.app_url) as ours, house(database.app_url) as theirs:
        token = tokens(ours, ours.register("Ada Example"))["name"]
        assert ours.keyring.open(token, network_id=ours.network_id) == "Ada Example"
        with pytest.raises(SealIsBroken):
            ours.keyring.open(token, network_id=theirs.network_id)


class Told(BaseModel):
    medicines: tuple[Medicine, ...]
    history: Sealed[str]


def test_text_inside_lists_and_models_is_sealed_by_its_path() -> None:
    key = AESGCM(AESGCM.generate_key(256))
    place = Token(uuid4(), uuid4(), uuid4(), 3, "")
    medicines = tuple(
        Medicine(medicine_class=MedicineClass.OTHER, name=Sealed.of(name)) for name in ("First", "Second")
    )
    sealed = seal_fields(Told(medicines=medicines, history=Sealed.of("Long")), key, place)
    assert not holds_clear_text(sealed)
    values = [sealed.medicines[0].name, sealed.medicines[1].name, sealed.history]
    assert [Token.parse(value).field for value in values] == ["medicines.0.name", "medicines.1.name", "history"]
    assert [Token.parse(value).open(key) for value in values] == ["First", "Second", "Long"]
    assert {Token.parse(value)._replace(field="", sealed=b"") for value in values} == {place}


@on_both_servers
def test_an_erased_person_cannot_be_read_searched_or_written_about(database: Database) -> None:
    with house(database.app_url) as home:
        ada, ben = home.register("Ada Example"), home.register("Ben Example")
        token = tokens(home, ada)["name"]
        assert home.keyring.open(token, network_id=home.network_id) == "Ada Example"
        with workers_keyring(home, database) as worker:
            worker.destroy(home.network_id, ada)
            with pytest.raises(KeyWasDestroyed):
                worker.open(token, network_id=home.network_id)
        later = second(home, database)
        with pytest.raises(KeyWasDestroyed):
            later.keyring.open(token, network_id=home.network_id)
        with pytest.raises(KeyWasDestroyed):
            later.decide(PATIENT, ada, correct_patient_details, CorrectPatientDetails(name=Sealed.of("Ada Again")))
        later.close()
        assert home.care.history(PATIENT, ada, network_id=home.network_id)
        assert found_by(home, "ada") == []
        assert found_by(home, "ben") == [ben]


@contextmanager
def workers_keyring(home: House, database: Database) -> Iterator[Keyring]:
    """The keyring of the workers' role, which alone may destroy at will."""
    datastore = Datastore(database.work_url)
    yield Keyring(datastore, home.kek)
    datastore.close()


def test_a_key_destroyed_elsewhere_is_forgotten_in_time(home: House, database: Database) -> None:
    patient_id = home.register("Ada Example")
    token = tokens(home, patient_id)["name"]
    quick = Keyring(home.datastore, home.kek, remembered_seconds=0)
    assert quick.open(token, network_id=home.network_id) == "Ada Example"
    with workers_keyring(home, database) as worker:
        worker.destroy(home.network_id, patient_id)
    with pytest.raises(KeyWasDestroyed):
        quick.open(token, network_id=home.network_id)


def test_the_application_may_not_destroy_keys(home: House) -> None:
    patient_id = home.register("Ada Example")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        home.keyring.destroy(home.network_id, patient_id)


def found_by(home: House, text: str) -> list[object]:
    """Patients whose name matches every word."""
    wanted = query_tokens(home.kek, home.network_id, text)
    query = "SELECT patient_id FROM patient_search WHERE token = ANY(%s) GROUP BY patient_id HAVING count(*) = %s"
    return [patient_id for (patient_id,) in home.query(query, [wanted, len(wanted)])]


def test_patients_are_found_by_the_beginnings_of_their_names(home: House) -> None:
    zoe, ben = home.register("Zoë García-Lindqvist"), home.register("Ben Lindqvist")
    assert found_by(home, "zoe") == [zoe]
    assert found_by(home, "GARC") == [zoe]
    assert set(found_by(home, "lind")) == {zoe, ben}
    assert found_by(home, "zoe lind") == [zoe]
    assert found_by(home, "li") == []
    assert found_by(home, "indq") == []


def test_a_corrected_name_is_found_and_the_wrong_one_no_more(home: House) -> None:
    patient_id = home.register("Ada Exampel")
    home.decide(PATIENT, patient_id, correct_patient_details, CorrectPatientDetails(name=Sealed.of("Ada Example")))
    assert found_by(home, "example") == [patient_id]
    assert found_by(home, "exampel") == []


def test_names_of_one_network_match_nothing_in_another(database: Database) -> None:
    with house(database.app_url) as ours, house(database.app_url) as theirs:
        ours.register("Ada Example")
        assert query_tokens(ours.kek, ours.network_id, "ada") != query_tokens(ours.kek, theirs.network_id, "ada")


def test_the_key_file_is_its_owners_alone(tmp_path: Path) -> None:
    kept = KeyFile.open_or_create(tmp_path / "keys.json")
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
    assert KeyFile.open_or_create(kept.path).blind(b"x") == kept.blind(b"x")
    kept.path.chmod(0o640)
    with pytest.raises(KeyFileIsOpenToOthers):
        KeyFile.open_or_create(kept.path)


def test_clear_text_cannot_be_stored_or_shown(caplog: pytest.LogCaptureFixture) -> None:
    event = LicenceRecorded(
        profession_role=Role.THERAPIST, state="NY", licence_number=Sealed.of("T-4711"), expires_on=date(2030, 1, 1)
    )
    assert holds_clear_text(event)
    with pytest.raises(ValueError, match="clear text cannot be stored"):
        event.model_dump_json()
    logging.getLogger("test").warning("%s %r", event, event)
    assert "T-4711" not in caplog.text
