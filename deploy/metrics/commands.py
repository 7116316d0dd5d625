"""How long commands take by decision, what came of them, and which rule refused."""

from prometheus_client import CollectorRegistry, Counter, Histogram

from domain.episode.gates.gate import GatesAreClosed
from domain.refusal import Refused
from store.command import Receipt
from store.errors import Busy, KeyWasUsedForAnother, NotFound

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
NO_RULE = "none"
RECORDED = "recorded"


class CommandFigures:
    """Watches every command of one process; threads share it."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._seconds = Histogram(
            "throughline_command_seconds",
            "From the order to its place in the log, or to its refusal.",
            ["decision"],
            buckets=SECONDS,
            registry=registry,
        )
        self._outcomes = Counter(
            "throughline_commands", "Commands by what came of them.", ["decision", "outcome"], registry=registry
        )
        self._refusals = Counter(
            "throughline_refusals",
            "Refusals by decision, kind of refusal, and the rule of care behind it.",
            ["decision", "refusal", "rule"],
            registry=registry,
        )
        self._recorded: dict[str, tuple[Histogram, Counter]] = {}

    def note(self, decision: str, seconds: float, came_of_it: Receipt | Exception) -> None:
        """One command is over."""
        outcome = outcome_of(came_of_it)
        if outcome == RECORDED:
            self._note_recorded(decision, seconds)
            return
        self._seconds.labels(decision).observe(seconds)
        self._outcomes.labels(decision, outcome).inc()
        if isinstance(came_of_it, Refused):
            for rule in rules_of(came_of_it):
                self._refusals.labels(decision, type(came_of_it).__name__, rule).inc()

    def _note_recorded(self, decision: str, seconds: float) -> None:
        """What nearly every command ends as; its figures are looked up once, which costs more than to count."""
        figures = self._recorded.get(decision)
        if figures is None:
            figures = self._seconds.labels(decision), self._outcomes.labels(decision, RECORDED)
            self._recorded[decision] = figures
        taken, recorded = figures
        taken.observe(seconds)
        recorded.inc()


def outcome_of(came_of_it: Receipt | Exception) -> str:
    """One word of a closed set."""
    match came_of_it:
        case Receipt(repeated=True):
            return "repeated"
        case Receipt(event_ids=()):
            return "nothing_new"
        case Receipt():
            return RECORDED
        case Refused():
            return "refused"
        case NotFound():
            return "not_found"
        case KeyWasUsedForAnother():
            return "key_used"
        case Busy():
            return "busy"
    return "failed"


def rules_of(refused: Refused) -> list[str]:
    """The numbers of the rules that refuse, each once."""
    if isinstance(refused, GatesAreClosed):
        return sorted({gate.rule for gate in refused.gates}) or [NO_RULE]
    return [refused.rule or NO_RULE]
