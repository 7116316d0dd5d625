"""A protocol from draft to adoption, on the pages and as JSON: who may, what is explained, what an adoption changes."""

import json
from typing import Any
from uuid import uuid4

from domain.network.adopt_protocol import AdoptProtocol, adopt_protocol
from domain.network.network import NETWORK
from domain.protocol.protocol import hash_of
from domain.protocol.shipped import CURRENT, document
from domain.protocol.written import written_out
from tests.api.clinic import Browser, Clinic
from tests.api.course import ready_to_dose
from tests.api.pages_read import Read

DRAFTED = "/protocols/kap-core/3"


def ours() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(document(*CURRENT))) | {"protocol_version": "3"}
    made["numbers"]["vitals_valid_minutes"]["value"] = 20
    return made


def draft(browser: Browser, content: str) -> Any:
    return browser.post("/protocols/draft", {"document": content, "_key": uuid4().hex})


def words(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text[:500]
    return Read(answer.text).words


def sent(browser: Browser, slug: str, **fields: str) -> Any:
    return browser.post(f"{DRAFTED}/{slug}", {"_key": uuid4().hex, **fields})


def test_a_version_is_drafted_reviewed_published_and_adopted_on_the_pages(clinic: Clinic) -> None:
    ready_to_dose(clinic)
    therapist, prescriber = clinic.therapist, clinic.prescriber
    listed = words(therapist, "/protocols")
    assert "kap-core 2 In force Shipped" in listed
    assert "spravato-style 1 Shipped" in listed
    editor = therapist.get("/protocols/draft?of=kap-core&version=2").text
    assert "&#34;protocol_version&#34;: &#34;3&#34;" in editor

    wrong = draft(therapist, "{\n")
    assert wrong.status_code == 422
    assert "Line 1." in Read(wrong.text).words
    made = ours()
    del made["rules"][0]
    assert draft(therapist, written_out(made)).headers["location"] == DRAFTED
    clinic.catch_up()
    unfinished = words(prescriber, DRAFTED)
    assert "Rule 1 is missing." in unfinished
    refused = sent(prescriber, "review", sha256=hash_of(made), approves="true", _sign="yes")
    assert refused.status_code == 409
    assert "The document has mistakes: 1." in Read(refused.text).words

    assert draft(therapist, written_out(ours())).status_code == 303
    clinic.catch_up()
    shown = words(prescriber, DRAFTED)
    assert "Vitals valid 30 → 20 min" in shown
    assert "What changes from kap-core 2" in shown
    assert "Sign the review" in shown
    assert "Sign the review" not in words(therapist, DRAFTED)
    assert sent(therapist, "review", sha256=hash_of(ours()), approves="true").status_code == 404
    stale = sent(prescriber, "review", sha256=hash_of(made), approves="true", _sign="yes")
    assert "The draft was changed after you opened it." in Read(stale.text).words
    signed = sent(prescriber, "review", sha256=hash_of(ours()), approves="true", remark="Sound.", _sign="yes")
    assert signed.status_code == 303
    assert "Dr. Rivera Approves" in words(therapist, DRAFTED)
    assert "Sound." in words(therapist, DRAFTED)

    assert sent(prescriber, "publish", sha256=hash_of(ours())).status_code == 303
    clinic.catch_up()
    published = words(prescriber, DRAFTED)
    assert "1 plan under kap-core 2" in published
    assert sent(prescriber, "adopt", beside="false", _sign="yes").status_code == 303
    assert "Vitals valid 20 min" in words(therapist, "/protocol")
    assert "in force" in words(therapist, DRAFTED)
    assert "kap-core-3" in words(therapist, "/protocol?version=kap-core-2"), "the one in force is linked"


def test_the_same_as_json(clinic: Clinic) -> None:
    therapist, prescriber = clinic.therapist, clinic.prescriber

    def post(browser: Browser, path: str, body: Any) -> Any:
        answer = browser.post(f"/api/protocols/{path}", json=body, headers={"idempotency-key": uuid4().hex})
        clinic.catch_up()
        return answer

    drafted = post(therapist, "kap-core/draft-protocol", {"document": ours()})
    assert drafted.json()["events"] == ["ProtocolDrafted"]
    assert post(therapist, "kap-core/draft-protocol", {"document": ours()}).json()["events"] == []
    assert post(therapist, "other/draft-protocol", {"document": ours()}).status_code == 409
    assert post(clinic.compliance, "kap-core/draft-protocol", {"document": ours()}).status_code == 403
    looked = {"protocol_version": "3", "sha256": hash_of(ours())}
    prescriber.get("/worklist")
    clinic.travel(minutes=6)
    unsigned = post(prescriber, "kap-core/review-protocol", {**looked, "approves": True})
    assert (unsigned.status_code, "signed in person" in unsigned.json()["detail"]) == (409, True)
    prescriber.post("/reauthenticate")
    assert post(prescriber, "kap-core/review-protocol", {**looked, "approves": True}).status_code == 200
    assert post(prescriber, "kap-core/publish-protocol", {"protocol_version": "3"}).status_code == 200
    adopted = post(prescriber, "kap-core/adopt-protocol", {"protocol_version": "3"})
    assert adopted.json()["events"] == ["ProtocolAdopted"]
    retired = post(prescriber, "kap-core/retire-protocol", {"protocol_version": "3", "reason": "Another."})
    assert "is in force here" in retired.json()["detail"]
    beside = post(prescriber, "spravato-style/adopt-protocol", {"protocol_version": "1", "beside": True})
    assert beside.status_code == 200
    rows = {(r["protocol_id"], r["version"]): r["stands"] for r in therapist.get("/api/protocols").json()["protocols"]}
    assert rows["kap-core", "3"] == ["in force", "published"]
    assert rows["spravato-style", "1"] == ["adopted", "shipped"]
    assert therapist.get("/api/protocols/kap-core/3").json()["sha256"] == hash_of(ours())
    assert therapist.get("/api/protocols/kap-core/99").status_code == 404
    found = therapist.post("/api/protocols/check", content=b'{"title": }', headers={"content-type": "application/json"})
    assert (found.status_code, found.json()["mistakes"]) == (200, 1)


def test_every_shipped_protocol_can_be_read_with_its_requirements(clinic: Clinic) -> None:
    shown = words(clinic.compliance, "/protocols/spravato-style/1/document")
    assert "One set with blood pressure, pulse and oxygen saturation, 35 to 55 min after the last part." in shown
    assert "From week 1 to 4: at most 2 doses within 7 days." in shown
    assert "it supports the records of a practice" in shown
    assert words(clinic.therapist, "/protocols/kap-core/1/document")


def test_one_that_stands_beside_the_one_in_force_is_compared_with_that(clinic: Clinic) -> None:
    order = AdoptProtocol(document=document("spravato-style", "1"), beside=True)
    clinic.decide(NETWORK, clinic.network_id, adopt_protocol, order)
    clinic.catch_up()
    shown = Read(clinic.prescriber.get("/protocols/spravato-style/1").text).words
    assert "What changes from kap-core 2" in shown
    assert "Ceiling of a session 600 → 84 mg" in shown
    assert "changes of source or mark only" in shown
    assert "This is what is in force" not in shown
