"""Forms of questions between roles: asked about an entry, answered, closed."""

from collections.abc import Sequence

from api.forms.about import about_field, when
from api.forms.documents import asked_of
from api.forms.fields import Area
from api.forms.form import Form
from api.forms.lists import Choice, Option
from api.forms.section import Section, section
from api.forms.words import options_of
from api.scene import Scene
from domain.episode.question.answer_question import QuestionAnswered
from domain.episode.question.ask_question import QuestionAsked
from domain.episode.question.question import AskedQuestion, QuestionTopic
from domain.sealed import Sealed

NEWEST = 40


def _entries(scene: Scene) -> list[Option]:
    """The newest entries; older ones are asked about from their own page."""
    named = scene.about.get("event_id")
    newest = [one for one in scene.history[-NEWEST:] if str(one.envelope.event_id) != named]
    wanted = [one for one in scene.history if str(one.envelope.event_id) == named] + newest[::-1]
    return [
        (str(one.envelope.event_id), f"Event {one.envelope.version}, {when(scene, one.envelope.occurred_at)}")
        for one in wanted
    ]


def _ask(scene: Scene) -> list[Section]:
    return [
        section(
            about_field(scene, "event_id", "Entry", _entries(scene)),
            Choice(name="topic", label="About", options=options_of(QuestionTopic)),
            Area(name="question", label="Question", missing="Write the question."),
            *asked_of(scene),
        )
    ]


def _entry(scene: Scene) -> Sequence[tuple[str, str]]:
    named = scene.about.get("event_id")
    found = next((one.envelope for one in scene.history if str(one.envelope.event_id) == named), None)
    if found is None or not scene.shows_clinical:
        return []
    said = f"Event {found.version}, {when(scene, found.occurred_at)}, {scene.name_of(found.actor_id)}"
    return [("Entry", said)]


def _words(scene: Scene, asked: AskedQuestion) -> str:
    return f"Asked {when(scene, asked.asked_at)} by {scene.name_of(asked.asked_by)}"


def _questions(scene: Scene, *, answered: bool | None = None, own: bool = False) -> list[Option]:
    found = [one for one in scene.episode.questions.values() if one.closed_at is None]
    found = [one for one in found if answered is None or (one.answered_at is not None) is answered]
    mine = [one for one in found if not own or one.asked_by == scene.by.actor_id] or found
    return [(str(one.question_id), _words(scene, one)) for one in sorted(mine, key=lambda one: one.asked_at)]


def _answer(scene: Scene) -> list[Section]:
    return [
        section(
            about_field(scene, "question_id", "Question", _questions(scene, answered=False)),
            Area(name="answer", label="Answer", missing="Write the answer."),
        )
    ]


def _close(scene: Scene) -> list[Section]:
    return [section(about_field(scene, "question_id", "Question", _questions(scene, own=True)))]


def _texts(scene: Scene) -> Sequence[tuple[str, Sealed[str]]]:
    """Question and answer, still sealed."""
    named = scene.id("question_id")
    waiting = _questions(scene)
    if named is None and len(waiting) == 1:
        named = next(
            one.question_id for one in scene.episode.questions.values() if str(one.question_id) == waiting[0][0]
        )
    texts: list[tuple[str, Sealed[str]]] = []
    for event, envelope in scene.history:
        by = f"{scene.name_of(envelope.actor_id)}, {when(scene, envelope.occurred_at)}"
        match event:
            case QuestionAsked(question_id=asked_id, question=text) if asked_id == named:
                texts.append((f"Question, {by}", text))
            case QuestionAnswered(question_id=asked_id, answer=text) if asked_id == named:
                texts.append((f"Answer, {by}", text))
    return texts


FORMS = (
    Form(
        decision="ask_question",
        title="Ask a question about an entry",
        button="Ask",
        sections=_ask,
        follows="It stands beside the entry, and on their list until it is answered.",
        recorded="question",
        grounds=_entry,
    ),
    Form(
        decision="answer_question",
        title="Answer a question",
        button="Answer",
        sections=_answer,
        follows="Whoever asked reads it on their list.",
        recorded="answer",
        quotes=_texts,
    ),
    Form(
        decision="close_question",
        title="Close a question",
        button="Close the question",
        sections=_close,
        follows="Question and answer stay in the timeline.",
        recorded="question closed",
        quotes=_texts,
    ),
)
