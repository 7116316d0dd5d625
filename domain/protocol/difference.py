"""What one protocol document changes of another, in words: "Vitals valid: 30 → 20 min"."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from domain.instrument import title_of
from domain.protocol.words import field_words, number_words, section_words, value_words

KEYS: Mapping[str, str] = {
    "rules": "rule",
    "contraindications": "code",
    "consents": "consent_type",
    "legal_bases": "key",
    "trainings": "course",
    "instruments": "instrument",
    "medicines": "medicine_class",
    "flags": "key",
    "requirements": "key",
    "alerts": "kind",
}
"""What tells the entries of a list apart."""
IDENTITY = ("protocol_id", "protocol_version", "published_on")
"""Two versions always differ in these."""
PREFIX: Mapping[str, str] = {"sources": "source "}
ARROW = " \N{RIGHTWARDS ARROW} "


FOUNDED_ON = ("source", "sources", "mark")
"""What a rule or number rests on: of interest to whoever checks it, not what anybody does differently."""


class Difference(NamedTuple):
    """One change. `of` names the entry of the part it is in; empty where the part itself has no entries."""

    part: str
    of: str
    field: str
    change: str

    @property
    def says(self) -> str:
        """`Rule 1 (Consent), gate class: absolute → override`, whole and by itself."""
        what = ", ".join(word for word in (self.of, self.field) if word)
        return _capital(f"{what}: {self.change}")

    @property
    def is_of_its_foundation(self) -> bool:
        """Only what it rests on changed."""
        return self.part == "sources" or self.field.rpartition(", ")[2] in FOUNDED_ON


class Entry(NamedTuple):
    """What changes of one thing; said under its name."""

    of: str
    says: tuple[str, ...]


class Section(NamedTuple):
    """The changes of one part under its heading: what is done differently, and what only rests on something else."""

    heading: str
    entries: tuple[Entry, ...]
    foundations: tuple[Entry, ...]

    @property
    def changed_count(self) -> int:
        """Of what is done differently."""
        return sum(len(entry.says) for entry in self.entries)

    @property
    def founded_count(self) -> int:
        return sum(len(entry.says) for entry in self.foundations)


def by_section(changes: Iterable[Difference]) -> tuple[Section, ...]:
    """In the order of the document; parts of one heading stand together."""
    found: dict[str, list[Difference]] = {}
    for change in changes:
        found.setdefault(section_words(change.part), []).append(change)
    return tuple(
        Section(
            heading,
            _by_entry(one for one in changed if not one.is_of_its_foundation),
            _by_entry(one for one in changed if one.is_of_its_foundation),
        )
        for heading, changed in found.items()
    )


def _by_entry(changes: Iterable[Difference]) -> tuple[Entry, ...]:
    """A field without an entry stands under its own name."""
    found: dict[str, list[str]] = {}
    for one in changes:
        what = f"{one.field}: {one.change}" if one.of and one.field else one.change
        found.setdefault(_capital(one.of or one.field), []).append(what)
    return tuple(Entry(of, tuple(says)) for of, says in found.items())


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def difference(was: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Every change from one document to the other, in the order of the newer one."""
    parts = [*now, *(part for part in was if part not in now)]
    found = ((part, _part(part, was.get(part), now.get(part))) for part in parts if part not in IDENTITY)
    return tuple(Difference(part, *said) for part, changes in found for said in changes)


Said = tuple[str, str, str]
"""The entry, the field, the change."""


def _part(part: str, was: Any, now: Any) -> Iterator[Said]:
    if was == now:
        return iter(())
    if part == "numbers":
        return _numbers(was or {}, now or {})
    if isinstance(was or now, dict):
        return _fields(was or {}, now or {}, "", PREFIX.get(part, ""))
    if isinstance(was or now, list) and _is_keyed(was, now):
        return _entries(part, was or [], now or [])
    return iter([("", field_words(part), _changed(was, now))])


def _numbers(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Said]:
    for name in [*now, *(name for name in was if name not in now)]:
        old, new, words = was.get(name), now.get(name), number_words(name)
        if old == new:
            continue
        if old is None:
            yield words, "", f"new, {_amount(new)}"
        elif new is None:
            yield words, "", f"no longer set, was {_amount(old)}"
        else:
            yield from _number(words, old, new)


def _number(words: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Said]:
    if old.get("unit") != new.get("unit"):
        yield words, "", f"{_amount(old)}{ARROW}{_amount(new)}"
    elif old.get("value") != new.get("value"):
        yield words, "", f"{old.get('value')}{ARROW}{_amount(new)}"
    founded = [(name, old.get(name), new.get(name)) for name in ("source", "mark") if old.get(name) != new.get(name)]
    yield from ((words, name, _changed(before, after)) for name, before, after in founded)


def _amount(number: Any) -> str:
    return f"{number.get('value')} {number.get('unit')}" if isinstance(number, dict) else value_words(number)


def _is_keyed(was: Any, now: Any) -> bool:
    return all(isinstance(entry, dict) for entry in [*(was or []), *(now or [])])


def _entries(part: str, was: list[Any], now: list[Any]) -> Iterator[Said]:
    key = KEYS.get(part)
    old, new = _by_key(was, key), _by_key(now, key)
    for name in [*new, *(name for name in old if name not in new)]:
        before, after = old.get(name), new.get(name)
        if before is None:
            yield "", "new", _called(part, name, after)
        elif after is None:
            yield "", "taken out", _called(part, name, before)
        elif before != after:
            yield from _fields(before, after, _called(part, name, after))


def _by_key(entries: list[Any], key: str | None) -> dict[str, dict[str, Any]]:
    """By the field that tells them apart, else by their place."""
    return {_name_of(entry, place, key): entry for place, entry in enumerate(entries, 1)}


def _name_of(entry: dict[str, Any], place: int, key: str | None) -> str:
    """A questionnaire of an occasion has no name of its own: it is told apart by both."""
    if key is not None:
        return str(entry.get(key, place))
    told_by = (entry.get("instrument"), entry.get("occasion"), entry.get("after_doses"))
    return " ".join(str(part) for part in told_by if part is not None) or str(place)


def _called(part: str, name: str, entry: Any) -> str:
    if part in ("instruments", "measures") and isinstance(entry.get("instrument"), str):
        return _questionnaire(entry)
    title = entry.get("name") or entry.get("title") or name.replace("_", " ")
    return f"rule {name} ({title})" if part == "rules" else str(title)


def _questionnaire(entry: Mapping[str, Any]) -> str:
    """`WAI-SR at mid course, after 4 doses`."""
    occasion = f" at {field_words(str(entry['occasion']))}" if entry.get("occasion") else ""
    doses = f", after {entry['after_doses']} doses" if entry.get("after_doses") else ""
    return f"{title_of(str(entry['instrument']))}{occasion}{doses}"


def _fields(was: Mapping[str, Any], now: Mapping[str, Any], of: str, within: str = "") -> Iterator[Said]:
    for name in [*now, *(name for name in was if name not in now)]:
        before, after = was.get(name), now.get(name)
        if isinstance(before, dict) and isinstance(after, dict):
            yield from _fields(before, after, of, f"{within}{field_words(name)}, ")
        elif before != after:
            yield of, f"{within}{field_words(name)}", _changed(before, after)


def _changed(was: Any, now: Any) -> str:
    return f"{value_words(was)}{ARROW}{value_words(now)}"
