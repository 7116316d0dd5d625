"""The patient's medicines with their names opened, as forms, the emergency card and the instruction sheet show them."""

from typing import NamedTuple

from api.edge import Edge
from api.reading import open_texts
from api.viewer import OpenedEpisode
from domain.episode.intake.intake import MedicineClass, MedicineInstruction


class MedicineShown(NamedTuple):
    medicine_class: MedicineClass
    name: str
    dose: str
    instruction: MedicineInstruction
    hold_hours: int | None

    @property
    def words(self) -> str:
        """`Sertraline 50 mg`."""
        return f"{self.name} {self.dose}".strip()


def medicines_of(edge: Edge, opened: OpenedEpisode) -> tuple[MedicineShown, ...]:
    """The list of the last intake or review; nothing for people who see no clinical content."""
    found = opened.episode.intake.medicines if opened.episode.intake else ()
    if not opened.shows_clinical:
        return ()
    names = open_texts(edge, opened, [one.name for one in found], "name")
    doses = open_texts(edge, opened, [one.dose for one in found], "dose")
    return tuple(
        MedicineShown(one.medicine_class, name, amount, one.instruction, one.hold_hours)
        for one, name, amount in zip(found, names, doses, strict=True)
    )
