"""`throughline replay`: a real episode with a late entry, found by its reference, at two moments and between them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from domain.actor import Role
from domain.episode.episode import EPISODE
from domain.episode.outcome.record_outcome import RecordOutcome, record_outcome
from tests.deploy.conftest import CommandLine
from tests.postgres import Database
from tests.store.house import House, house

REFERRED, TAKEN, ENTERED = (datetime(2026, 3, day, 10, tzinfo=UTC) for day in (2, 4, 9))


@pytest.fixture
def home(database: Database) -> Iterator[House]:
    with house(database.app_url, clock=lambda: REFERRED, seeding=True) as opened:
        yield opened


@pytest.fixture
def episode_id(home: House) -> UUID:
    """An episode with a score that was taken on 4 March and entered on 9 March."""
    episode_id, therapist = uuid4(), home.admit(Role.THERAPIST)
    home.refer(episode_id, home.register(), therapist)
    order = RecordOutcome(outcome_id=uuid4(), instrument="gad-7", taken_at=TAKEN, total=12)
    home.decide(EPISODE, episode_id, record_outcome, order, by=therapist, recorded_at=ENTERED)
    return episode_id


@pytest.fixture
def commands(throughline: CommandLine, home: House) -> CommandLine:
    """The command line with the keys of that house."""
    return CommandLine({**throughline.environment, "THROUGHLINE_KEY_FILE": str(home.kek.path)})


def score(report: dict[str, list[dict[str, str]]]) -> list[str]:
    return [line["value"] for line in report["state"] if line["what"] == "GAD-7"]


def test_a_late_entry_counts_by_what_is_asked(commands: CommandLine, episode_id: UUID) -> None:
    asked = ["replay", episode_id, "--as-of", "2026-03-05T12:00Z"]
    happened = commands.answer(*asked)
    assert happened["episode_id"] == str(episode_id)
    assert (happened["as_of"], happened["known_at"]) == ("2026-03-05T12:00:00+00:00", None)
    assert score(happened) == ["12, moderate, taken 4 Mar 2026"]
    known = commands.answer(*asked, "--known-at", "2026-03-05T12:00Z")
    assert score(known) == []
    assert known["position"] < happened["position"]
    assert score(commands.answer(*asked, "--known-at", "2026-03-09T10:00Z")) == ["12, moderate, taken 4 Mar 2026"]


def test_a_reading_at_the_machine_is_written_down_as_any_other(
    commands: CommandLine, home: House, episode_id: UUID
) -> None:
    commands.answer("replay", episode_id, "--as-of", "2026-03-05T12:00Z")
    (patient_id,) = {home.care.state(EPISODE, episode_id, network_id=home.network_id)[0].patient_id}
    rows = home.query("SELECT screen, patient_id, actor_roles FROM access_log WHERE episode_id = %s", [episode_id])
    assert rows == [("command:replay", patient_id, ["system"])]


def test_between_two_moments_each_change_names_its_event(commands: CommandLine, home: House, episode_id: UUID) -> None:
    reference = home.care.state(EPISODE, episode_id, network_id=home.network_id)[0].reference
    asked = ["replay", reference, "--as-of", "2026-03-03T12:00Z", "--diff", "2026-03-05T12:00Z"]
    (change,) = commands.answer(*asked)["changes"]
    last = home.care.history(EPISODE, episode_id, network_id=home.network_id)[-1]
    assert change == {
        "what": "GAD-7",
        "before": None,
        "after": "12, moderate, taken 4 Mar 2026",
        "event_id": str(last.envelope.event_id),
    }
    assert "Robin Example" in commands.text(*asked)


def test_gates_say_what_was_missing(commands: CommandLine, episode_id: UUID) -> None:
    gates = commands.answer("replay", episode_id, "--as-of", "2026-03-05T12:00Z")["gates"]
    consent = next(gate for gate in gates if gate["key"] == "consent")
    assert not consent["is_open"]
    assert "ketamine" in consent["missing"].lower()


@pytest.mark.parametrize(
    ("episode", "when", "sentence"),
    [
        ("KAP-9999", "2026-03-05T12:00Z", "There is no such episode"),
        ("KAP-9999", "2026-03-05T12:00", "--as-of needs its zone"),
        ("KAP-9999", "yesterday", "--as-of is not a time"),
    ],
)
def test_what_cannot_be_replayed_says_why(throughline: CommandLine, episode: str, when: str, sentence: str) -> None:
    assert throughline.refusal("replay", episode, "--as-of", when).startswith(sentence)
