"""What to do instead: one sentence for each kind of statement that blocks."""

import re

_RECIPES = (
    (
        r"\bCREATE (UNIQUE )?INDEX\b",
        "op.create_index_concurrently builds the index beside the traffic.",
    ),
    (r"\bSET NOT NULL\b", "op.set_not_null proves it first by a CHECK that is validated alone."),
    (
        r"\bVALIDATE CONSTRAINT\b",
        "validate in a transaction that holds no other lock (op.validate_constraint).",
    ),
    (
        r"\bADD (CONSTRAINT \S+ )?(UNIQUE|PRIMARY KEY)\b",
        "op.create_unique_using_index builds the index concurrently and then takes it over.",
    ),
    (
        r"\b(FOREIGN KEY|REFERENCES)\b",
        "op.create_foreign_key_not_valid, then op.validate_constraint in a transaction of its own.",
    ),
    (r"\bALTER (COLUMN )?\S+ (SET DATA )?TYPE\b", "add a new column, write both, fill, switch."),
    (
        r"\bADD (COLUMN )?.*\b(GENERATED|SERIAL|DEFAULT)\b",
        "add the column nullable, set its default in a second step, then op.backfill.",
    ),
    (
        r"\bCHECK\b",
        "op.create_check_constraint_not_valid, then op.validate_constraint on its own.",
    ),
    (r"^\s*(WITH|UPDATE|DELETE|MERGE)\b", "op.backfill writes in batches, each committed."),
    (r"\b(REINDEX|REFRESH)\b", "there is a CONCURRENTLY for it, outside a transaction."),
)


def recipe_for(sql: str) -> str:
    """Return what to do in place of the statement *sql*."""
    for pattern, recipe in _RECIPES:
        if re.search(pattern, sql, re.I):
            return recipe
    return "let no statement work on a table in a transaction that holds a strong lock."
