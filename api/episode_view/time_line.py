"""The picture above the timeline: phases, sessions, measures and holds on one line of days."""

from datetime import date, datetime

from markupsafe import Markup

from api.charts import EpisodeTimeLine, Hold, Measure, Moment, Phase, Session, draw_time_line
from api.formats import day_of
from api.scene import Scene
from domain.episode.gates.doses import first_dose_at
from domain.episode.gates.holds import SAID
from domain.episode.session.session import SessionStatus
from domain.episode.withheld import LEVEL as WITHHELD
from domain.instrument import title_of

DRAWN = (SessionStatus.BOOKED, SessionStatus.OPEN, SessionStatus.CLEARED, SessionStatus.DOSED, SessionStatus.COMPLETED)


def time_line(scene: Scene) -> Markup:
    """The picture of an episode up to today, or to its end."""
    return draw_time_line(line_of(scene), "time-line")


def line_of(scene: Scene, moments: tuple[Moment, ...] = ()) -> EpisodeTimeLine:
    """The line up to today, or to its end; booked sessions stand behind it, hollow."""
    episode = scene.episode
    return EpisodeTimeLine(
        reference=episode.reference,
        phases=_phases(scene),
        today=scene.today,
        zone=scene.zone,
        sessions=tuple(_sessions(scene)),
        measures=_measures(scene) if scene.shows_clinical else (),
        holds=_holds(scene) if scene.shows_clinical else (),
        moments=moments,
        over_on=scene.over_on,
    )


def _measures(scene: Scene) -> tuple[Measure, ...]:
    """Without those whose result is withheld: where they stood, a mark would say what they were."""
    told = (one for one in scene.episode.outcomes.values() if one.level != WITHHELD)
    taken = sorted(told, key=lambda one: one.taken_at)
    return tuple(
        Measure(title_of(one.instrument), _on(one.taken_at, scene), one.total, one.safety_item_is_positive)
        for one in taken
    )


def _holds(scene: Scene) -> tuple[Hold, ...]:
    placed = sorted(scene.episode.holds.values(), key=lambda one: one.placed_at)
    return tuple(
        Hold(
            _on(one.placed_at, scene),
            _on(one.released_at, scene) if one.released_at else None,
            SAID.get(one.reason, one.reason.value.replace("_", " ")),
        )
        for one in placed
    )


def _sessions(scene: Scene) -> list[Session]:
    found = sorted(scene.episode.sessions.values(), key=lambda one: one.starts_at)
    return [
        Session(one.kind.value, _on(one.starts_at, scene), one.number, booked=one.status is SessionStatus.BOOKED)
        for one in found
        if one.status in DRAWN
    ]


def _phases(scene: Scene) -> tuple[Phase, ...]:
    """From referral to today; each begins where the one before it ended."""
    episode = scene.episode
    plan_at = min((plan.issued_at for plan in episode.plans.values()), default=None)
    begins: list[tuple[str, datetime | None]] = [
        ("Referral", episode.referred_at),
        ("Eligibility", episode.intake.completed_at if episode.intake else None),
        ("Plan", episode.eligibility.determined_at if episode.eligibility else None),
        ("Preparation", plan_at),
        ("Dosing", first_dose_at(episode)),
    ]
    known = [(name, _on(at, scene)) for name, at in begins if at is not None]
    if not known:
        return ()
    end = _on(episode.closed_at, scene) if episode.closed_at else None
    ends = [*(on for _, on in known[1:]), end]
    return tuple(
        Phase(name, on, until, current=until is None)
        for (name, on), until in zip(known, ends, strict=True)
    )  # fmt: skip


def _on(at: datetime, scene: Scene) -> date:
    return day_of(at, scene.zone)
