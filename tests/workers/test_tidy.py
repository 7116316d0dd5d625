"""Keeping house takes away what is over, and nothing that somebody still works with."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from domain.actor import Actor, Role
from store.held_forms import HeldAt, HeldForms
from store.sign_in import ABSOLUTE, LONGEST, SignInSessions, WhyOut
from tests.postgres import Database
from tests.store.house import house
from workers.tidy import tidy_once


def test_nobody_is_signed_out_in_the_middle_of_a_dosing_session(database: Database) -> None:
    with house(database.app_url) as home:
        therapist, now = home.admit(Role.THERAPIST), datetime.now(UTC)

        def begun(ago: timedelta) -> str:
            signing_in = SignInSessions(home.datastore, lambda: now - ago, lambda *_: True)
            return signing_in.begin(home.network_id, therapist.actor_id, frozenset({Role.THERAPIST}))

        in_a_session, forgotten = begun(ABSOLUTE + timedelta(hours=2)), begun(LONGEST + timedelta(minutes=1))
        tidy_once(database.work_url)
        (left,) = home.query("SELECT created_at FROM sign_in_session", [])
        assert left == (now - ABSOLUTE - timedelta(hours=2),), "the one that no session keeps alive any more is gone"
        sessions = SignInSessions(home.datastore, lambda: now, lambda *_: True)
        assert isinstance(sessions.holder(in_a_session), Actor)
        assert sessions.holder(forgotten) is WhyOut.UNKNOWN


def test_what_waits_for_a_signature_longer_than_an_hour_is_dropped(database: Database) -> None:
    with house(database.app_url) as home:
        author, now = home.admit(Role.PRESCRIBER), datetime.now(UTC)
        held = HeldForms(home.datastore, home.keyring)
        for minutes in (59, 61):
            at = HeldAt(author, f"/place/{minutes}", author.actor_id, uuid4())
            held.hold(at, {"reason": ("words",)}, now=now - timedelta(minutes=minutes))
        tidy_once(database.work_url)
        assert home.query("SELECT place FROM held_form", []) == [("/place/59",)]
