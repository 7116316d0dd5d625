"""What clinicians write and sign about a session."""

from datetime import datetime
from uuid import UUID

from deploy.demo.story import Story
from domain.episode.document.sign_document import sign_document


def note(story: Story, recorded_at: datetime, session_id: UUID, text: str, kind: str = "progress_note") -> UUID:
    """The therapist's note on a session, signed."""
    document_id = story.id("note", session_id)
    body = {"document_id": document_id, "kind": kind, "session_id": session_id, "text": text}
    story.step(recorded_at, story.therapist, sign_document, **body)
    return document_id
