"""Sentences about notes, their signatures, and questions between roles."""

from uuid import UUID

from domain.episode.document.add_addendum import AddendumSigned
from domain.episode.document.ask_co_signature import CoSignatureRequested
from domain.episode.document.ask_for_document import DocumentRequested
from domain.episode.document.co_sign_document import DocumentCoSigned
from domain.episode.document.document import DocumentKind, Meaning
from domain.episode.document.sign_document import DocumentSigned
from domain.episode.question.answer_question import QuestionAnswered
from domain.episode.question.ask_question import QuestionAsked
from domain.episode.question.close_question import QuestionClosed
from projections.sentences.saying import Category, Telling, Told, calls, free, named, says
from projections.sentences.words import on, words

MEANING = {Meaning.WROTE: "“I wrote this”", Meaning.REVIEWED: "“I reviewed this”"}
KINDS = {
    DocumentKind.VISIT_NOTE: "visit note",
    DocumentKind.PROGRESS_NOTE: "progress note",
    DocumentKind.SESSION_RECORD: "session record",
}


def _about(event: DocumentSigned | DocumentRequested) -> str:
    return f" on {named(event.session_id)}" if event.session_id else ""


def _asked_of(role: str, clinician_id: UUID | None) -> str:
    return named(clinician_id) if clinician_id else f"a {role}"


@says(DocumentSigned, "signed", Category.NOTES)
def _(event: DocumentSigned, told: Telling) -> str:
    return f"{told.who} signed a {KINDS[event.kind]}{_about(event)}: {MEANING[event.meaning]}."


@calls(DocumentSigned)
def _(event: DocumentSigned) -> tuple[UUID, str]:
    return event.document_id, KINDS[event.kind]


@says(AddendumSigned, "signed", Category.NOTES)
def _(event: AddendumSigned, told: Telling) -> str:
    return f"{told.who} signed an addendum to the {named(event.document_id)}: {MEANING[event.meaning]}."


@says(CoSignatureRequested, "waiting", Category.NOTES)
def _(event: CoSignatureRequested, told: Telling) -> Told:
    of = _asked_of(event.role, event.clinician_id)
    return Told(f"{told.who} asked {of} to co-sign the {named(event.document_id)}.", note=f"Due {on(event.due_on)}")


@says(DocumentCoSigned, "signed", Category.NOTES)
def _(event: DocumentCoSigned, told: Telling) -> Told:
    addenda = len(event.seen) - 1
    seen = f"With {addenda} {'addendum' if addenda == 1 else 'addenda'}" if addenda > 0 else ""
    return Told(f"{told.who} co-signed the {named(event.document_id)}: {MEANING[event.meaning]}.", note=seen)


@says(DocumentRequested, "waiting", Category.NOTES)
def _(event: DocumentRequested, told: Telling) -> Told:
    of = _asked_of(event.role, event.clinician_id)
    html = f"{told.who} asked {of} for a missing {KINDS[event.kind]}{_about(event)}."
    return Told(html, note=f"Due {on(event.due_on)}")


@says(QuestionAsked, "waiting", Category.NOTES)
def _(event: QuestionAsked, told: Telling) -> Told:
    of = _asked_of(event.role, event.clinician_id)
    due = f"Due {on(event.due_on)}" if event.due_on else ""
    html = f"{told.who} asked {of} a question: {words(event.topic)}."
    return Told(html, free(Question=event.question), note=due)


@calls(QuestionAsked)
def _(event: QuestionAsked) -> tuple[UUID, str]:
    return event.question_id, f"question ({words(event.topic)})"


@says(QuestionAnswered, "document", Category.NOTES)
def _(event: QuestionAnswered, told: Telling) -> Told:
    return Told(f"{told.who} answered the {named(event.question_id)}.", free(Answer=event.answer))


@says(QuestionClosed, "open", Category.NOTES)
def _(event: QuestionClosed, told: Telling) -> str:
    return f"{told.who} closed the {named(event.question_id)}."
