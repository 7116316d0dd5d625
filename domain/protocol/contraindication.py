"""Contraindications as a protocol lists them, and what stands for one that is withheld from whoever reads."""

from pydantic import BaseModel, ConfigDict

from domain.protocol.numbers import Mark


class ContraindicationEntry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    code: str
    name: str
    is_absolute: bool
    can_resolve: bool = True
    """False: no later finding takes it away; only marking the entry in error does, with a second person."""
    condition: str = ""
    """What a prescriber's override of a relative one asks for."""
    source: str
    mark: Mark


ABSOLUTE = "a finding on substance use, withheld from this role"
RELATIVE = "a relative finding on substance use, withheld from this role"
"""Codes that are never stored. They read as words wherever a code does, and close what the finding itself closes."""
WITHHELD = {
    code: ContraindicationEntry(
        code=code, name=code, is_absolute=code == ABSOLUTE, source="42 CFR Part 2", mark=Mark.SOURCE
    )
    for code in (ABSOLUTE, RELATIVE)
}
