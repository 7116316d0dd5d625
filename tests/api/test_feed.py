"""The feed: thin CloudEvents of one network after a cursor, for compliance and coordinators."""

from uuid import uuid4

from tests.api.clinic import Clinic
from tests.api.course import referred


def test_events_come_in_pages_without_a_gap(clinic: Clinic) -> None:
    referred(clinic)
    everything = clinic.compliance.get("/events?limit=1000").json()
    events, cursor = [], ""
    while True:
        page = clinic.coordinator.get("/events", params={"limit": 3, **({"after": cursor} if cursor else {})}).json()
        if not page["events"]:
            break
        events += page["events"]
        cursor = page["cursor"]
    assert events == everything["events"]
    assert [one["previous"] for one in events[1:]] == [one["position"] for one in events[:-1]]


def test_items_are_thin(clinic: Clinic) -> None:
    referred(clinic)
    answer = clinic.compliance.get("/events?limit=1000")
    last = answer.json()["events"][-2]
    assert last["specversion"] == "1.0"
    assert "PatientReferred" in answer.text
    for sealed in ("Ana", "Whitfield", "1984-03", "sealed.v1", "F33.2"):
        assert sealed not in answer.text


def test_a_cursor_of_another_log_says_how_to_resync(clinic: Clinic) -> None:
    answer = clinic.compliance.get("/events", params={"after": f"{uuid4()}:5"})
    assert answer.status_code == 410
    assert "read again from the beginning" in answer.json()["detail"]
    assert clinic.compliance.get("/events", params={"after": "nonsense"}).status_code == 400
    assert clinic.compliance.get("/events", params={"limit": 0}).status_code == 422


def test_a_cursor_beyond_the_end_says_how_to_resync(clinic: Clinic) -> None:
    log_id, _, end = clinic.compliance.get("/events?limit=1000").json()["cursor"].partition(":")
    for address, parameters in (("/events", {}), ("/events", {"type": "PlanIssued"}), ("/events/stream", {})):
        answer = clinic.compliance.get(address, params={"after": f"{log_id}:{int(end) + 1}", **parameters})
        assert answer.status_code == 410
        assert "read again from the beginning" in answer.json()["detail"]
    assert clinic.compliance.get("/events", params={"after": f"{log_id}:{end}"}).status_code == 200


def test_a_parameter_that_nobody_knows_is_refused_naming_those_that_are_known(clinic: Clinic) -> None:
    for address, unknown in (("/events", "types"), ("/events", "After"), ("/events/stream", "limit")):
        answer = clinic.compliance.get(address, params={unknown: "PlanIssued"})
        assert answer.status_code == 400
        assert "after, type, episode" in answer.json()["detail"]
        assert "PlanIssued" not in answer.text


def test_a_type_that_no_event_has_is_refused(clinic: Clinic) -> None:
    for name in ("PlanIsued", "throughline.episode.PlanIssued.v1", "x" * 300 + "\x00"):
        for address in ("/events", "/events/stream"):
            answer = clinic.compliance.get(address, params={"type": ["PatientReferred", name]})
            assert answer.status_code == 400
            assert "catalogue" in answer.json()["detail"]


def test_clinicians_have_no_feed(clinic: Clinic) -> None:
    for browser in (clinic.therapist, clinic.prescriber):
        assert browser.get("/events").status_code == 404


def test_reading_the_feed_is_written_down(clinic: Clinic) -> None:
    clinic.compliance.get("/events")
    with clinic.datastore.in_network(clinic.network_id) as connection:
        rows = connection.execute("SELECT actor_id FROM access_log WHERE screen = 'feed'").fetchall()
    assert rows == [(clinic.park.actor_id,)]
