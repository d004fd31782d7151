"""What a plan says: its revisions, their steps, and every reason why they would not end."""

from dataclasses import asdict, dataclass, field
from typing import Any

from ...phase import Phase
from .ranges import Range
from .seen import Holder, Surroundings


@dataclass(frozen=True)
class Hindrance:
    """A reason, as a sentence; where rows are the reason, how many, and how to find them."""

    told: str
    table: str | None = None
    columns: tuple[str, ...] = ()
    rows: int | None = None
    query: str | None = None
    # The keys of two of the rows: no other values.
    examples: tuple[str, ...] = ()


@dataclass
class Step:
    """An operation; *line* is that of its call, *notes* what could not be known.

    *rows* and *bytes* are those of the table, as the catalogue estimates them. What is None is not
    known.
    """

    operation: str
    line: int | None
    table: str | None = None
    rows: int | None = None
    bytes: int | None = None
    lock: str | None = None
    scans: str | None = None
    # What it waits for beside the lock.
    waits_for: str | None = None
    # What it does with the rows (``Work``), and how many bytes it reads and writes anew.
    work: str | None = None
    scanned_bytes: int | None = None
    rewritten_bytes: int | None = None
    # Without waits for locks.
    seconds_low: float | None = None
    seconds_high: float | None = None
    # What it needs of the disk, for good or until it ends.
    disk_bytes: int | None = None
    # Who would make it wait now.
    holders: list[Holder] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    hindrances: list[Hindrance] = field(default_factory=list)

    def take(self, range_: Range | None) -> None:
        """Take *range_* for how long it takes; None where nobody knows."""
        low, high = range_ or (None, None)
        self.seconds_low = None if low is None else float(f"{low:.3g}")
        self.seconds_high = None if high is None else float(f"{high:.3g}")

    @property
    def range(self) -> Range | None:
        """Return how long it takes; None where nobody knows."""
        if self.seconds_low is None or self.seconds_high is None:
            return None
        return Range(self.seconds_low, self.seconds_high)


@dataclass
class Planned:
    """A revision; *notes* say where its file could not be followed."""

    revision: str
    phase: Phase
    title: str
    path: str
    steps: list[Step] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def range(self) -> Range | None:
        """Return how long all its steps take; None where one of them is not known."""
        whole = Range(0.0, 0.0)
        for step in self.steps:
            if step.range is None:
                return None
            whole = whole.plus(step.range)
        return None if self.notes else whole


@dataclass
class Plan:
    """All of it; *hindrances* are those that belong to no step."""

    heads: list[str]
    revisions: list[Planned] = field(default_factory=list)
    hindrances: list[Hindrance] = field(default_factory=list)
    around: Surroundings = field(default_factory=Surroundings)

    @property
    def disk_bytes(self) -> int:
        """Return what all steps need of the disk, as far as that is known."""
        return sum(step.disk_bytes or 0 for one in self.revisions for step in one.steps)

    @property
    def all_hindrances(self) -> list[tuple[Planned | None, Step | None, Hindrance]]:
        """Every reason, with the revision and the step that it stops."""
        found: list[tuple[Planned | None, Step | None, Hindrance]] = [
            (None, None, hindrance) for hindrance in self.hindrances
        ]
        for revision in self.revisions:
            for step in revision.steps:
                found += [(revision, step, hindrance) for hindrance in step.hindrances]
        return found

    def as_json(self) -> dict[str, Any]:
        """Return what ``--json`` writes."""
        return {"hindered": bool(self.all_hindrances), **asdict(self)}
