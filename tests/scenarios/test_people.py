"""People come and go: therapists, prescribers, and those who look in for a night."""

from deploy.demo.cast import ACHEBE
from deploy.demo.incidents.people import on_call_looks_in, prescriber_leaves, transferred
from tests.scenarios.house import House
from tests.scenarios.told import Told


def test_a_transfer_to_another_therapist(house: House) -> None:
    """Dr. Lindqvist moves away; Dr. Vance takes over, and for her the episode is gone with the next request."""
    ana = house.tells(transferred, "Ana Transfer").given("amended")
    assert not house.other_therapist.finds(f"/api{ana.href}")

    ana.when("the new therapist has joined")
    assert house.other_therapist.finds(f"/api{ana.href}")
    assert ana.on_caseload(house.other_therapist)
    ana.when("the old therapist has left")
    assert not house.therapist.finds(f"/api{ana.href}")
    assert not ana.on_caseload(house.therapist)
    assert house.therapist.does(ana, "place_hold", reason="other").is_not_found

    ana.given("session 3: asked")
    ana.when("session 3: released")
    assert ana.state.sessions[ana.dosing(3)].therapist_id == house.other_therapist.actor.actor_id
    assert ana.says("Dr. Vance completed dosing session 3", house.other_therapist)


def test_a_prescriber_who_leaves(house: House) -> None:
    """Dr. Achebe leaves the team; Dr. Rivera accepts the episode and issues the plan in her own name."""
    ana = house.tells(prescriber_leaves, "Ana Handover", prescriber=ACHEBE).given("amended")
    assert house.other_prescriber.does(ana, "book_follow_up", starts_at=ana.story.at(60, "09:00")).is_recorded

    ana.when("the prescriber has left")
    assert house.other_prescriber.does(ana, "set_next_dose", **_next_dose(ana)).is_not_found
    assert "prescriber" in _missing_at_coordination(house, ana)
    assert "licence" in ana.closed(), "nobody doses under the plan of somebody who is gone"
    ana.when("another prescriber has accepted")
    assert ana.owed(house.prescriber)
    ana.when("the plan is issued anew")
    plan = ana.state.plan
    assert plan is not None
    assert (plan.number, plan.prescriber_id) == (2, house.prescriber.actor.actor_id)

    ana.given("session 3: asked")
    ana.when("session 3: released")
    assert "DeviationNoted" not in ana.in_feed()


def _next_dose(ana: Told) -> dict[str, object]:
    plan = ana.state.plan
    assert plan is not None
    return {"plan_id": plan.plan_id, "next_dose_mg": 150, "reason": "As agreed."}


def _missing_at_coordination(house: House, ana: Told) -> str:
    waiting = house.coordinator.reads("/api/coordination")["unassigned"]
    return next(str(one["missing"]) for one in waiting if one["episode_id"] == str(ana.episode_id))


def test_an_on_call_outsider_opens_the_record(house: House) -> None:
    """E3: the back-up on call is not of the team; a reason opens the episode for a day, and the team can read it."""
    ana = house.tells(on_call_looks_in, "Ana Called").given("session 1: integrated")
    stranger = house.other_prescriber
    ana.at(24, "22:00")
    assert not stranger.shows(f"/api{ana.href}"), "not before a reason is given"
    assert house.other_therapist.does(ana, "take_access", because="other", reason="Curious.").is_not_found

    ana.when("the back-up has opened the episode")
    assert stranger.shows(f"/api{ana.href}")
    assert ana.says("Dr. Achebe"), "the team is told"
    ana.when("dosing is held")
    assert "hold" in ana.closed()
    house.travel(hours=25)
    assert not stranger.shows(f"/api{ana.href}"), "it ends after a day"
