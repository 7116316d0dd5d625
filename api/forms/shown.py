"""A form as a template shows it: what stands in every field, what is wrong with it, and what came back with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from api.forms.fields import Field
from api.forms.form import Form, slug_of
from api.forms.lists import Rows
from api.forms.posted import Posted
from api.forms.section import Section, fields_of
from api.forms.trouble import Trouble
from api.scene import Scene

NO_PLAN = "none"


@dataclass(frozen=True)
class ShownForm:
    """One form on a page. `prefix` keeps the ids of several forms apart."""

    form: Form
    scene: Scene
    sections: Sequence[Section]
    posted: Posted
    action: str
    back: str
    key: str
    version: str
    trouble: Trouble | None = None
    news: str = ""
    """What changed while it was open."""
    prefix: str = ""
    keeps_page: bool = False
    place: str = ""
    """Where on a page of several forms it stands."""

    @property
    def title(self) -> str:
        return self.form.title_in(self.scene)

    @property
    def button(self) -> str:
        return "Record mine with the new values shown" if self.news else self.form.button_in(self.scene)

    def value(self, name: str) -> str:
        return self.posted.one(name)

    def values(self, name: str) -> tuple[str, ...]:
        return self.posted.all(name)

    def error(self, name: str) -> str:
        return self.trouble.errors.get(name, "") if self.trouble else ""

    def asks_in(self, section: Section) -> bool:
        """Whether the second question belongs to a field of this section."""
        asked = self.trouble.asked if self.trouble else None
        return asked is not None and any(field.name == asked.field for field in section.fields)

    @property
    def asks_at_the_end(self) -> bool:
        asked = self.trouble.asked if self.trouble else None
        return asked is not None and not any(self.asks_in(section) for section in self.sections)

    def id(self, field: Field) -> str:
        return self.prefix + field.id

    def count(self, rows: Rows) -> int:
        """How many rows stand there now."""
        return rows.count(self.posted)


def shown_form(
    form: Form,
    scene: Scene,
    *,
    posted: Posted | None = None,
    trouble: Trouble | None = None,
    action: str = "",
    back: str = "",
    prefix: str = "",
    keeps_page: bool = False,
    news: str = "",
    place: str = "",
) -> ShownForm:
    """The form with its seeds, or with what was typed."""
    sections = form.sections(scene)
    return ShownForm(
        form=form,
        scene=scene,
        sections=sections,
        posted=posted if posted is not None else seeds_of(sections, scene),
        action=action or f"{scene.href}/{slug_of(form.decision)}",
        back=back or scene.href,
        key=(posted.one("_key") if posted is not None else "") or uuid4().hex,
        version=version_of(scene) if form.watches_plan else "",
        trouble=trouble,
        news=news,
        prefix=prefix,
        keeps_page=keeps_page,
        place=place,
    )


def seeds_of(sections: Sequence[Section], scene: Scene) -> Posted:
    """What stands in the form before anybody types."""
    texts: dict[str, tuple[str, ...]] = {}
    for field in fields_of(sections):
        texts |= field.texts(scene.zone)
    return Posted(texts)


def version_of(scene: Scene) -> str:
    """The version of the plan as forms carry it: `2.1`, or `none`."""
    return f"{scene.plan.number}.{scene.plan.version}" if scene.plan else NO_PLAN


def with_new_seeds(form: Form, then: Scene, now: Scene, posted: Posted) -> Posted:
    """What was typed stays; what was left as it stood takes the new values."""
    old, new = seeds_of(form.sections(then), then), seeds_of(form.sections(now), now)
    untouched = {name for name in posted.names() if posted.all(name) == old.all(name)}
    taken = Posted({name: new.all(name) for name in untouched if name in new.names()})
    return taken.over(posted)


def without(posted: Posted, *names: str) -> Posted:
    """Without some fields, such as a tick that was not asked for again."""
    return Posted.of((name, value) for name, value in posted.pairs() if name not in names)


def with_rows(posted: Posted, rows: str, count: int) -> Posted:
    """With so many rows in that list."""
    return Posted({f"{rows}.rows": (str(count),)}).over(posted)
