"""What a new episode takes over from the earlier, closed ones of the same patient."""

from typing import NamedTuple

from domain.episode.episode import EarlierCourse, Episode


class Elsewhere(NamedTuple):
    """The other episodes of the patient in this network, open or closed."""

    episodes: tuple[Episode, ...] = ()

    @property
    def one_is_open(self) -> bool:
        return any(e.closed_at is None and not e.is_imported for e in self.episodes)

    def earlier_course(self) -> EarlierCourse:
        """Unresolved contraindications, serious adverse events and the last dose of all of them together."""
        courses = [_course_of(episode) for episode in self.episodes]
        doses = [c.last_dose_at for c in courses if c.last_dose_at is not None]
        return EarlierCourse(
            contraindications=tuple(sorted({code for c in courses for code in c.contraindications})),
            serious_adverse_events=tuple(sorted({term for c in courses for term in c.serious_adverse_events})),
            last_dose_at=max(doses, default=None),
        )


def _course_of(episode: Episode) -> EarlierCourse:
    serious = {a.term for a in episode.adverse_events.values() if a.is_grave}
    doses = [s.last_dose_at for s in episode.sessions.values() if s.last_dose_at is not None]
    if episode.earlier.last_dose_at is not None:
        doses.append(episode.earlier.last_dose_at)
    return EarlierCourse(
        contraindications=tuple(episode.unresolved_contraindications),
        serious_adverse_events=tuple(serious | set(episode.earlier.serious_adverse_events)),
        last_dose_at=max(doses, default=None),
    )
