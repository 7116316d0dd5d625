"""Forms of subscribers: who follows events from outside, what may be disclosed to them, and their keys."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from api.forms.fields import Area, Reading, Text
from api.forms.form import Form
from api.forms.lists import Choice, Many, Radio
from api.forms.posted import Posted
from api.forms.section import Section, section
from api.forms.times import Moment
from api.scene import Scene
from domain.subscriber.subscriber import KeyScope, Purpose, Way

WAYS = (
    (Way.FEED.value, "Feed", "its program asks for pages, waits, or keeps a stream open"),
    (Way.WEBHOOK.value, "Webhook", "each event is posted to its address"),
    (Way.KAFKA.value, "Kafka", "events are written to a topic of its own"),
)
WAY_WORDS = {value: words for value, words, _ in WAYS}
PURPOSES = (
    (Purpose.TREATMENT.value, "Treatment"),
    (Purpose.PAYMENT.value, "Payment"),
    (Purpose.OPERATIONS.value, "Health care operations"),
    (Purpose.RESEARCH.value, "Research"),
    (Purpose.PUBLIC_HEALTH.value, "Public health"),
    (Purpose.PATIENT_REQUEST.value, "The patient's request"),
)
PURPOSE_WORDS = dict(PURPOSES)
SCOPES = (
    (KeyScope.EVENTS.value, "Read events"),
    (KeyScope.ACCOUNT.value, "See its own page: grant, keys, what was sent"),
)
SCOPE_WORDS = {KeyScope.EVENTS.value: "events", KeyScope.ACCOUNT.value: "own page"}


@dataclass(frozen=True, kw_only=True)
class Names(Area):
    """Several names, apart by spaces, commas or lines."""

    def read(self, posted: Posted, reading: Reading) -> Any:
        return [name for name in re.split(r"[\s,;]+", posted.one(self.name)) if name] or None


def _register(scene: Scene) -> list[Section]:
    return [
        section(
            Text(name="title", label="Organisation and program", hint="Never the name of a person", width="medium"),
            Choice(name="purpose", label="Purpose", options=PURPOSES),
            Radio(name="way", label="How events reach it", options=WAYS, seed=Way.FEED),
        )
    ]


def _grant(scene: Scene) -> list[Section]:
    return [
        section(
            Choice(name="purpose", label="Purpose", options=PURPOSES, seed=scene.about.get("purpose")),
            Radio(
                name="is_full",
                label="What of each event",
                options=(
                    ("false", "Ids and times only"),
                    ("true", "In full", "every field that is not sealed; names and free text are sealed"),
                ),
                seed=scene.about.get("is_full", "false"),
            ),
            Names(
                name="stored_names",
                label="Types of events",
                hint="Names from the catalogue, such as PlanIssued; every type that may leave the house, if left empty",
                optional=True,
                seed=scene.about.get("stored_names"),
            ),
            Radio(
                name="with_history",
                label="From when on",
                options=(
                    ("false", "From now on"),
                    (
                        "true",
                        "From the beginning of the log",
                        "what a webhook or topic has gone past comes only when that stretch is sent again",
                    ),
                ),
                seed="false",
            ),
            Moment(name="until_at", label="Until", optional=True, seed=scene.now + timedelta(days=365)),
        )
    ]


def _key(scene: Scene) -> list[Section]:
    return [
        section(
            Many(name="scopes", label="What it opens", options=SCOPES, seed=[value for value, _ in SCOPES]),
            Moment(name="expires_at", label="Expires", seed=scene.now + timedelta(days=180)),
        )
    ]


SUBSCRIBER_FORMS = {
    form.decision: form
    for form in (
        Form(
            decision="register_subscriber",
            title="Register a subscriber",
            button="Register",
            sections=_register,
            follows="It receives nothing before compliance grants it something.",
        ),
        Form(
            decision="grant_disclosure",
            title="Grant what may be disclosed",
            button="Grant",
            sections=_grant,
            follows="Takes the place of the grant before, from the next request on.",
        ),
        Form(
            decision="issue_key",
            title="Issue a key",
            button="Issue",
            sections=_key,
            follows="The key is shown once and kept nowhere. Hand it over on a way of its own.",
        ),
    )
}
"""By decision; the others have nothing to fill in."""
