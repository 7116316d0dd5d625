"""How long a proposed erasure waits for its second person."""

from dataclasses import dataclass

SHORTEST_DAYS, LONGEST_DAYS = 1, 365
"""At least a day, so that nobody's mistake of one afternoon is carried out in the same one."""


@dataclass(frozen=True)
class ErasureTerms:
    """Where the network sets nothing: fourteen days. (I): a proposal of ours, no law names a number; long enough that
    somebody back from two weeks of leave can still call it off."""

    waiting_days: int = 14
