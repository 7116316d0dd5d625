"""Notes complete: what is not written yet, for whoever is about to authorise more doses. It closes nothing."""

from collections.abc import Iterable

from domain.episode.document.missing import undocumented_sessions, waiting_requests
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import all_of, on
from domain.episode.session.which_session import name_of

RULE = "+documents"


def documents(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Not asked under a protocol that has no such rule."""
    if not asked.protocol.has_rule(RULE):
        return
    sessions = [name_of(session).lower() for session in undocumented_sessions(episode)]
    requests = waiting_requests(episode)
    facts = [f"No signed note on {all_of(sessions)}."] if sessions else []
    facts += [f"{one.kind.replace('_', ' ').capitalize()} asked for, due {on(one.due_on)}." for one in requests]
    if not facts:
        yield asked.open(RULE, "documents", "Every session that took place has a signed note.")
        return
    opens = Opens(act="Whoever ran the session signs a note on it.", decision="sign_document")
    entries = [one.entry_id for one in requests]
    yield asked.closed(RULE, "documents", *facts, missing="signed notes", opens=opens, entries=entries)
