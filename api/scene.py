"""What a page about an episode decides its words and fields on: plain values, so that everything after it is pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID
from zoneinfo import ZoneInfo

from api.banner import Banner
from api.edge import Edge
from api.formats import day_of
from api.history import history_of
from api.medicines import MedicineShown, medicines_of
from api.people import Colleague
from api.viewer import OpenedEpisode, Viewer
from domain.access import acting
from domain.actor import Actor, Role
from domain.clinician.clinician import CLINICIAN, Clinician
from domain.episode.episode import Episode
from domain.episode.gates import Checkpoint, Gate, gates
from domain.episode.plan.plan import Plan
from domain.episode.plan.under_protocol import protocol_of
from domain.episode.session.session import Session, SessionKind, SessionStatus
from domain.event import Recorded
from domain.network.network import Network
from domain.protocol.protocol import Protocol

NO_EPISODE = UUID(int=0)
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Scene:
    """An episode at a moment, for one person. `about` names what a form is about, by the order's field names."""

    episode_id: UUID
    episode: Episode
    network: Network
    colleagues: Mapping[UUID, Colleague]
    clinicians: Mapping[UUID, Clinician]
    by: Actor
    now: datetime
    patient: str
    """Name and birth date."""
    shows_clinical: bool = True
    about: Mapping[str, str] = field(default_factory=dict)
    history: tuple[Recorded, ...] = ()
    medicines: tuple[MedicineShown, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.network.zone)

    @property
    def today(self) -> date:
        return day_of(self.now, self.zone)

    @property
    def over_on(self) -> date | None:
        """The day a course ended, or the last of imported history; None while it goes on."""
        episode = self.episode
        if episode.is_imported:
            taken = [day_of(one.taken_at, self.zone) for one in episode.outcomes.values()]
            return max(taken, default=None)
        return day_of(episode.closed_at, self.zone) if episode.closed_at else None

    @property
    def protocol(self) -> Protocol:
        return protocol_of(self.episode, self.network, self.network.protocol)

    @property
    def plan(self) -> Plan | None:
        return self.episode.plan

    @property
    def href(self) -> str:
        return f"/episodes/{self.episode_id}"

    @property
    def running(self) -> Session | None:
        """The dosing session that is open."""
        return next((s for s in self.episode.sessions.values() if s.is_running), None)

    def name_of(self, who: UUID | None) -> str:
        """As sentences name people; whoever nobody knows is the software."""
        colleague = self.colleagues.get(who) if who else None
        return colleague.short_name if colleague else "Throughline"

    def id(self, name: str) -> UUID | None:
        """What the form is about, where that is an id."""
        try:
            return UUID(self.about.get(name, ""))
        except ValueError:
            return None

    def session(self) -> Session | None:
        """The session in question: the one named, else the one that is open."""
        named = self.id("session_id")
        return self.episode.sessions.get(named) if named else self.running

    def sessions(self, *statuses: SessionStatus, kind: SessionKind | None = None) -> list[Session]:
        """Sessions of these statuses, the next first."""
        found = [s for s in self.episode.sessions.values() if s.status in statuses and kind in (None, s.kind)]
        return sorted(found, key=lambda s: s.starts_at)

    def gates(self, checkpoint: Checkpoint, session: Session | None = None) -> tuple[Gate, ...]:
        """The gates of a checkpoint as they stand now."""
        return gates(
            self.episode,
            checkpoint,
            now=self.now,
            protocol=self.protocol,
            network=self.network,
            clinicians=self.clinicians,
            session_id=session.session_id if session else None,
        )

    def who_has(self, *roles: Role) -> str:
        """Whose move it is: `Dr. Rivera` of the care team, else the role."""
        for role in roles:
            responsible = self.episode.prescriber_at(self.now) if role is Role.PRESCRIBER else None
            on_team = [member.clinician_id for member in self.episode.members_at(self.now, role)]
            found = next((who for who in (responsible, *on_team) if who is not None), None)
            if found is not None:
                return self.name_of(found)
        return " or ".join(f"a {role.value}" for role in roles)


def scene_of(
    edge: Edge, viewer: Viewer, opened: OpenedEpisode, banner: Banner, about: Mapping[str, str] | None = None
) -> Scene:
    """The scene of an opened episode."""
    return Scene(
        episode_id=opened.episode_id,
        episode=opened.episode,
        network=viewer.around.network,
        colleagues=viewer.around.colleagues,
        clinicians=clinicians_around(edge, viewer, opened.episode),
        by=acting(viewer.actor, opened.relation),
        now=edge.clock(),
        patient=banner.identity,
        shows_clinical=opened.shows_clinical,
        about=about or {},
        history=history_of(edge, viewer, opened),
        medicines=medicines_of(edge, opened),
    )


def scene_to_read(viewer: Viewer, opened: OpenedEpisode, banner: Banner | None, now: datetime) -> Scene:
    """The scene of a page that only tells what happened: nothing is loaded that gates and forms would ask for."""
    return Scene(
        episode_id=opened.episode_id,
        episode=opened.episode,
        network=viewer.around.network,
        colleagues=viewer.around.colleagues,
        clinicians={},
        by=acting(viewer.actor, opened.relation),
        now=now,
        patient=banner.identity if banner else "",
        shows_clinical=opened.shows_clinical,
    )


def clinicians_around(edge: Edge, viewer: Viewer, episode: Episode) -> Mapping[UUID, Clinician]:
    """Those whose standing gates ask for: who acts, care team, therapists, the plan's prescriber, who is on call."""
    wanted = {viewer.actor.actor_id, *(member.clinician_id for member in episode.team)}
    wanted |= {session.therapist_id for session in episode.sessions.values() if session.therapist_id}
    if episode.plan:
        wanted.add(episode.plan.prescriber_id)
    if on_call := viewer.around.network.on_call(edge.clock()):
        wanted.add(on_call.prescriber_id)
    found = {who: edge.care.state(CLINICIAN, who, network_id=viewer.network_id)[0] for who in sorted(wanted)}
    return {who: state for who, state in found.items() if state.clinician_id is not None}


def network_scene(edge: Edge, viewer: Viewer, about: Mapping[str, str] = NOTHING) -> Scene:
    """What a form about the network is worded with: the network and its people, and no patient."""
    return Scene(
        episode_id=NO_EPISODE,
        episode=Episode(),
        network=viewer.around.network,
        colleagues=viewer.around.colleagues,
        clinicians={},
        by=viewer.actor,
        now=edge.clock(),
        patient="",
        shows_clinical=not viewer.actor.has(Role.COORDINATOR),
        about=about,
    )
