"""Notes and questions of a replayed state: what was signed, what was asked for, what was open."""

from collections.abc import Iterable

from domain.episode.document.document import Document
from domain.episode.document.missing import waiting_requests
from domain.episode.episode import Episode
from domain.episode.gates.words import at, on
from domain.episode.session.which_session import name_of
from projections.replay.line import StateLine, Surroundings, person, plain


def documents(episode: Episode, around: Surroundings) -> Iterable[StateLine]:
    """A line for each note and each question that is not closed, and for what was asked for and not signed yet."""
    for document in episode.documents.values():
        session = episode.sessions.get(document.subject.session_id) if document.subject.session_id else None
        about = f" on {name_of(session).lower()}" if session else ""
        what = f"{plain(document.kind).capitalize()}{about}"
        yield StateLine(f"document:{document.document_id}", what, _standing(document, around))
    for request in waiting_requests(episode):
        what = f"{plain(request.kind).capitalize()} asked for"
        yield StateLine(f"document_request:{request.request_id}", what, f"due {on(request.due_on)}")
    for question in episode.questions.values():
        if question.closed_at is None:
            answered = f"answered by {person(question.answered_by)}" if question.answered_by else "open"
            value = f"asked {at(question.asked_at, around.zone)} by {person(question.asked_by)}, {answered}"
            yield StateLine(f"question:{question.question_id}", "Question", value)


def _standing(document: Document, around: Surroundings) -> str:
    parts = [f"signed {at(document.signed_at, around.zone)} by {person(document.signed_by)}"]
    if added := len(document.addenda):
        parts.append("1 addendum" if added == 1 else f"{added} addenda")
    parts += [f"co-signed by {person(signed.signed_by)}" for signed in document.co_signatures]
    if document.waiting:
        parts.append("co-signature asked")
    return ", ".join(parts)
