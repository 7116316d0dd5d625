"""Documents, requests and questions without one entry that was marked in error."""

from typing import Any
from uuid import UUID

from domain.episode.document.document import Document
from domain.episode.episode import Episode
from domain.episode.question.question import AskedQuestion
from domain.stream import change


def without_entry(episode: Episode, entry_id: UUID) -> Episode:
    """Take out what this entry signed, asked or answered. A request that a document met is open again."""
    return change(
        episode,
        documents={key: _document(one, entry_id) for key, one in episode.documents.items() if one.entry_id != entry_id},
        document_requests=_others(episode.document_requests, entry_id),
        questions={key: _question(one, entry_id) for key, one in _others(episode.questions, entry_id).items()},
    )


def _others(facts: Any, entry_id: UUID) -> dict[UUID, Any]:
    return {key: one for key, one in facts.items() if one.entry_id != entry_id}


def _document(document: Document, entry_id: UUID) -> Document:
    fields = {
        name: tuple(part for part in getattr(document, name) if part.entry_id != entry_id)
        for name in ("addenda", "co_signatures", "co_signature_requests")
    }
    is_touched = any(len(parts) != len(getattr(document, name)) for name, parts in fields.items())
    return change(document, **fields) if is_touched else document


def _question(question: AskedQuestion, entry_id: UUID) -> AskedQuestion:
    if question.answer_entry_id != entry_id:
        return question
    return change(question, answered_at=None, answered_by=None, answer_entry_id=None)
