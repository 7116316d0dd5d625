"""Somebody who works in the house: what they do goes through the JSON routes, what they see comes from them."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import httpx
from pydantic_core import to_jsonable_python

from deploy.demo.dosing_day import CRITERIA
from tests.api.clinic import Browser
from tests.scenarios.said import Said

if TYPE_CHECKING:
    from tests.scenarios.told import Told


class Person(Browser):
    """Signs in anew for every act, so that a signature is fresh and nobody is idle for too long."""

    def does(self, told: "Told", decision: str, /, **body: Any) -> Said:
        """Anything that can be decided about this patient."""
        return Said(self.asks(told.episode_id, decision, body, uuid4().hex))

    def asks(self, episode_id: UUID, decision: str, body: dict[str, Any], key: str) -> httpx.Response:
        """The same under an idempotency key."""
        self._signed_in_at = None
        path = f"/api/episodes/{episode_id}/{decision.replace('_', '-')}"
        return self.post(path, json=to_jsonable_python(body), headers={"idempotency-key": key})

    def clears(self, told: "Told", number: int, *, dose_mg: int, part: str = "first", **more: Any) -> Said:
        """Go or no-go for a part of the dose of that dosing session."""
        plan = told.state.plan
        body = {"session_id": told.dosing(number), "part": part, "dose_mg": dose_mg, "confirm_dose": True}
        asked = {"plan_version": plan.version if plan else 1, "patient_was_asked": True}
        return self.does(told, "clear_to_dose", **body, **asked, **more)

    def doses(self, told: "Told", number: int, *, dose_mg: int, part: str = "first", **more: Any) -> Said:
        """Writes down a part that was taken."""
        tablets = [{"strength_mg": 100, "count": dose_mg / 100}]
        body = {"session_id": told.dosing(number), "part": part, "amount_mg": dose_mg, "tablets": tablets}
        return self.does(told, "record_dose", **body, **more)

    def measures(
        self, told: "Told", number: int, systolic: int, diastolic: int, *, phase: str = "before", **more: Any
    ) -> Said:
        """Writes down vitals taken just now."""
        pressure = {"systolic_mmhg": systolic, "diastolic_mmhg": diastolic, "pulse_per_min": 74}
        return self.does(told, "record_vitals", session_id=told.dosing(number), phase=phase, **pressure, **more)

    def releases(self, told: "Told", number: int, **more: Any) -> Said:
        """Lets the patient go after a dose."""
        body = {"session_id": told.dosing(number), "ended_as": "released", "criteria": CRITERIA}
        return self.does(told, "end_dosing_session", **(body | more))

    def opens(self, told: "Told", number: int) -> Said:
        """Opens that dosing session."""
        return self.does(told, "open_dosing_session", session_id=told.dosing(number))

    def scores(self, told: "Told", answers: list[int], *, hours_ago: float = 0, **more: Any) -> Said:
        """Enters a PHQ-9."""
        taken_at = self.clinic.now - timedelta(hours=hours_ago)
        return self.does(told, "record_outcome", instrument="phq-9", answers=answers, taken_at=taken_at, **more)

    def reads(self, path: str, **asked: Any) -> Any:
        """What a query of the API answers."""
        self.clinic.catch_up()
        answer = self.get(path, params=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def finds(self, path: str) -> bool:
        """Whether there is anything at this address for this person."""
        self.clinic.catch_up()
        return self.get(path).status_code != 404

    def shows(self, path: str) -> bool:
        """Whether this person gets to see what is there."""
        self.clinic.catch_up()
        return self.get(path).status_code == 200

    def page(self, path: str) -> str:
        """A page as it is sent."""
        self.clinic.catch_up()
        answer = self.get(path)
        assert answer.status_code == 200, answer.text[-800:]
        return answer.text
