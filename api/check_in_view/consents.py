"""Consents on a patient's page: the whole text, a tick beneath each, and one name for all of them."""

from collections.abc import Sequence
from typing import Any

from api.check_in_view.paper import Answer, Paper, Setting
from api.forms.fields import Field, Text
from api.forms.lists import Radio, Tick
from api.forms.posted import Posted
from domain.days import day_of
from domain.episode.consent.consent_text import ConsentText, consent_text
from domain.episode.consent.consents import ConsentMethod, ConsentType, TouchScope
from domain.episode.consent.sign_consent import AnsweredBy
from domain.patient.language import Language

TOUCH = {
    TouchScope.NONE: "No touch",
    TouchScope.HAND_ONLY: "Hand only",
    TouchScope.HAND_AND_SHOULDER: "Hand and shoulder",
}
NAME = "signed_name"


def papers(setting: Setting) -> Sequence[Paper]:
    """One paper per consent, and the signature at the end."""
    return [*(_paper(setting, kind) for kind in setting.link.consents), _signature(setting)]


def _paper(setting: Setting, kind: ConsentType) -> Paper:
    text, language, version = shown_text(setting, kind)
    notice = ""
    if language is not setting.words.language:
        notice = setting.words("This text is only available in English. Ask your care team before you sign it.")
    fields: list[Field] = [
        Tick(name=f"agree.{kind.value}", label=setting.words("I have read this text and I agree."), optional=False)
    ]
    if kind is ConsentType.TOUCH:
        fields.insert(0, _scope(setting))
    heading = text.title if text else kind.value
    credit = setting.words("Version {version}", version=version)
    return Paper(heading, tuple(fields), paragraphs=text.paragraphs if text else (), notice=notice, credit=credit)


def _scope(setting: Setting) -> Radio:
    words = setting.words
    options = [(scope.value, words(label)) for scope, label in TOUCH.items()]
    return Radio(
        name="touch_scope",
        label=words("How far touch may go"),
        options=options,
        missing=words("Choose how far touch may go."),
    )


def _signature(setting: Setting) -> Paper:
    words = setting.words
    name = Text(
        name=NAME,
        label=words("Your full name"),
        hint=words("Writing your name here is your signature."),
        missing=words("Write your full name to sign."),
    )
    intro = words("If you do not agree, do not sign. Close this page and talk to your care team.")
    return Paper(words("Signature"), (name,), intro=intro)


def shown_text(setting: Setting, kind: ConsentType) -> tuple[ConsentText | None, Language, int]:
    """The text of today's version, in the patient's language where there is one."""
    required = setting.network.protocol.consent(kind)
    version = required.current_version(day_of(setting.now, setting.network.zone)) if required else None
    for language in (setting.words.language, Language.ENGLISH):
        if version is not None and (text := consent_text(kind, version, language)) is not None:
            return text, language, version
    return None, Language.ENGLISH, version or 0


def answer(setting: Setting, posted: Posted) -> Answer:
    """All of them signed, or none: what was not agreed to is not signed."""
    fields = [one for paper in papers(setting) for one in paper.fields]
    values, mistakes = setting.read(fields, posted)
    for kind in setting.link.consents:
        if not values.get(f"agree.{kind.value}"):
            mistakes[f"agree.{kind.value}"] = setting.words("Tick this box to sign, or close the page.")
    return Answer({"consents": [_signed(setting, kind, values) for kind in setting.link.consents]}, mistakes)


def _signed(setting: Setting, kind: ConsentType, values: dict[str, Any]) -> dict[str, Any]:
    _, language, version = shown_text(setting, kind)
    return {
        "consent_type": kind.value,
        "text_version": version,
        "method": ConsentMethod.ELECTRONIC.value,
        "answered_by": AnsweredBy.PATIENT.value,
        "signed_name": values.get(NAME),
        "language": language.value,
        "touch_scope": values.get("touch_scope") if kind is ConsentType.TOUCH else None,
    }
