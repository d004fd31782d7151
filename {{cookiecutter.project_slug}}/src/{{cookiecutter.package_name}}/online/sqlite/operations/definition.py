"""The text of a CREATE TABLE, taken apart into columns and rules, and put together again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .tokens import Token, join, name_in, parenthesis, plain, tokens

# What a rule of a table begins with, and what stands after the type in a column.
_RULES = frozenset({"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"})
_CLAUSES = _RULES - {"FOREIGN"} | {
    *("NOT", "NULL", "DEFAULT", "COLLATE", "REFERENCES", "GENERATED", "AS")
}
# Words that belong to what stands before them: SET NULL, NOT NULL, GENERATED ALWAYS AS.
_CONTINUES = {
    "NULL": ("NOT", "DEFAULT", "SET"),
    "DEFAULT": ("SET",),
    "AS": ("ALWAYS",),
}


@dataclass
class Clause:
    """A rule of a table or a part of a column: its name, what kind it is, its text."""

    name: str | None
    kind: str
    text: str

    @property
    def conflict(self) -> str | None:
        """What stands after ON CONFLICT; None without it, or for ABORT, which is SQLite's own."""
        words = [token.word for token in tokens(self.text) if token.means]
        for at in range(len(words) - 2):
            if words[at : at + 2] == ["ON", "CONFLICT"]:
                return None if words[at + 2] == "ABORT" else words[at + 2]
        return None

    def mentions(self, column: str) -> bool:
        """Tell whether the text names *column* of its own table."""
        # What follows REFERENCES is in another one.
        text = parenthesis(self.text) if self.kind == "FOREIGN" else self.text
        return any(
            name_in(token).lower() == column.lower()
            for token in tokens(text)
            if token.kind in ("word", "quoted")
        )


@dataclass
class Column:
    """A column: its name; that as it is written, a comment before it included; type; the rest."""

    name: str
    written: str
    type: str
    clauses: list[Clause]

    @classmethod
    def of(cls, pieces: list[Token]) -> Column:
        """Return the column that *pieces* define."""
        at = next(at for at, token in enumerate(pieces) if token.means)
        type_, clauses = _parts(pieces[at + 1 :], _CLAUSES)
        return cls(name_in(pieces[at]), join(pieces[: at + 1]), type_, clauses)

    def has(self, kind: str) -> bool:
        """Tell whether the column has a clause of this *kind*."""
        return any(clause.kind == kind for clause in self.clauses)

    def without(self, kind: str) -> list[Clause]:
        """Return the clauses of other kinds."""
        return [clause for clause in self.clauses if clause.kind != kind]

    @property
    def text(self) -> str:
        """The column as SQL."""
        parts = [self.written, self.type, *(clause.text for clause in self.clauses)]
        return " ".join(part for part in parts if part)


@dataclass
class Definition:
    """A table: its columns, its rules, and what follows them, such as STRICT."""

    columns: list[Column]
    rules: list[Clause]
    options: str

    @classmethod
    def of(cls, sql: str) -> Definition:
        """Return what *sql*, a CREATE TABLE of SQLite's schema, says."""
        pieces = tokens(sql)
        start = next(at for at, token in enumerate(pieces) if token.text == "(")
        inside, after = _split_at_end(pieces[start:])
        columns: list[Column] = []
        rules: list[Clause] = []
        for item in _items(inside):
            first = next(token for token in item if token.means)
            if first.word in _RULES:
                comment, found = _parts(item, _RULES)
                found[0].text = f"{comment} {found[0].text}".strip()
                rules += found
            else:
                columns.append(Column.of(item))
        return cls(columns, rules, join(after))

    def column(self, name: str) -> Column | None:
        """Return the column of this *name*."""
        return next((c for c in self.columns if c.name.lower() == name.lower()), None)

    def is_row_number(self, column: Column) -> bool:
        """Tell whether *column* may be the row's number by another name: its type's word says it."""
        keys = [rule.text for rule in self.rules if rule.kind == "PRIMARY"]
        is_alone = [plain(parenthesis(key)) for key in keys] == [plain(column.written)]
        return column.type.upper() == "INTEGER" and (column.has("PRIMARY") or is_alone)

    @property
    def is_without_rowid(self) -> bool:
        """Whether the rows have no number."""
        return "without rowid" in plain(self.options)

    @property
    def numbers_once(self) -> bool:
        """Whether the key says AUTOINCREMENT."""
        keys = [clause for column in self.columns for clause in column.clauses]
        return any("autoincrement" in plain(c.text) for c in keys if c.kind == "PRIMARY")

    def text(self, table: str) -> str:
        """Return the CREATE TABLE for a *table*, quoted already."""
        items = ",\n\t".join([c.text for c in self.columns] + [r.text for r in self.rules])
        return f"CREATE TABLE {table} (\n\t{items}\n) {self.options}".rstrip()


def _split_at_end(pieces: list[Token]) -> tuple[list[Token], list[Token]]:
    """Return what stands in the parentheses that *pieces* begin with, and what comes after."""
    depth = 0
    for at, token in enumerate(pieces):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0:
            return pieces[1:at], pieces[at + 1 :]
    raise ValueError("a parenthesis is not closed")


def _items(pieces: list[Token]) -> Iterator[list[Token]]:
    """Yield what stands between commas."""
    depth = 0
    item: list[Token] = []
    for token in pieces:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.text == "," and depth == 0:
            yield item
            item = []
        else:
            item.append(token)
    yield item


def _parts(pieces: list[Token], begins: frozenset[str] | set[str]) -> tuple[str, list[Clause]]:
    """Return what stands before the first word of *begins*, and the clauses from there on."""
    starts = list(_starts(pieces, begins))
    ends = [*starts[1:], len(pieces)] if starts else []
    head = join(pieces[: starts[0]] if starts else pieces)
    return head, [_clause(pieces[a:b]) for a, b in zip(starts, ends, strict=True)]


def _starts(pieces: list[Token], begins: frozenset[str] | set[str]) -> Iterator[int]:
    depth, before, named = 0, "", 0
    meaning = [(at, token) for at, token in enumerate(pieces) if token.means]
    for place, (at, token) in enumerate(meaning):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        following = meaning[place + 1][1].word if place + 1 < len(meaning) else ""
        word, last, before = token.word, before, token.word or token.text
        if named:  # the name after CONSTRAINT, and the word that begins what it names
            named -= 1
        elif depth == 0 and word in begins and last not in _CONTINUES.get(word, ()):
            if word == "NOT" and following == "DEFERRABLE":
                continue
            named = 2 if word == "CONSTRAINT" else 0
            yield at


def _clause(pieces: list[Token]) -> Clause:
    meaning = [token for token in pieces if token.means]
    name = None
    if meaning[0].word == "CONSTRAINT":
        name, meaning = name_in(meaning[1]), meaning[2:]
    kind = meaning[0].word
    if kind == "NOT":
        kind = "NOT NULL"
    elif kind == "AS":
        kind = "GENERATED"
    return Clause(name, kind, join(pieces))
