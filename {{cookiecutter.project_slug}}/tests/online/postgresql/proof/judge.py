"""Which statements would stop live traffic, and what to do instead.

A lock that keeps writers out is harmless for an instant, so it counts only together with work
that grows with a table: a scan, a rewrite, an index build, in the statement that takes the lock
or in a later one of the same transaction. Row locks count where one transaction writes half of
a table or more.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .look import BLOCKS_WRITERS, LOCK_MODES, Look, in_words
from .recipes import recipe_for
from .watch import Place, Statement, Watch

ACCESS_EXCLUSIVE = LOCK_MODES.index("AccessExclusiveLock")
CHANGES_TABLE = LOCK_MODES.index("ShareUpdateExclusiveLock")
_OTHER_OBJECTS = re.compile(
    r"\b((ALTER|DROP)\s+(TYPE|DOMAIN|FUNCTION|PROCEDURE|SEQUENCE|SCHEMA|EXTENSION|ROLE)"
    r"|OR\s+REPLACE|TRIGGER|REVOKE|POLICY|RULE)\b",
    re.I,
)


@dataclass(frozen=True)
class Existing:
    """A table that was there before the revision, and how many rows it had."""

    name: str
    rows: int

    def has_much_of(self, rows: int) -> bool:
        """Tell whether so many *rows* are work that grows with the table."""
        return rows > 1 and rows * 2 >= self.rows


@dataclass(frozen=True)
class Finding:
    """One statement that would stop live traffic."""

    statement: Statement
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        """Return where it stands, what it is, why it blocks, and what to do."""
        sql = self.statement.sql
        lines = [str(self.statement.place or "(outside the revision file)"), sql, *self.reasons]
        return "\n    ".join([*lines, f"Instead: {recipe_for(sql)}"])


def judge(watch: Watch, existing: dict[int, Existing]) -> Iterator[Finding]:
    """Yield a finding for each blocking statement of *watch* on the tables *existing* (by oid)."""
    state = _State(watch.before, existing)
    for statement in watch.statements:
        reasons = state.follow(statement)
        if reasons:
            yield Finding(statement, tuple(dict.fromkeys(reasons)))


def concerned(watch: Watch, existing: dict[int, Existing]) -> set[int]:
    """Return the oids of tables that may behave differently after what *watch* saw.

    A change of a table locks it against other changes; that of a type, a function or a grant
    locks no table, and may concern every one.
    """
    if any(_OTHER_OBJECTS.search(statement.sql) for statement in watch.statements):
        return set(existing)
    looks = [look for statement in watch.statements for look in statement.looks]
    return {
        oid
        for oid in existing
        for look in looks
        if oid not in look.tables or look.tables[oid].lock >= CHANGES_TABLE
    }


def locks_of(statement: Statement, existing: dict[int, Existing]) -> dict[str, str]:
    """Return the strongest lock on each existing table that was held during *statement*."""
    held = {
        oid: max(look.tables[oid].lock for look in statement.looks if oid in look.tables)
        for oid in existing
        if any(oid in look.tables for look in statement.looks)
    }
    return {existing[oid].name: in_words(lock) for oid, lock in held.items() if lock >= 0}


@dataclass
class _State:
    last: Look
    existing: dict[int, Existing]
    # Of the running transaction: who took which lock, and how many rows were written.
    taken: dict[int, Place | None] = field(default_factory=dict)
    written: dict[int, int] = field(default_factory=dict)

    def follow(self, statement: Statement) -> list[str]:
        """Take in one statement and return why it blocks, if it does."""
        reasons: list[str] = []
        held: dict[int, int] = {}
        for look in statement.looks:
            if look.transaction != self.last.transaction:
                self.taken.clear()
                self.written.clear()
            held |= self._held(look, statement.place)
            reasons += self._judge(look, held, statement.place)
            self.last = look
        return reasons

    def _held(self, look: Look, place: Place | None) -> dict[int, int]:
        held = {
            oid: table.lock
            for oid, table in look.tables.items()
            if oid in self.existing and table.lock >= BLOCKS_WRITERS
        }
        for oid in held:
            self.taken.setdefault(oid, place)
        return held

    def _judge(self, look: Look, held: dict[int, int], place: Place | None) -> Iterator[str]:
        work: dict[str, list[str]] = {}
        for oid, table in self.existing.items():
            if oid not in look.tables or oid not in self.last.tables:
                continue
            now, before = look.tables[oid], self.last.tables[oid]
            if now.file != before.file:
                work.setdefault("rewrites", []).append(table.name)
                held.setdefault(oid, ACCESS_EXCLUSIVE)
            elif table.has_much_of(now.read - before.read):
                work.setdefault("scans", []).append(table.name)
            already = self.written.get(oid, 0)
            self.written[oid] = already + now.written - before.written
            if table.has_much_of(self.written[oid]) and not table.has_much_of(already):
                yield (
                    f"It writes {self.written[oid]} of {table.rows} rows of {table.name} in one "
                    "transaction: whoever wants to write one of them waits until it commits."
                )
        if work and held:
            who = "readers and writers" if ACCESS_EXCLUSIVE in held.values() else "writers"
            locks = " and ".join(self._told(oid, lock, place) for oid, lock in held.items())
            done = ", ".join(f"{what} {' and '.join(names)}" for what, names in work.items())
            yield f"It {done} under {locks}: {who} wait until it is done."

    def _told(self, oid: int, lock: int, place: Place | None) -> str:
        since = self.taken.get(oid)
        when = f" (held since line {since.line})" if since and since != place else ""
        return f"{in_words(lock)} on {self.existing[oid].name}{when}"
