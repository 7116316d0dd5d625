"""Forms of consents: until patients sign themselves, staff record how, by whom and before whom it was signed."""

from api.forms import grounds
from api.forms.about import about_field, happened_earlier
from api.forms.fields import Number, Text
from api.forms.form import Body, Form
from api.forms.lists import Choice, Radio
from api.forms.section import Section, section
from api.forms.times import Moment
from api.forms.words import options_of
from api.scene import Scene
from domain.episode.consent.consents import ConsentMethod, ConsentType, TouchScope
from domain.episode.consent.sign_consent import AnsweredBy


def _wanted(scene: Scene) -> str:
    """The type in question: the one named, else the first that the protocol asks for and nobody signed."""
    named = scene.about.get("consent_type", "")
    signed = {one.consent_type for one in scene.episode.consents if one.withdrawn_at is None}
    return named or next((kind.value for kind in ConsentType if kind not in signed), ConsentType.KETAMINE.value)


def _sign(scene: Scene) -> list[Section]:
    wanted = _wanted(scene)
    asked = scene.protocol.consent(wanted)
    current = asked.current_version(scene.today) if asked else None
    touch = Radio(
        name="touch_scope",
        label="How far touch goes",
        options=options_of(TouchScope),
        inline=True,
        missing="Choose how far touch goes.",
    )
    return [
        section(
            Choice(name="consent_type", label="Consent", options=options_of(ConsentType), seed=wanted),
            Number(name="text_version", label="Version", seed=current, hint="As printed on the text that was signed"),
            Moment(name="signed_at", label="Signed on", seed=scene.now),
            Radio(name="method", label="How", options=options_of(ConsentMethod), inline=True),
            Radio(
                name="answered_by",
                label="Signed by",
                options=options_of(AnsweredBy),
                seed=AnsweredBy.PATIENT,
                inline=True,
            ),
            touch if wanted == ConsentType.TOUCH.value else None,
            Text(name="witness", label="Witness", optional=True, hint="Needed on paper and by word of mouth"),
        )
    ]


def _witnessed(body: Body) -> dict[str, str]:
    """What is not signed electronically has a witness."""
    if body.get("method") in (ConsentMethod.PAPER.value, ConsentMethod.SPOKEN.value) and not body.get("witness"):
        return {"witness": "Name the witness."}
    return {}


def _variants(scene: Scene) -> list[tuple[str, str, bool]]:
    wanted = _wanted(scene)
    return [(f"consent_type={value}", words, value == wanted) for value, words, *_ in options_of(ConsentType)]


def _withdraw(scene: Scene) -> list[Section]:
    signed = [kind for kind in ConsentType if any(c.consent_type is kind for c in scene.episode.consents)]
    return [
        section(
            about_field(scene, "consent_type", "Consent", options_of(signed)),
            Moment(name="from_at", label="From", seed=scene.now),
        )
    ]


def _narrow(scene: Scene) -> list[Section]:
    touch = Radio(name="touch_scope", label="Touch from now on", options=options_of(TouchScope), inline=True)
    return [section(touch), happened_earlier("When the patient said so")]


FORMS = (
    Form(
        decision="sign_consent",
        title="Record a signed consent",
        sections=_sign,
        variants=_variants,
        follows="It counts for doses after the signature.",
        recorded="consent",
        check=_witnessed,
        grounds=grounds.facts(grounds.consents),
    ),
    Form(
        decision="withdraw_consent",
        title="Withdraw a consent",
        sections=_withdraw,
        follows="It counts at once; monitoring and release go on.",
        recorded="consent withdrawn",
        grounds=grounds.facts(grounds.consents),
    ),
    Form(
        decision="narrow_touch",
        title="Narrow the consent to touch",
        sections=_narrow,
        follows="Widening it again needs a new signature.",
        recorded="consent to touch",
        grounds=grounds.facts(grounds.consents),
    ),
)
