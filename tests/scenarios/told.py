"""A story while it is told: played step by step, stopped at its beats, looked at from all sides."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic_core import to_jsonable_python

from deploy.demo.story import Step, Story
from domain.episode.episode import EPISODE, Episode
from domain.episode.referral.refer import refer
from domain.patient.patient import PATIENT
from store.append import event_id

if TYPE_CHECKING:
    from tests.scenarios.house import House
    from tests.scenarios.person import Person


class Told:
    """`given` plays up to a beat past the web application, `when` through it, each step by its own person."""

    def __init__(self, house: "House", story: Story) -> None:
        self.house, self.story = house, story
        self.episode_id, self.patient_id = story.patient.episode_id, story.patient.patient_id
        self._rest = sorted(story.steps, key=lambda step: step.recorded_at)
        self._became: dict[str, str] = {}

    def given(self, beat: str | None = None) -> "Told":
        """Everything up to the beat, or the whole rest, has happened."""
        for step in self._up_to(beat):
            self.house.now = step.recorded_at
            if step.decide is refer:
                self.house.teller.tell(step)
            else:
                self._past_the_api(step)
        return self

    def when(self, beat: str | None = None) -> "Told":
        """The same through the API, and every step is recorded."""
        for step in self._up_to(beat):
            self.house.now = step.recorded_at
            self._through_the_api(step)
        return self

    def sends_again(self, decision: str) -> bool:
        """The latest step of this kind once more, under the key it had: whether that was known for a repetition."""
        step = next(step for step in reversed(self.story.steps) if step.decide.__name__ == decision)
        body = to_jsonable_python(self._as_it_became(step.body))
        answer = self.house.browser_of(step.by).asks(self.episode_id, decision, body, step.command_id.hex)
        assert answer.status_code == 200, answer.text
        return bool(answer.json()["repeated"])

    def at(self, offset: int, clock: str) -> datetime:
        """The clock moves on to a local time of that day of the course."""
        self.house.now = self.story.at(offset, clock)
        return self.house.now

    @property
    def href(self) -> str:
        return f"/episodes/{self.episode_id}"

    @property
    def name(self) -> str:
        return self.story.patient.name

    @property
    def state(self) -> Episode:
        found: Episode
        found, _ = self.house.edge.care.state(EPISODE, self.episode_id, network_id=self.house.network_id)
        return found

    def dosing(self, number: int = 1) -> UUID:
        """The id of a dosing session."""
        return self.story.id("dosing", number)

    def gates(self, seen_by: "Person | None" = None) -> dict[str, dict[str, Any]]:
        """The gates before the next dose, by key, as the episode page and API show them."""
        found = (seen_by or self.house.therapist).reads(f"/api{self.href}")["gates"]
        return {gate["key"]: gate for gate in found}

    def closed(self, seen_by: "Person | None" = None) -> set[str]:
        """The keys of the gates that stand in the way of the next dosing session; of each hold, `hold`."""
        return {
            key.partition(":")[0]
            for key, gate in self.gates(seen_by).items()
            if not gate["is_open"] and gate["gate_class"] != "informational"
        }

    def owed(self, seen_by: "Person | None" = None) -> dict[str, dict[str, Any]]:
        """What is due, by key."""
        found = (seen_by or self.house.therapist).reads(f"/api{self.href}")["obligations"]
        return {one["key"]: one for one in found}

    def timeline(self, seen_by: "Person | None" = None) -> list[dict[str, Any]]:
        """Every line, newest first."""
        reader = seen_by or self.house.therapist
        lines: list[dict[str, Any]] = reader.reads(f"/api{self.href}/timeline", limit=1000)["lines"]
        return lines

    def says(self, words: str, seen_by: "Person | None" = None) -> bool:
        """Whether a line of the timeline says so."""
        return any(words in line["sentence"] for line in self.timeline(seen_by))

    def line(self, stored_as: str, seen_by: "Person | None" = None) -> dict[str, Any]:
        """The newest line of a kind of event."""
        return next(line for line in self.timeline(seen_by) if line["stored_as"] == stored_as)

    def on_caseload(self, of: "Person | None" = None) -> dict[str, Any]:
        """This patient's row of a therapist's caseload; empty where there is none."""
        rows = (of or self.house.therapist).reads("/api/caseload")["rows"]
        return next((row for row in rows if row["episode_id"] == str(self.episode_id)), {})

    def flags(self, of: "Person | None" = None) -> set[str]:
        """The flags of that row."""
        return {flag["key"] for flag in self.on_caseload(of).get("flags", ())}

    def on_worklist(self, of: "Person | None" = None) -> list[dict[str, Any]]:
        """What waits for a prescriber about this patient."""
        waiting = (of or self.house.prescriber).reads("/api/worklist")["waiting"]
        return [one for one in waiting if one["episode_id"] == str(self.episode_id)]

    def coordinated(self) -> list[dict[str, Any]]:
        """What coordination sees due for this patient."""
        due = self.house.coordinator.reads("/api/coordination")["due"]
        return [one for one in due if one["episode_id"] == str(self.episode_id)]

    def in_feed(self) -> list[str]:
        """The kinds of events integrators are told of, oldest first."""
        return self.house.events_of(self.episode_id)

    def known(self, **asked: datetime) -> str:
        """The state in words, as a replay tells it: `as_of` a moment, or as `known_at` another."""
        moments = {name: moment.isoformat() for name, moment in asked.items()}
        found = self.house.therapist.reads(f"/api{self.href}/replay", **moments)["state"]
        return "\n".join(f"{line['what']}: {line['value']}" for line in found)

    def _up_to(self, beat: str | None) -> Iterator[Step]:
        until = self.story.beats[beat] if beat else None
        while self._rest and (until is None or self._rest[0].recorded_at <= until):
            yield self._rest.pop(0)

    def _past_the_api(self, step: Step) -> None:
        """In process, for the episode as it was opened."""
        body, moment = self._as_it_became(step.body), step.recorded_at
        self.house.teller.take(EPISODE, self.episode_id, step.decide, body, step.by.actor, moment, step.command_id)

    def _through_the_api(self, step: Step) -> None:
        by = self.house.browser_of(step.by)
        if step.decide is refer:
            self._refer(by, step)
            return
        name, body = step.decide.__name__, to_jsonable_python(self._as_it_became(step.body))
        answer = by.asks(self.episode_id, name, body, step.command_id.hex)
        assert answer.status_code == 200, f"{name}: {answer.text}"
        for ordinal, recorded in enumerate(answer.json()["event_ids"]):
            self._became[str(event_id(step.command_id, ordinal))] = recorded

    def _refer(self, by: "Person", step: Step) -> None:
        """The route of referrals registers the patient and names the episode itself."""
        patient = self.story.patient
        body = to_jsonable_python({key: value for key, value in step.body.items() if key != "patient_id"})
        who = {"name": patient.name, "birth_date": patient.birth_date.isoformat()}
        if self.house.edge.care.state(PATIENT, self.patient_id, network_id=self.house.network_id)[1]:
            who = {"patient_id": str(self.patient_id)}
        answer = by.post("/api/referrals", json=body | who, headers={"idempotency-key": step.command_id.hex})
        assert answer.status_code == 200, answer.text
        self.episode_id = UUID(answer.json()["episode_id"])
        self.patient_id = UUID(answer.json()["patient_id"])

    def _as_it_became(self, value: Any) -> Any:
        """Ids of entries that the API gave other ids than the story foresaw."""
        match value:
            case dict():
                return {key: self._as_it_became(one) for key, one in value.items()}
            case list():
                return [self._as_it_became(one) for one in value]
            case UUID():
                return UUID(self._became.get(str(value), str(value)))
            case _:
                return value
