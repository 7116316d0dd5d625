"""A psychotherapy note of the demonstration: one author writes about one patient, and nobody else will read it."""

from deploy.demo.cast import LINDQVIST, Invented
from deploy.demo.story import Story
from domain.derived import derived_id
from domain.psychotherapy_note.write_psychotherapy_note import WritePsychotherapyNote
from store.psychotherapy_notes import PsychotherapyNotes

THOUGHTS = (
    "The kitchen again, and her grandmother at the window. I notice that I hurry to comfort where she asks "
    "for nothing. Next time: wait. Bring the window to supervision."
)


def write_own_note(notes: PsychotherapyNotes, about: Invented) -> None:
    """By the therapist whom the demonstration signs in first; a second time it keeps nothing new."""
    command_id = derived_id("demo", "own note", about.name)
    body = {"note_id": derived_id(command_id, "note"), "patient_id": about.patient_id, "text": THOUGHTS}
    order = WritePsychotherapyNote.model_validate(body)
    notes.write(LINDQVIST.actor, order, command_id=command_id, correlation_id=command_id)


def of_the_first_therapist(stories: list[Story]) -> Story:
    """The first course that is hers and has come as far as a dose."""
    return next(story for story in stories if story.therapist == LINDQVIST and story.dosing)
