"""What a plan sees around the tables: who holds locks, how far replicas are, how much disk is free."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Holder:
    """A session that a step would wait for; *statement* has none of its values.

    *surely* is False where the server does not tell on which table a lock is.
    """

    id: int
    user: str | None = None
    application: str | None = None
    state: str | None = None
    # How long its transaction has been open.
    seconds: float | None = None
    statement: str | None = None
    surely: bool = True


@dataclass(frozen=True)
class Replica:
    """A server that follows this one; None where this one does not know, or does not tell."""

    name: str
    lag_seconds: float | None = None
    lag_bytes: int | None = None


@dataclass(frozen=True)
class Surroundings:
    """Replicas, free disk, and *notes* on what could not be seen."""

    replicas: list[Replica] = field(default_factory=list)
    disk_free_bytes: int | None = None
    notes: list[str] = field(default_factory=list)
