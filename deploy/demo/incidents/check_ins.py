"""A question to the patient that waits for its answer."""

from datetime import datetime

from deploy.demo.ordinary_course import so_far
from deploy.demo.story import Story
from domain.episode.check_in.send_check_in_link import send_check_in_link

TWO_WEEKS = 336


def asked_by_link(story: Story, now: datetime) -> None:
    """After the second dose the therapist asks for both symptom measures by a link; it is open for two weeks."""
    so_far(story, scores=(21, 17))
    asked = {"link_id": story.id("check-in"), "purpose": "questionnaires", "instruments": ["phq-9", "gad-7"]}
    story.step(story.at(35, "09:20"), story.therapist, send_check_in_link, valid_hours=TWO_WEEKS, **asked)
    story.beat("asked by a link")
