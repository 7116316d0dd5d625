"""Notes and questions as programs read them: ids, times, states, and the texts for whoever may read free text."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from api.scene import Scene
from domain.episode.document.add_addendum import AddendumSigned
from domain.episode.document.document import Document
from domain.episode.document.missing import waiting_requests
from domain.episode.document.sign_document import DocumentSigned
from domain.episode.question.answer_question import QuestionAnswered
from domain.episode.question.ask_question import QuestionAsked
from domain.sealed import Sealed

OpenTexts = Callable[[Sequence[Sealed[Any] | None]], list[str]]


def documents_as_json(scene: Scene, open_texts: OpenTexts) -> dict[str, Any]:
    """What stands now; what was marked in error is in the timeline."""
    texts = _texts(scene, open_texts)
    return {
        "episode_id": scene.episode_id,
        "documents": [_document(one, texts) for one in scene.episode.documents.values()],
        "missing": [asdict(one) for one in waiting_requests(scene.episode)],
        "questions": [
            {**asdict(one), "question": texts.get(one.entry_id), "answer": texts.get(one.answer_entry_id)}
            for one in scene.episode.questions.values()
        ],
    }


def _document(document: Document, texts: dict[Any, str]) -> dict[str, Any]:
    addenda = [{**asdict(added), "text": texts.get(added.entry_id)} for added in document.addenda]
    waiting = [asdict(asked) for asked in document.waiting]
    return {**asdict(document), "text": texts.get(document.entry_id), "addenda": addenda, "waiting": waiting}


def _texts(scene: Scene, open_texts: OpenTexts) -> dict[Any, str]:
    """By entry, all opened at once."""
    sealed: dict[Any, Sealed[str]] = {}
    for event, envelope in scene.history:
        match event:
            case DocumentSigned() | AddendumSigned():
                sealed[envelope.event_id] = event.text
            case QuestionAsked():
                sealed[envelope.event_id] = event.question
            case QuestionAnswered():
                sealed[envelope.event_id] = event.answer
    return dict(zip(sealed, open_texts(list(sealed.values())), strict=True))
