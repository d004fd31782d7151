"""Why SQLite is not asked for some changes of tables in use, and the recipe for each."""

from ....interface import Advice
from ...operations.affinity import affinity

GENERATED_COLUMN = Advice(
    "SQLite numbers rows only in the primary key, and a table keeps the key it was created with",
    "create a new table with this key, write both, copy the rows (INSERT … SELECT by op.execute), "
    "then remove the old model",
    can_be_allowed=False,
)
STORED_COLUMN = Advice(
    "SQLite cannot add it, so the table is rebuilt while all writers wait",
    "let it be virtual (sa.Computed(…, persisted=False)): it takes no room, can be indexed, and is "
    "added in an instant",
)
IDENTITY = Advice(
    "a column becomes a generated one, or ceases to be one, only by a new column in its place",
    "add a new column, backfill it, let the new code use it, then remove the old one",
    can_be_allowed=False,
)
PRIMARY_KEY = Advice(
    "foreign keys and the rows' own numbers rest on it, and a table keeps the key it was created "
    "with",
    "create a new table with this key, write both, copy the rows, then remove the old model; or "
    "make the columns UNIQUE, and leave the key as it is",
    can_be_allowed=False,
)


def type_change(column: str, old: str, new: str) -> Advice:
    """Return why *column* does not go from type *old* to type *new*, and the recipe."""
    if affinity(old) == affinity(new):
        return Advice(
            f"SQLite numbers rows only in a key of the type INTEGER, so that with {new} an insert "
            f"that leaves {column} out fails",
            "say sa.BigInteger().with_variant(sa.Integer, 'sqlite'): an INTEGER of SQLite holds 64 "
            "bits; or autoincrement=False, where the application numbers the rows",
        )
    return Advice(
        f"from {old} to {new} the affinity changes: SQLite converts the values that it can, leaves "
        "the others, and old or new code reads what it does not expect",
        f"add a new column of type {new} with "
        f"info={ {'backfill': f'CAST({column} AS {new})'} }, write both from the new code, read "
        "the new one, then remove the old column from the model",
    )
