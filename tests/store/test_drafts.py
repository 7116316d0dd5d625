"""Drafts are their author's alone, sealed under the patient's key, and go with it."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from domain.actor import Role
from store.drafts import Drafts, Place
from store.errors import KeyWasDestroyed
from tests.postgres import Database
from tests.store.house import House, second
from tests.store.test_sealing import workers_keyring

AT = datetime(2026, 3, 12, 16, 42, tzinfo=UTC)
TYPED = {"text": ("She spoke about her sister.",), "kinds": ("a", "b")}


def place(home: House) -> Place:
    return Place(home.admit(Role.THERAPIST), uuid4(), home.register(), uuid4())


def test_a_draft_comes_back_as_it_was_typed_and_keeps_the_last_word(home: House) -> None:
    drafts, mine = Drafts(home.datastore, home.keyring), place(home)
    drafts.save(mine, "sign_document", {"kind": "visit_note"}, {"text": ("First.",)}, at=AT)
    drafts.save(mine, "sign_document", {"kind": "progress_note"}, TYPED, at=AT)
    assert drafts.open(mine) == TYPED
    (listed,) = drafts.own(mine.author, mine.episode_id)
    assert (listed.draft_id, listed.about, listed.saved_at) == (mine.draft_id, {"kind": "progress_note"}, AT)
    drafts.discard(mine.author, mine.draft_id)
    assert drafts.open(mine) is None


def test_a_draft_is_nobody_elses_and_of_no_other_episode(home: House) -> None:
    drafts, mine = Drafts(home.datastore, home.keyring), place(home)
    drafts.save(mine, "sign_document", {}, TYPED, at=AT)
    colleague = home.admit(Role.THERAPIST)
    assert drafts.open(mine._replace(author=colleague)) is None
    assert drafts.own(colleague, mine.episode_id) == []
    assert drafts.open(mine._replace(episode_id=uuid4())) is None
    drafts.discard(colleague, mine.draft_id)
    assert drafts.open(mine) == TYPED
    assert drafts.own(mine.author._replace(network_id=uuid4()), mine.episode_id) == []


def test_a_draft_goes_with_the_patients_key(home: House, database: Database) -> None:
    drafts, mine = Drafts(home.datastore, home.keyring), place(home)
    drafts.save(mine, "sign_document", {}, TYPED, at=AT)
    with workers_keyring(home, database) as worker:
        worker.destroy(home.network_id, mine.patient_id)
    elsewhere = second(home, database)
    with pytest.raises(KeyWasDestroyed):
        Drafts(elsewhere.datastore, elsewhere.keyring).open(mine)
    elsewhere.close()
