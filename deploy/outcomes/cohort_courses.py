"""The courses a cohort report is made of, from the outcome trajectories of a network."""

from uuid import UUID

from deploy.outcomes.cohort import Course
from deploy.wiring import Wiring
from domain.days import day_of
from domain.instrument import Instrument
from domain.network.network import NETWORK
from projections.engine.query import read_rows
from projections.outcome_trajectory import OUTCOME_TRAJECTORY, TRAJECTORIES, Trajectory


def courses_of(wiring: Wiring, network_id: UUID, instrument: Instrument) -> list[Course]:
    """One course per episode with a score; days are those of the network's zone."""
    zone: str = wiring.care.state(NETWORK, network_id, network_id=network_id)[0].zone
    with wiring.datastore.in_network(network_id) as connection:
        rows = read_rows(connection, OUTCOME_TRAJECTORY, TRAJECTORIES, "TRUE", {}, order_by="episode_id")
    found = (course_of(row, instrument.id, zone) for row in rows)
    return [course for course in found if course is not None]


def course_of(trajectory: Trajectory, instrument: str, zone: str) -> Course | None:
    """The baseline and what came after it, None without a score; one too incomplete for a total does not count.

    The baseline is that of the lists: the last score before the first dose, else (imported history knows no doses)
    the first score.
    """
    scores = [point.score for point in trajectory.of(instrument) if point.score.total is not None]
    if not scores:
        return None
    began_at = min((dose.taken_at for mark in trajectory.sessions for dose in mark.doses), default=None)
    before = [place for place, score in enumerate(scores) if began_at is not None and score.taken_at <= began_at]
    baseline = before[-1] if before else 0
    days = [day_of(score.taken_at, zone) for score in scores]
    totals = [score.total or 0 for score in scores]
    later = range(baseline + 1, len(scores))
    return Course(totals[baseline], [((days[place] - days[baseline]).days, totals[place]) for place in later])
