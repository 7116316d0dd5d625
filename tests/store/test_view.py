"""What a subscriber sees of the log in a real database: the items of its grant, each with the one before it."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from domain.actor import Role
from domain.episode.course.mark_in_error import MarkInError, mark_in_error
from domain.episode.episode import EPISODE
from domain.episode.outcome.record_outcome import RecordOutcome, record_outcome
from domain.episode.team.assign_care_team_member import AssignCareTeamMember, assign_care_team_member
from domain.sealed import Sealed
from store.view import View
from tests.store.subscribed import ADDRESS, Subscribed


@pytest.mark.parametrize("names", [None, ("PatientReferred",), ("PatientRegistered", "CareTeamMemberAssigned")])
def test_previous_is_the_position_before_in_the_view(subscribed: Subscribed, names: tuple[str, ...] | None) -> None:
    for _ in range(3):
        subscribed.episode()
    subscribed.grant(stored_names=names, with_history=True)
    view, before = subscribed.view, None
    with subscribed.home.datastore.in_network(subscribed.home.network_id) as connection:
        for row in subscribed.rows():
            if view.sees(row):
                assert view.previous_before(connection, row.position) == before
                before = row.position
    assert before is not None


def test_a_narrowed_view_has_its_own_previous(subscribed: Subscribed) -> None:
    episodes = [subscribed.episode() for _ in range(2)]
    subscribed.grant(with_history=True)
    view = subscribed.view._replace(only_stream=episodes[1])
    seen = [row for row in subscribed.rows() if view.sees(row)]
    assert {row.stream_id for row in seen} == {episodes[1]}
    with subscribed.home.datastore.in_network(subscribed.home.network_id) as connection:
        assert [view.previous_before(connection, row.position) for row in seen] == [
            None,
            *(row.position for row in seen[:-1]),
        ]


def test_narrowing_never_widens_a_grant(subscribed: Subscribed) -> None:
    subscribed.home.register()
    subscribed.grant(stored_names=("PatientReferred",), with_history=True)
    view = subscribed.view._replace(only_names=frozenset({"PatientRegistered"}))
    assert view.names == frozenset()
    assert not [row for row in subscribed.rows() if view.sees(row)]


def test_thin_items_hold_ids_and_full_ones_the_open_fields(subscribed: Subscribed) -> None:
    subscribed.episode()
    subscribed.grant(stored_names=("PatientReferred",), with_history=True)
    (row,) = [row for row in subscribed.rows() if subscribed.view.sees(row)]
    thin = subscribed.view.item(row, 7)
    assert thin["data"]["stream_type"] == EPISODE.name
    assert thin["previous"] == 7
    assert "PatientReferred" not in thin["dataschema"]
    subscribed.grant(stored_names=("PatientReferred",), with_history=True, is_full=True)
    full = subscribed.view.item(row, None)
    assert full["dataschema"] == f"{ADDRESS}/schemas/episode.PatientReferred.v1.json"
    assert "patient_id" in full["data"]
    assert "sealed.v1." not in str(full)
    assert "previous" not in full


@pytest.mark.parametrize("instrument", ["audit", "dast-10"])
def test_results_about_drinking_and_drugs_leave_under_no_grant(subscribed: Subscribed, instrument: str) -> None:
    """Nor does a later item name them as the one before it (42 CFR Part 2)."""
    home, episode_id = subscribed.home, subscribed.episode()
    subscribed.grant(with_history=True, is_full=True)
    therapist = home.admit(Role.THERAPIST)
    for name in ("gad-7", instrument, "gad-7"):
        order = RecordOutcome(outcome_id=uuid4(), instrument=name, taken_at=datetime.now(UTC), total=3)
        member = AssignCareTeamMember(clinician_id=therapist.actor_id, role=Role.THERAPIST)
        home.decide(EPISODE, episode_id, assign_care_team_member, member)
        home.decide(EPISODE, episode_id, record_outcome, order, by=therapist)
    first, guarded, last = (row for row in subscribed.rows() if row.stored_as == "OutcomeRecorded")
    view = subscribed.view
    assert [view.sees(row) for row in (first, guarded, last)] == [True, False, True]
    with pytest.raises(ValueError, match="not in the view"):
        view.item(guarded, None)
    with home.datastore.in_network(home.network_id) as connection:
        assert view.previous_before(connection, last.position) == first.position
        assert view.waiting_after(connection, first.position) == 1
    for row in (guarded, first):
        wrong = MarkInError(event_id=row.event_id, reason=Sealed.of("Another patient's"))
        home.decide(EPISODE, episode_id, mark_in_error, wrong, by=therapist)
    marks = [row for row in subscribed.rows() if row.stored_as == "EntryMarkedInError"]
    assert [view.sees(mark) for mark in marks] == [False, True], "nor is it told that the result was none"
    before_marking = guarded._replace(sensitivity="standard")
    assert "total" in view.item(first, None)["data"]
    assert view.item(before_marking, None)["data"].keys() == thin_view(view).item(first, None)["data"].keys()


@pytest.mark.parametrize("is_full", [False, True])
def test_without_an_address_no_schema_is_named_since_a_path_is_no_uri(subscribed: Subscribed, is_full: bool) -> None:
    subscribed.episode()
    subscribed.grant(stored_names=("PatientReferred",), with_history=True, is_full=is_full)
    (row,) = [row for row in subscribed.rows() if subscribed.view.sees(row)]
    named = subscribed.view.item(row, None)
    assert subscribed.view._replace(address="").item(row, None) == {
        name: value for name, value in named.items() if name != "dataschema"
    }


def thin_view(view: View) -> View:
    """The same under a grant of ids only."""
    assert view.subscriber.grant is not None
    grant = view.subscriber.grant._replace(full=False)
    return view._replace(subscriber=view.subscriber._replace(grant=grant))


def test_an_item_outside_the_view_is_never_made(subscribed: Subscribed) -> None:
    subscribed.grant(stored_names=("PatientReferred",), with_history=True)
    with pytest.raises(ValueError, match="not in the view"):
        subscribed.view.item(subscribed.rows()[0], None)
