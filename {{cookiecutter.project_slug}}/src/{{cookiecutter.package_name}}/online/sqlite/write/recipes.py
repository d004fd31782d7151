"""How to go on by hand with what autogenerate has no operation for."""

from .rewriter.refusals import PRIMARY_KEY

_SAME_NAME = "where only the case of its name differs, keep the name: to SQLite they are one"
_RECIPES = {
    "table": f"{_SAME_NAME}; a virtual table is changed by its own module",
    "column": f"{_SAME_NAME}; what a column computes, and what it does on a conflict, stays as it was: "
    "add a column of another name that is as the models have this one, let the code use that, then "
    "remove the old one",
    "constraint": "give the rule a name in the model (Base.metadata has a naming convention), or "
    "write a revision by hand with op.batch_alter_table",
}


def recipe(what: str) -> str:
    """Return how to go on by hand with the object *what*, which begins with its kind."""
    if what.endswith(".PRIMARY KEY"):
        return PRIMARY_KEY.instead
    for kind, words in _RECIPES.items():
        if what.startswith(kind):
            return words
    return "write a revision by hand that ends where the models are (op.execute)"
