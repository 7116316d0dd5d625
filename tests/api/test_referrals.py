"""Referring: a new patient gets a reference, the same press twice refers once, a known patient is offered as such."""

from uuid import UUID, uuid4

from domain.episode.episode import EPISODE, Episode
from tests.api.clinic import Clinic
from tests.api.forms_driven import fill

ANA = {"name": "Ana Whitfield", "birth_date": "1984-03-11", "reason": "Treatment-resistant depression"}


def refer(clinic: Clinic, key: str | None = None, **body: object) -> dict[str, str]:
    headers = {"idempotency-key": key or uuid4().hex}
    answer = clinic.therapist.post("/api/referrals", json=ANA | body, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, str] = answer.json()
    return found


def episode(clinic: Clinic, episode_id: str) -> Episode:
    state: Episode
    state, _ = clinic.edge.care.state(EPISODE, UUID(episode_id), network_id=clinic.network_id)
    return state


def test_a_new_patient_gets_the_next_reference_and_a_therapist(clinic: Clinic) -> None:
    first = refer(clinic)
    second = refer(clinic, name="Ben Achterberg")
    assert (first["reference"], second["reference"]) == ("KAP-0001", "KAP-0002")
    team = episode(clinic, first["episode_id"]).members_at(clinic.now)
    assert [member.clinician_id for member in team] == [clinic.lindqvist.actor_id]


def test_the_same_key_refers_once(clinic: Clinic) -> None:
    first = refer(clinic, "press-twice")
    again = refer(clinic, "press-twice")
    assert again["episode_id"] == first["episode_id"]
    assert again["repeated"]
    assert refer(clinic, name="Ben Achterberg")["reference"] == "KAP-0002"


def test_a_known_patient_is_offered_and_named_by_reference_alone(clinic: Clinic) -> None:
    refer(clinic)
    answer = clinic.therapist.post("/api/referrals", json=ANA, headers={"idempotency-key": uuid4().hex})
    assert answer.status_code == 409
    assert [one["reference"] for one in answer.json()["known"]] == ["KAP-0001"]
    assert "Ana" not in answer.text
    other = refer(clinic, is_another_person=True)
    assert other["reference"] == "KAP-0002"


def test_a_known_patient_with_an_open_episode_is_not_referred_again(clinic: Clinic) -> None:
    first = refer(clinic)
    body = {"patient_id": first["patient_id"], "reason": "Again"}
    answer = clinic.therapist.post("/api/referrals", json=body, headers={"idempotency-key": uuid4().hex})
    assert answer.status_code == 409
    assert "open episode" in answer.json()["detail"]


def test_the_page_refers_and_leads_to_the_episode(clinic: Clinic) -> None:
    answer = fill(clinic.therapist, "/refer", **ANA, diagnoses="f33.2", allergies_note="latex")
    assert answer.status_code == 303, answer.text
    page = clinic.therapist.get(f"{answer.headers['location']}/report-adverse-event")
    assert "referral of KAP-0001" in page.text
    assert "Allergy: latex" in page.text


def test_the_page_keeps_what_was_typed_and_says_what_is_missing(clinic: Clinic) -> None:
    answer = fill(clinic.therapist, "/refer", name="Ana Whitfield", risk_note="Lives alone")
    assert answer.status_code == 422
    assert "Two things to mend" in answer.text
    assert "Lives alone" in answer.text


def test_the_page_asks_whether_it_is_the_same_person(clinic: Clinic) -> None:
    first = refer(clinic)
    clinic.therapist.recorded(UUID(first["episode_id"]), "discharge_patient", reason="completed")
    answer = fill(clinic.therapist, "/refer", **ANA)
    assert answer.status_code == 409
    assert "Yes: refer KAP-0001 again" in answer.text
    again = fill(clinic.therapist, "/refer", **ANA, known=first["patient_id"])
    assert again.status_code == 303
    state = episode(clinic, again.headers["location"].removeprefix("/episodes/"))
    assert (state.reference, str(state.patient_id)) == ("KAP-0001", first["patient_id"])
