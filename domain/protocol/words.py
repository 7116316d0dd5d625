"""How numbers and fields of a protocol are called in sentences."""

UNITS = (" minutes", " mg", " mmhg", " per min", " days", " hours", " percent", " months", " years")
"""The unit stands beside the value."""


def number_words(name: str) -> str:
    """`Vitals valid` for `vitals_valid_minutes`."""
    words = name.replace("_", " ")
    for unit in UNITS:
        words = words.removesuffix(unit)
    return words[:1].upper() + words[1:]


def field_words(name: str) -> str:
    """`gate class` for `gate_class`, `dose maximum` …: a field inside a sentence."""
    return name.removeprefix("is_").removesuffix("_on").replace("_", " ")


def value_words(value: object) -> str:
    """A value as people read it: yes and no, lists with commas, nothing as `none`."""
    match value:
        case None | "" | [] | {}:
            return "none"
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(value_words(one) for one in value)
        case dict():
            return ", ".join(f"{field_words(str(name))} {value_words(one)}" for name, one in value.items())
    return str(value).replace("_", " ")
