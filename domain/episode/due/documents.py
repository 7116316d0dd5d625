"""What is owed in writing: documents asked for, co-signatures, answers; a pause or a discharge does not end it."""

from collections.abc import Iterable

from domain.days import day_of
from domain.episode.document.document import Document, DocumentRequest
from domain.episode.document.missing import waiting_requests
from domain.episode.due.obligation import Obligation, with_whom
from domain.episode.episode import Episode
from domain.episode.gates.gate import Question
from domain.episode.gates.words import at, on
from domain.episode.question.question import AskedQuestion


def documents(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """Documents asked for, then co-signatures, then questions and their answers."""
    for request in waiting_requests(episode):
        yield _document(request, episode, asked)
    for document in episode.documents.values():
        yield from _co_signatures(document, episode, asked)
    for question in episode.questions.values():
        if question.closed_at is None:
            yield (_question if question.answered_at is None else _answer)(question, episode, asked)


def _document(request: DocumentRequest, episode: Episode, asked: Question) -> Obligation:
    session = episode.sessions.get(request.subject.session_id) if request.subject.session_id else None
    about = f" on {session.kind} session {session.number}" if session else ""
    kind = request.kind.replace("_", " ").capitalize()
    return Obligation(
        key=f"document_request:{request.request_id}",
        what=f"{kind} asked for",
        why=f"{kind}{about}, asked for {at(request.asked_at, asked.network.zone)}, due {on(request.due_on)}.",
        with_role=request.role,
        with_id=with_whom(episode, request.clinician_id, request.role, asked.now),
        due_on=request.due_on,
        decision="sign_document",
        entries=(request.entry_id,),
    )


def _co_signatures(document: Document, episode: Episode, asked: Question) -> Iterable[Obligation]:
    for request in document.waiting:
        kind, since = document.kind.replace("_", " ").capitalize(), at(document.signed_at, asked.network.zone)
        who = with_whom(episode, request.clinician_id, request.role, asked.now)
        yield Obligation(
            key=f"co_signature:{document.document_id}",
            what="Co-signature asked for",
            why=f"{kind} signed {since}; co-signature due {on(request.due_on)}.",
            with_role=request.role,
            with_id=who if who != document.signed_by else None,
            due_on=request.due_on,
            decision="co_sign_document",
            entries=(request.entry_id,),
        )


def _question(question: AskedQuestion, episode: Episode, asked: Question) -> Obligation:
    due = f", due {on(question.due_on)}" if question.due_on else ""
    return Obligation(
        key=f"question:{question.question_id}",
        what="Question to answer",
        why=f"Asked {at(question.asked_at, asked.network.zone)}{due}.",
        with_role=question.role,
        with_id=with_whom(episode, question.clinician_id, question.role, asked.now),
        due_on=question.due_on,
        decision="answer_question",
        entries=(question.entry_id,),
    )


def _answer(question: AskedQuestion, episode: Episode, asked: Question) -> Obligation:
    answered_at = question.answered_at or question.asked_at
    return Obligation(
        key=f"answer:{question.question_id}",
        what="Answer to read",
        why=f"Your question was answered {at(answered_at, asked.network.zone)}; close it once you have what you need.",
        with_role=question.asked_as,
        with_id=with_whom(episode, question.asked_by, question.asked_as, asked.now),
        due_on=max(filter(None, (question.due_on, day_of(answered_at, asked.network.zone)))),
        decision="close_question",
        entries=(question.answer_entry_id or question.entry_id,),
    )
