"""Why MySQL is not asked for some changes of tables in use, and the recipe for each."""

from ....interface import Advice

COPY = "the table is copied, and writers wait until that is done"
_TOOLS = "pt-online-schema-change or gh-ost"

GENERATED_COLUMN = Advice(
    COPY, f"let {_TOOLS} add it; or add a plain nullable column that the service numbers"
)
STORED_COLUMN = Advice(
    COPY,
    "make it virtual, sa.Computed(…, persisted=False): that is added in an instant, and can be "
    "indexed; or add a plain column that the service writes, and op.backfill it",
)
IDENTITY = Advice(COPY, f"add a new column beside it, or let {_TOOLS} change it")
CHECK = Advice(
    COPY,
    f"let the service keep the rule, or a trigger; or let {_TOOLS} add it, or allow it in a quiet "
    "hour",
)
LOCKING_INDEX = Advice(
    "writers wait while an index of this kind is built",
    f"let {_TOOLS} add it, or allow it in a quiet hour",
)
KEY_IN_USE = Advice(
    "foreign keys rest on the old key, and the server drops it only with them",
    "give the referenced columns a unique constraint first, let the foreign keys reference it "
    "(drop and add them in one revision), then change the key",
    can_be_allowed=False,
)


def type_change(column: str, old: str, new: str) -> Advice:
    """Return why *column* does not go from type *old* to type *new*, and the recipe."""
    return Advice(
        f"from {old} to {new} {COPY}",
        f"add a new column of type {new} with info={ {'backfill': column} }, write both from the "
        "new code, read the new one, then remove the old column from the model; or let "
        f"{_TOOLS} change it",
    )


def no_conversion(column: str, said: str) -> Advice:
    """Return why the server cannot change *column* in its place, of which it *said* why."""
    return Advice(
        f"the server cannot turn one type into the other, and back: {said}",
        f"add a new column of the new type with a value made of {column} "
        "(info={'backfill': '…an expression…'}), write both from the new code, read the new one, "
        "then remove the old column from the model",
        can_be_allowed=False,
    )
