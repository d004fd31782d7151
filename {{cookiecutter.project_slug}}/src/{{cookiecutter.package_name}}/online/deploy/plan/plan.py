"""What a plan says: its revisions, their steps, and every reason why they would not end."""

from dataclasses import asdict, dataclass, field
from typing import Any

from ...phase import Phase


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
    """An operation; *line* is that of its call, *notes* what could not be known."""

    operation: str
    line: int | None
    table: str | None = None
    rows: int | None = None
    bytes: int | None = None
    lock: str | None = None
    scans: str | None = None
    notes: list[str] = field(default_factory=list)
    hindrances: list[Hindrance] = field(default_factory=list)


@dataclass
class Planned:
    """A revision; *notes* say where its file could not be followed."""

    revision: str
    phase: Phase
    title: str
    path: str
    steps: list[Step] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass
class Plan:
    """All of it; *hindrances* are those that belong to no step."""

    heads: list[str]
    revisions: list[Planned] = field(default_factory=list)
    hindrances: list[Hindrance] = field(default_factory=list)

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
