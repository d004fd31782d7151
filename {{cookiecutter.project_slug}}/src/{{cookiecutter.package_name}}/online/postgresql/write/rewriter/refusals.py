"""Why PostgreSQL is not asked for some changes of tables in use, and the recipe for each."""

from ....interface import Advice
from ..resting import Resting

_REWRITE = "every row is rewritten under ACCESS EXCLUSIVE, which stops readers and writers"

GENERATED_COLUMN = Advice(
    _REWRITE,
    "add a plain nullable column and a sequence (op.create_sequence), let the default take its "
    "next value, backfill with nextval(), then set NOT NULL",
)
STORED_COLUMN = Advice(
    _REWRITE,
    "add a plain column that the service (or a trigger) writes, and op.backfill it; or compute "
    "the value in a view",
)
IDENTITY = Advice(
    "code that runs gives this column numbers of its own: those of the sequence would meet them",
    "let the new code leave the numbers to the database in a release of its own, and allow the "
    "change when no code is left that gives its own",
)
EXCLUSION = Advice(
    "its index is built under ACCESS EXCLUSIVE, and PostgreSQL knows no concurrent way",
    "create a new table with the constraint, write both, backfill, and switch over",
)
PARTITIONED = Advice(
    "on a partitioned table PostgreSQL knows neither CONCURRENTLY nor NOT VALID for it, so every "
    "partition is locked while it is checked",
    "do it partition by partition (concurrently, or NOT VALID and VALIDATE), then on the parent, "
    "which takes the partitions' over",
)
KEY_IN_USE = Advice(
    "foreign keys rest on the old key, and PostgreSQL drops it only with them",
    "give the referenced columns a unique constraint first, let the foreign keys reference it "
    "(drop and add them in one revision), then change the key",
    can_be_allowed=False,
)


def type_change(column: str, old: str, new: str) -> Advice:
    """Return why *column* does not go from type *old* to type *new*, and the recipe."""
    return Advice(
        f"from {old} to {new} {_REWRITE}",
        f"add a new column of type {new} with info={ {'backfill': f'{column}::{new}'} }, write "
        "both from the new code, read the new one, then remove the old column from the model",
    )


def no_cast(column: str, old: str, new: str) -> Advice:
    """Return why *column* cannot go from type *old* to type *new* at all."""
    return Advice(
        f"PostgreSQL has no cast from {old} to {new}, or none back",
        f"add a new column of type {new} with info={ {'backfill': '…'} }, an expression on {column}; "
        "write both from the new code, read the new one, then remove the old column from the model",
        can_be_allowed=False,
    )


def resting(column: str, new: str, rests: Resting) -> Advice:
    """Return why *column* does not become *new* in its place, where others rest on it."""
    if rests.refused is not None:
        return Advice(
            f"PostgreSQL says: {rests.refused}",
            f"add a new column of type {new}, and anew what rests on it; write both from the new "
            "code, read the new one, then remove the old ones from the model",
            can_be_allowed=False,
        )
    return Advice(
        f"PostgreSQL would build {', '.join(rests.rebuilt)} anew under ACCESS EXCLUSIVE, and nobody "
        "could read or write the table meanwhile",
        f"add a new column of type {new} with info={ {'backfill': column} } and indexes of its own, "
        "write both from the new code, read the new one, then remove the old column from the model",
    )


def enum_change(type_name: str) -> Advice:
    """Return why labels of the type do not go, and the recipe."""
    return Advice(
        "PostgreSQL cannot take a label away or move it, and renaming one breaks the old code that "
        "still writes it",
        "keep the label in the model and stop writing it; or add a column of a new enum type, "
        "backfill it, write both, and drop the old one. Where old code does not know the label, "
        f'op.execute("ALTER TYPE {type_name} RENAME VALUE …") in a revision of your own',
        can_be_allowed=False,
    )
