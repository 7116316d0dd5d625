"""Notes of an episode: how each stands, what is asked for, which questions are open; and one as it was signed."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import NamedTuple
from uuid import UUID

from api import formats
from api.forms.about import when
from api.forms.documents import about_words
from api.forms.words import in_words, word_of
from api.scene import Scene
from domain.actor import Role
from domain.episode.course.mark_in_error import EntryMarkedInError
from domain.episode.document.add_addendum import AddendumSigned
from domain.episode.document.co_sign_document import DocumentCoSigned
from domain.episode.document.document import Document, Meaning
from domain.episode.document.missing import undocumented_sessions, waiting_requests
from domain.episode.document.sign_document import DocumentSigned
from domain.episode.question.question import AskedQuestion
from domain.event import Envelope
from domain.sealed import Sealed

MEANINGS = {Meaning.WROTE: "I wrote this", Meaning.REVIEWED: "I reviewed this"}
MOST = 6


class NoteShown(NamedTuple):
    """`Progress note on preparation session 1`, how it stands, and where it is read; no address for coordination."""

    words: str
    state: str
    href: str
    is_waiting: bool


class NotesShown(NamedTuple):
    notes: list[NoteShown]
    more: int
    missing: list[str]
    """Documents asked for, and sessions without any."""
    questions: list[tuple[str, str]]
    """Open questions: words and address."""


def notes_shown(scene: Scene) -> NotesShown:
    """Everybody sees that a note exists and how it stands; coordination sees no more than that."""
    newest = sorted(scene.episode.documents.values(), key=lambda one: one.signed_at, reverse=True)
    notes = [_note(one, scene) for one in newest[:MOST]]
    questions = [_question(one, scene) for one in scene.episode.questions.values() if one.closed_at is None]
    return NotesShown(notes, max(0, len(newest) - MOST), list(_missing(scene)), questions)


def _note(document: Document, scene: Scene) -> NoteShown:
    href = f"{scene.href}/documents/{document.entry_id}" if scene.shows_clinical else ""
    words = f"{word_of(document.kind)}{about_words(scene, document)}"
    return NoteShown(words, state_words(document, scene), href, bool(document.waiting))


def _missing(scene: Scene) -> Iterable[str]:
    for asked in waiting_requests(scene.episode):
        move = scene.name_of(asked.clinician_id) if asked.clinician_id else scene.who_has(asked.role)
        due = formats.list_date(asked.due_on, scene.today)
        yield f"{word_of(asked.kind)}{about_words(scene, asked)}, due {due}, with {move}"
    asked_about = {asked.subject.session_id for asked in waiting_requests(scene.episode)}
    for session in undocumented_sessions(scene.episode):
        if session.session_id not in asked_about:
            yield f"No note yet on {session.kind.value} session {session.number}"


def _question(asked: AskedQuestion, scene: Scene) -> tuple[str, str]:
    what = "answer-question" if asked.answered_at is None else "close-question"
    href = f"{scene.href}/{what}?question_id={asked.question_id}" if scene.shows_clinical else ""
    return f"Question of {when(scene, asked.asked_at)}: {_standing(asked, scene)}", href


def _standing(asked: AskedQuestion, scene: Scene) -> str:
    if asked.closed_at is not None:
        return "closed"
    if asked.answered_at is not None:
        return f"answered by {scene.name_of(asked.answered_by)}"
    return f"open, with {scene.name_of(asked.clinician_id) if asked.clinician_id else scene.who_has(asked.role)}"


def state_words(document: Document, scene: Scene) -> str:
    """`signed Tue 3 Mar 14:10 by Dr. Lindqvist, 1 addendum, co-signature asked`."""
    signed = f"signed {when(scene, document.signed_at)} by {scene.name_of(document.signed_by)}"
    return ", ".join([signed, *_since(document, scene)])


def _since(document: Document, scene: Scene) -> list[str]:
    """What came after the signature: addenda, co-signatures, and what is asked."""
    parts = []
    if document.addenda:
        count = len(document.addenda)
        parts.append("1 addendum" if count == 1 else f"{count} addenda")
    for signed in document.co_signatures:
        before = "" if signed.addenda >= len(document.addenda) else " before the last addendum"
        parts.append(f"co-signed by {scene.name_of(signed.signed_by)}{before}")
    if document.waiting:
        parts.append("co-signature asked")
    return parts


def beside_entries(scene: Scene) -> Mapping[UUID, str]:
    """By entry, what the timeline says beside it: how a note stands, which questions were asked. Safe HTML."""
    beside: dict[UUID, list[str]] = {}
    for document in scene.episode.documents.values():
        if later := ", ".join(_since(document, scene)):
            beside.setdefault(document.entry_id, []).append(escape(later[:1].upper() + later[1:]))
    for asked in scene.episode.questions.values():
        words, href = _question(asked, scene)
        is_open = asked.closed_at is None
        beside.setdefault(asked.about_entry_id, []).append(
            f'<a href="{href}">{escape(words)}</a>' if is_open and href else escape(words)
        )
    return {entry: " · ".join(pieces) for entry, pieces in beside.items()}


class PartShown(NamedTuple):
    """A text or a signature, by whom and when, with its meaning; what was marked in error stays readable."""

    entry_id: UUID
    heading: str
    meaning: str
    text: Sealed[str] | None
    is_in_error: bool


class DocumentShown(NamedTuple):
    title: str
    document: Document | None
    """None once it was marked in error."""
    parts: list[PartShown]
    reasons: list[Sealed[str]]
    """Why the document was marked in error."""


def document_shown(scene: Scene, entry_id: UUID) -> DocumentShown | None:
    """A document from the event that signed it on, as it was signed; None where that entry is no document."""
    signed = next((one for one in scene.history if one.envelope.event_id == entry_id), None)
    if signed is None or not isinstance(signed.event, DocumentSigned):
        return None
    event, parts, reasons = signed.event, [], []
    is_this = False
    for later, envelope in scene.history:
        match later:
            case DocumentSigned(document_id=event.document_id):
                is_this = envelope.event_id == entry_id  # another may follow under the same id once it is in error
                if is_this:
                    parts.append(_part(scene, "Signed", envelope, later.meaning, later.text))
            case AddendumSigned(document_id=event.document_id) if is_this:
                parts.append(_part(scene, "Addendum", envelope, later.meaning, later.text))
            case DocumentCoSigned(document_id=event.document_id) if is_this:
                parts.append(_part(scene, "Co-signed", envelope, later.meaning, None))
            case EntryMarkedInError(entry_id=wrong) if wrong == entry_id:
                reasons.append(later.reason)
    document = scene.episode.documents.get(event.document_id)
    standing = document if document is not None and document.entry_id == entry_id else None
    about = about_words(scene, standing) if standing else ""
    return DocumentShown(f"{word_of(event.kind)}{about}", standing, parts, reasons)


def _part(scene: Scene, what: str, envelope: Envelope, meaning: Meaning, text: Sealed[str] | None) -> PartShown:
    """Name in print, date and time, and meaning, as a signature shows them (21 CFR 11.50)."""
    colleague = scene.colleagues.get(envelope.actor_id)
    name = colleague.name if colleague else scene.name_of(envelope.actor_id)
    at = formats.full_moment(envelope.occurred_at, scene.zone)
    heading = f"{what} by {name}, {envelope.actor_role}, {at}"
    return PartShown(envelope.event_id, heading, MEANINGS[meaning], text, envelope.event_id in scene.episode.in_error)


def steps_on(scene: Scene, document: Document) -> list[tuple[str, str]]:
    """What the person who looks may do with it: words and address."""
    if not scene.by.has(Role.THERAPIST, Role.PRESCRIBER):
        return []
    query = f"?document_id={document.document_id}&back={scene.href}/documents/{document.entry_id}"
    steps = [("Add an addendum", f"{scene.href}/add-addendum{query}")]
    is_own = document.signed_by == scene.by.actor_id
    if not is_own and not document.is_co_signed_by(scene.by.actor_id):
        steps.insert(0, ("Co-sign", f"{scene.href}/co-sign-document{query}"))
    steps.append(("Ask for a co-signature", f"{scene.href}/ask-co-signature{query}"))
    steps.append(("Ask a question", f"{scene.href}/ask-question?event_id={document.entry_id}"))
    wrong = f"{scene.href}/mark-in-error?event_id={document.entry_id}"
    return [*steps, (f"Mark this {in_words(document.kind)} in error", wrong)]
