"""Forms of notes: signing them, adding to them, co-signing them, and asking another role for one."""

from collections.abc import Sequence
from uuid import UUID

from api.dosing_view.so_far import so_far
from api.forms import grounds
from api.forms.about import about_field, name_of, when
from api.forms.fields import Area, Field, Hidden
from api.forms.form import Form
from api.forms.lists import Choice, Option
from api.forms.section import Section, section
from api.forms.times import Day
from api.forms.words import in_words, options_of, word_of
from api.scene import Scene
from domain.actor import Role
from domain.derived import derived_id
from domain.episode.document.add_addendum import AddendumSigned
from domain.episode.document.document import WRITTEN_BY, Document, DocumentKind, DocumentRequest
from domain.episode.document.missing import undocumented_sessions
from domain.episode.document.sign_document import DocumentSigned
from domain.episode.document.which_document import visits
from domain.episode.session.session import Session, SessionStatus
from domain.sealed import Sealed

TOOK_PLACE = (SessionStatus.OPEN, SessionStatus.CLEARED, SessionStatus.DOSED, SessionStatus.COMPLETED)
CLINICAL = (Role.THERAPIST, Role.PRESCRIBER)


def own_kinds(scene: Scene) -> list[DocumentKind]:
    """What this person may write, their own note first."""
    return [kind for kind in DocumentKind if not scene.by.roles.isdisjoint(WRITTEN_BY[kind])]


def kind_of(scene: Scene) -> DocumentKind:
    """The kind in question: that which was asked for, that of the address, else one's own note."""
    if (asked := request_of(scene)) is not None:
        return asked.kind
    named = scene.about.get("kind", "")
    return DocumentKind(named) if named in set(DocumentKind) else next(iter(own_kinds(scene)), DocumentKind.VISIT_NOTE)


def request_of(scene: Scene) -> DocumentRequest | None:
    named = scene.id("request_id")
    return scene.episode.document_requests.get(named) if named else None


def document_in(scene: Scene) -> Document | None:
    named = scene.id("document_id")
    return scene.episode.documents.get(named) if named else None


def document_words(scene: Scene, document: Document) -> str:
    """`Progress note on preparation session 1, Thu 12 Mar 08:51, Dr. Lindqvist`."""
    signed = f"{when(scene, document.signed_at)}, {scene.name_of(document.signed_by)}"
    return f"{word_of(document.kind)}{about_words(scene, document)}, {signed}"


def about_words(scene: Scene, of: Document | DocumentRequest) -> str:
    """` on dosing session 2`, ` on the visit of Thu 12 Mar`; nothing where it is about the course."""
    session = scene.episode.sessions.get(of.subject.session_id) if of.subject.session_id else None
    if session is not None:
        return f" on {name_of(session).lower()}"
    visit = visits(scene.episode).get(of.subject.visit_id) if of.subject.visit_id else None
    return f" on the visit of {when(scene, visit)}" if visit else ""


def _session(scene: Scene) -> Session | None:
    asked = request_of(scene)
    named = asked.subject.session_id if asked else scene.id("session_id")
    return scene.episode.sessions.get(named) if named else None


def _new_id(scene: Scene, *parts: object) -> UUID:
    """The same each time one's form is opened, so that a draft is found again, until it is signed.

    What was marked in error counts too: otherwise the next note would get the id of one that was signed before.
    """
    own = (event for event, envelope in scene.history if envelope.actor_id == scene.by.actor_id)
    signed = sum(isinstance(event, DocumentSigned | AddendumSigned) for event in own)
    return derived_id("draft", scene.episode_id, scene.by.actor_id, *parts, signed)


def _sign(scene: Scene) -> list[Section]:
    kind, session, asked = kind_of(scene), _session(scene), request_of(scene)
    about = session.session_id if session else (asked.subject.visit_id if asked else "")
    return [
        section(
            Hidden(name="document_id", seed=scene.id("document_id") or _new_id(scene, kind, about)),
            Hidden(name="kind", seed=kind.value),
            _session_field(scene, kind, session),
            _visit_field(scene, asked) if kind is DocumentKind.VISIT_NOTE else None,
            Area(
                name="text",
                label=word_of(kind),
                hint="Times, doses and measured values are on record already; they stand beside",
                missing="Write the note.",
                rows=14,
            ),
        )
    ]


def _session_field(scene: Scene, kind: DocumentKind, session: Session | None) -> Field:
    if session is not None:
        return Hidden(name="session_id", seed=session.session_id)
    held = sorted(scene.sessions(*TOOK_PLACE), key=lambda one: one.starts_at, reverse=True)
    options = [(str(one.session_id), f"{name_of(one)}, {when(scene, one.starts_at)}") for one in held]
    if kind is DocumentKind.SESSION_RECORD:
        return about_field(scene, "session_id", "Session", options)
    return Choice(name="session_id", label="About session", options=options, optional=True, empty="None")


def _visit_field(scene: Scene, asked: DocumentRequest | None) -> Field:
    if asked is not None and asked.subject.visit_id is not None:
        return Hidden(name="visit_id", seed=asked.subject.visit_id)
    options = visit_options(scene)
    return Choice(name="visit_id", label="About visit", options=options, optional=True, empty="None")


def visit_options(scene: Scene) -> list[Option]:
    """Intake and follow-ups, the newest first."""
    found = sorted(visits(scene.episode).items(), key=lambda visit: visit[1], reverse=True)
    intake = scene.episode.intake.entry_id if scene.episode.intake else None
    return [(str(entry), f"{'Intake' if entry == intake else 'Follow-up'}, {when(scene, at)}") for entry, at in found]


def _sign_variants(scene: Scene) -> Sequence[tuple[str, str, bool]]:
    current = kind_of(scene)
    named = "".join(f"&session_id={one.session_id}" for one in [_session(scene)] if one)
    return [(f"kind={kind.value}{named}", word_of(kind), kind is current) for kind in own_kinds(scene)]


def _recorded_in_session(scene: Scene) -> Sequence[tuple[str, str]]:
    """What the session says itself, so that nobody types it again."""
    session = _session(scene)
    if session is None:
        return []
    span = [when(scene, at) for at in (session.started_at, session.ended_at) if at]
    return [(name_of(session), " to ".join(span) or "not begun"), *so_far(scene, session)]


def _document_options(scene: Scene, *, others: bool = False) -> list[Option]:
    found = sorted(scene.episode.documents.values(), key=lambda one: one.signed_at, reverse=True)
    wanted = [one for one in found if not others or one.signed_by != scene.by.actor_id]
    return [(str(one.document_id), document_words(scene, one)) for one in wanted]


def _texts(scene: Scene) -> Sequence[tuple[str, Sealed[str]]]:
    """The document in question with its addenda, as they were signed."""
    return texts_of(scene, document_in(scene))


def texts_of(scene: Scene, document: Document | None) -> Sequence[tuple[str, Sealed[str]]]:
    """Each text with who signed it and when, in order; still sealed."""
    if document is None:
        return []
    parts = {document.entry_id: document_words(scene, document)}
    for added in document.addenda:
        parts[added.entry_id] = f"Addendum, {when(scene, added.signed_at)}, {scene.name_of(added.signed_by)}"
    return [
        (parts[envelope.event_id], getattr(event, "text"))  # noqa: B009 both events have one, under no common class
        for event, envelope in scene.history
        if envelope.event_id in parts
    ]


def _addendum(scene: Scene) -> list[Section]:
    document = document_in(scene)
    about = document.document_id if document else ""
    return [
        section(
            Hidden(name="addendum_id", seed=scene.id("addendum_id") or _new_id(scene, "addendum", about)),
            about_field(scene, "document_id", "Note", _document_options(scene)),
            Area(name="text", label="Addendum", missing="Write the addendum.", rows=8),
        )
    ]


def _co_sign(scene: Scene) -> list[Section]:
    document = document_in(scene)
    return [
        section(
            about_field(scene, "document_id", "Note", _document_options(scene, others=True)),
            Hidden(name="addenda", seed=len(document.addenda) if document else 0),
        )
    ]


def _ask_co_signature(scene: Scene) -> list[Section]:
    return [section(about_field(scene, "document_id", "Note", _document_options(scene)), *asked_of(scene))]


def asked_of(scene: Scene) -> list[Field]:
    """Whom, and by when."""
    other = Role.THERAPIST if scene.by.has(Role.PRESCRIBER) else Role.PRESCRIBER
    roles = [(role.value, role.value.capitalize()) for role in CLINICAL]
    on_team = [
        m for m in scene.episode.members_at(scene.now) if m.role in CLINICAL and m.clinician_id != scene.by.actor_id
    ]
    people = [(str(m.clinician_id), f"{scene.name_of(m.clinician_id)}, {m.role.value}") for m in on_team]
    return [
        Choice(name="role", label="Asked of a", options=roles, seed=scene.about.get("role") or other.value),
        Choice(name="clinician_id", label="By name", options=people, optional=True, empty="Whoever has the role"),
        Day(name="due_on", label="Due", missing="Say until when."),
    ]


def _ask_for_document(scene: Scene) -> list[Section]:
    kinds = options_of(DocumentKind)
    missing = next(iter(undocumented_sessions(scene.episode)), None)
    named = scene.about.get("session_id") or (str(missing.session_id) if missing else None)
    held = sorted(scene.sessions(*TOOK_PLACE), key=lambda one: one.starts_at, reverse=True)
    options = [(str(one.session_id), f"{name_of(one)}, {when(scene, one.starts_at)}") for one in held]
    return [
        section(
            Choice(name="kind", label="What is missing", options=kinds, seed=scene.about.get("kind")),
            Choice(name="session_id", label="About session", options=options, optional=True, seed=named, empty="None"),
            Choice(name="visit_id", label="About visit", options=visit_options(scene), optional=True, empty="None"),
            *asked_of(scene),
        )
    ]


FORMS = (
    Form(
        decision="sign_document",
        title=lambda scene: f"Write a {in_words(kind_of(scene))}",
        button="Sign",
        sections=_sign,
        follows="“I wrote this.” It is locked then; what comes later is an addendum.",
        recorded=lambda scene: in_words(kind_of(scene)),
        variants=_sign_variants,
        is_signed_anew=True,
        keeps_draft="document_id",
        grounds=grounds.facts(_recorded_in_session, grounds.doses, grounds.scores),
    ),
    Form(
        decision="add_addendum",
        title="Add an addendum",
        button="Sign the addendum",
        sections=_addendum,
        follows="What was signed before stays as it is.",
        recorded="addendum",
        is_signed_anew=True,
        keeps_draft="addendum_id",
        quotes=_texts,
    ),
    Form(
        decision="ask_co_signature",
        title="Ask for a co-signature",
        button="Ask",
        sections=_ask_co_signature,
        follows="It is on their list until they have signed.",
        recorded="request for a co-signature",
    ),
    Form(
        decision="co_sign_document",
        title="Co-sign a note",
        button="Co-sign",
        sections=_co_sign,
        follows="“I reviewed this”, with the addenda shown.",
        recorded="co-signature",
        is_signed_anew=True,
        quotes=_texts,
    ),
    Form(
        decision="ask_for_document",
        title="Ask for a missing note",
        button="Ask",
        sections=_ask_for_document,
        follows="It is on their list until it is signed.",
        recorded="request for a note",
        grounds=grounds.notes_missing,
    ),
)
