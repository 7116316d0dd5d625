"""The rota in words: who is on call now and in the weeks ahead, where nobody is, who is away."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from api.formats import list_moment
from api.viewer import Viewer
from domain.network.network import Network
from domain.network.rota import Stretch, rota

AHEAD = timedelta(days=28)


class StretchShown(NamedTuple):
    """One row: `duty_id` where it may be taken back; a gap has nobody."""

    from_words: str
    until_words: str
    who: str
    phone: str
    back_up: str
    back_up_phone: str
    others: str
    is_gap: bool
    is_now: bool
    duty_id: UUID | None


class RotaShown(NamedTuple):
    """`warning` says what is wrong in the weeks ahead; empty where every hour has somebody."""

    rows: list[StretchShown]
    warning: str
    director: str
    away: list[tuple[str, str]]


def rota_shown(viewer: Viewer, now: datetime, *, may_change: bool) -> RotaShown:
    """From now to four weeks ahead."""
    network = viewer.around.network
    stretches = rota(network, now, now + AHEAD)
    gaps = [one for one in stretches if one.is_gap]
    return RotaShown(
        rows=[_row(one, viewer, now, may_change=may_change) for one in stretches],
        warning=_warning(gaps, viewer, now),
        director=_director(network, viewer),
        away=_away(network, viewer, now),
    )


def _row(one: Stretch, viewer: Viewer, now: datetime, *, may_change: bool) -> StretchShown:
    duty, name = one.duty, viewer.around.name_of
    is_last = one.until_at == now + AHEAD
    return StretchShown(
        from_words="now" if one.from_at == now else list_moment(one.from_at, viewer.zone, now),
        until_words="after these four weeks" if is_last else list_moment(one.until_at, viewer.zone, now),
        who=name(duty.prescriber_id) if duty else "Nobody is on call",
        phone=duty.phone if duty else "",
        back_up=name(duty.back_up_id) if duty and duty.back_up_id else "",
        back_up_phone=duty.back_up_phone or "" if duty and duty.back_up_id else "",
        others=", ".join(name(other.prescriber_id) for other in one.others),
        is_gap=one.is_gap,
        is_now=one.from_at == now,
        duty_id=duty.duty_id if duty and may_change else None,
    )


def _warning(gaps: list[Stretch], viewer: Viewer, now: datetime) -> str:
    if not gaps:
        return ""
    first = gaps[0]
    when = "Nobody is on call now" if first.from_at == now else (
        f"Nobody is on call from {list_moment(first.from_at, viewer.zone, now)}"
    )  # fmt: skip
    return f"{when}. No dose is cleared in hours that nobody answers for."


def _director(network: Network, viewer: Viewer) -> str:
    director = network.medical_director
    return f"{viewer.around.name_of(director.clinician_id)}, {director.phone}" if director else ""


def _away(network: Network, viewer: Viewer, now: datetime) -> list[tuple[str, str]]:
    """Who is or will be away, the first to leave first."""
    ahead = sorted((one for one in network.absences if one.until_at > now), key=lambda one: one.from_at)
    return [
        (
            viewer.around.name_of(one.clinician_id),
            f"{list_moment(one.from_at, viewer.zone, now)} to {list_moment(one.until_at, viewer.zone, now)}",
        )
        for one in ahead
    ]
