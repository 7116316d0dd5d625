"""The protocol to read: every rule that a gate links to has its place, every number its unit, source and mark."""

from api.episode_view.gates_shown import as_shown
from domain.episode.episode import Episode
from domain.episode.gates import Checkpoint, gates
from tests.api.clinic import Clinic
from tests.api.course import ready_to_dose
from tests.api.pages_read import Read


def test_every_rule_a_gate_links_to_is_there(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    html = clinic.therapist.get("/protocol").text
    network = clinic.edge.people.around(clinic.network_id).network
    episode: Episode = course.state
    for checkpoint in Checkpoint:
        asked = gates(episode, checkpoint, now=clinic.now, protocol=network.protocol, network=network, clinicians={})
        for gate in asked:
            anchor = as_shown(gate, "").rule_href.removeprefix("/protocol#")
            assert f'id="{anchor}"' in html, anchor


def test_rules_and_numbers_have_their_source_and_mark(clinic: Clinic) -> None:
    words = Read(clinic.therapist.get("/protocol").text).words
    assert "Integration between doses" in words
    assert "Week 8 56 days BAO (S)" in words
    assert "Crisis systolic 180 mmHg AHA-BP (180/120) (I)" in words
    assert "Not approved." in words


def test_sources_are_linked(clinic: Clinic) -> None:
    html = clinic.therapist.get("/protocol").text
    assert '<a href="#source-BAO">BAO</a>' in html
    assert 'id="source-BAO"' in html


def test_everybody_may_read_it_and_an_unknown_version_is_not_found(clinic: Clinic) -> None:
    for browser in (clinic.therapist, clinic.prescriber, clinic.coordinator, clinic.compliance):
        assert browser.get("/protocol").status_code == 200
    assert clinic.therapist.get("/protocol?version=kap-core-2").status_code == 200
    assert clinic.therapist.get("/protocol?version=kap-core-99").status_code == 404
