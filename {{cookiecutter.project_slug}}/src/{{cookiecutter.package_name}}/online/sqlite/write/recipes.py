"""How to go on by hand with what autogenerate has no operation for."""

_RECIPES = {
    "table": "a table keeps the options (STRICT, WITHOUT ROWID) that it was created with: create a "
    "new table with them, write both, copy the rows (INSERT … SELECT by op.execute), then remove "
    "the old model",
    "column": "a column keeps its expression, and what it does on a conflict: add a column of another "
    "name that is as the models have this one, let the code use that, then remove the old one",
    "constraint": "give the rule a name in the model (Base.metadata has a naming convention), or "
    "write a revision by hand with op.batch_alter_table",
}


def recipe(what: str) -> str:
    """Return how to go on by hand with the object *what*, which begins with its kind."""
    for kind, words in _RECIPES.items():
        if what.startswith(kind):
            return words
    return "write a revision by hand that ends where the models are (op.execute)"
