"""Forms of check-in links: what the patient is asked, in which language, by which channel, until when."""

from collections.abc import Sequence

from api.forms.about import about_field, when
from api.forms.fields import Hidden, Number, Text
from api.forms.form import Body, Form
from api.forms.lists import Many, Option, Radio
from api.forms.section import Section, section
from api.forms.words import in_words, options_of
from api.scene import Scene
from domain.episode.check_in.check_in_link import Channel, CheckInLink, CheckInPurpose, CheckInStatus
from domain.episode.check_in.what_can_be_shown import can_be_shown, has_text_in
from domain.episode.consent.consent_text import consent_text, has_text
from domain.episode.consent.consents import ConsentType
from domain.instrument import ids, load
from domain.patient.language import Language
from projections.sentences.check_in_link import LANGUAGES

PURPOSES = (
    (CheckInPurpose.QUESTIONNAIRES, "Questionnaires"),
    (CheckInPurpose.AFTER_DOSE, "After a dose"),
    (CheckInPurpose.CONSENTS, "Consents to sign"),
    (CheckInPurpose.CHAPERONE, "Chaperone"),
    (CheckInPurpose.MEDICINE_INVENTORY, "Tablets"),
)
CHANNELS = [(Channel.BY_HAND.value, "By hand"), (Channel.EMAIL.value, "By e-mail")]


def _earlier(scene: Scene) -> CheckInLink | None:
    """The link that is sent again."""
    named = scene.id("link_id")
    return scene.episode.check_in_links.get(named) if named else None


def _purpose(scene: Scene) -> CheckInPurpose:
    earlier = _earlier(scene)
    named = scene.about.get("purpose", earlier.purpose if earlier else "")
    return next((purpose for purpose, _ in PURPOSES if purpose == named), CheckInPurpose.QUESTIONNAIRES)


def _variants(scene: Scene) -> list[tuple[str, str, bool]]:
    return [(f"purpose={purpose.value}", words, purpose is _purpose(scene)) for purpose, words in PURPOSES]


def _send(scene: Scene) -> list[Section]:
    purpose, earlier = _purpose(scene), _earlier(scene)
    language = (earlier.language if earlier else scene.episode.language) or Language.ENGLISH
    return [
        section(
            Hidden(name="purpose", seed=purpose),
            _instruments(scene, earlier) if purpose is CheckInPurpose.QUESTIONNAIRES else None,
            _consents(scene, earlier) if purpose is CheckInPurpose.CONSENTS else None,
            Radio(
                name="language",
                label="Language",
                options=[(one.value, words) for one, words in LANGUAGES.items()],
                seed=language,
                inline=True,
                hint=_without_text(scene, purpose),
            ),
            Radio(
                name="channel",
                label="How it reaches the patient",
                options=CHANNELS,
                seed=earlier.channel if earlier else Channel.BY_HAND,
                inline=True,
                hint="By hand: the address is shown to you once, to copy or print",
            ),
            Text(
                name="email",
                label="E-mail address",
                optional=True,
                hint="Left empty: the one used last" if scene.episode.email else "Kept sealed",
            ),
            Number(
                name="valid_hours",
                label="Open for",
                unit="hours",
                seed=scene.network.check_in_terms.valid_hours,
                hint="Two weeks at most",
            ),
        )
    ]


def _instruments(scene: Scene, earlier: CheckInLink | None) -> Many:
    due = [one.instrument for one in scene.protocol.instruments]
    shown = [name for name in ids() if can_be_shown(load(name)) is None]
    return Many(
        name="instruments",
        label="Questionnaires",
        options=[(name, load(name).title) for name in shown],
        seed=earlier.instruments if earlier else [name for name in due if name in shown],
        optional=False,
        missing="Choose at least one questionnaire.",
    )


def _consents(scene: Scene, earlier: CheckInLink | None) -> Many:
    current = ((kind, scene.protocol.consent(kind)) for kind in ConsentType)
    offered = [
        kind
        for kind, required in current
        if required and (version := required.current_version(scene.today)) and has_text(kind, version)
    ]
    return Many(
        name="consents",
        label="Consents",
        options=options_of(offered),
        seed=earlier.consents if earlier else None,
        optional=False,
        missing="Choose at least one consent.",
    )


def _without_text(scene: Scene, purpose: CheckInPurpose) -> str:
    """What has no Spanish text, and is shown in English with a notice."""
    if purpose is CheckInPurpose.QUESTIONNAIRES:
        shown = (load(name) for name in ids())
        english = [one.title for one in shown if can_be_shown(one) is None and not has_text_in(one, Language.SPANISH)]
    elif purpose is CheckInPurpose.CONSENTS:
        english = [in_words(kind) for kind in ConsentType if _only_english(scene, kind)]
    else:
        english = []
    return f"No Spanish text, shown in English with a notice: {', '.join(english)}" if english else ""


def _only_english(scene: Scene, kind: ConsentType) -> bool:
    required = scene.protocol.consent(kind)
    version = required.current_version(scene.today) if required else None
    return version is not None and has_text(kind, version) and consent_text(kind, version, Language.SPANISH) is None


def _address_given(body: Body) -> dict[str, str]:
    email = body.get("email")
    if email is not None and not (email.count("@") == 1 and "." in email.partition("@")[2] and " " not in email):
        return {"email": "Write an e-mail address, such as ana@example.org."}
    return {}


def _open_links(scene: Scene) -> list[Option]:
    links = sorted(scene.episode.check_in_links.values(), key=lambda one: one.sent_at, reverse=True)
    words = dict(PURPOSES)
    waiting = (one for one in links if one.answered_at is None and one.revoked_at is None)
    return [(str(one.link_id), f"{words[one.purpose]}, sent {when(scene, one.sent_at)}") for one in waiting]


def _sent_before(scene: Scene) -> Sequence[tuple[str, str]]:
    """Links that are open now: a second one would ask the same twice."""
    words = dict(PURPOSES)
    links = [one for one in scene.episode.check_in_links.values() if one.status_at(scene.now) is CheckInStatus.SENT]
    return [(words[one.purpose], f"Open until {when(scene, one.expires_at)}") for one in links]


FORMS = (
    Form(
        decision="send_check_in_link",
        title="Send a check-in",
        button="Send",
        sections=_send,
        variants=_variants,
        follows="The patient's birth date is asked before anything is shown.",
        recorded="check-in link",
        check=_address_given,
        grounds=_sent_before,
    ),
    Form(
        decision="revoke_check_in_link",
        title="Take a check-in link back",
        button="Take it back",
        sections=lambda scene: [section(about_field(scene, "link_id", "Link", _open_links(scene)))],
        follows="Nobody can answer it from then on.",
        recorded="check-in link taken back",
    ),
)
