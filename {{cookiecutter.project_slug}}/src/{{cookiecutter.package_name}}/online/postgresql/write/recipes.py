"""How to go on by hand with what autogenerate has no operation for."""

_RECIPES = {
    "table": 'storage parameters: op.execute("ALTER TABLE … SET (…)") in a revision of your own '
    "(a short lock); partitions, inheritance and UNLOGGED need a new table that is filled beside "
    "the old one",
    "column": "a generated column's expression cannot change in its place: add a column of another "
    "name with the new expression, let the code read that, then remove the old one",
    "domain": "in a revision of your own (-x phase=contract), op.execute each of: ALTER DOMAIN … ADD "
    "CONSTRAINT … CHECK (…) NOT VALID; ALTER DOMAIN … VALIDATE CONSTRAINT …; ALTER DOMAIN … DROP "
    "CONSTRAINT (the old one); or SET DEFAULT, SET NOT NULL",
    "comment on constraint": "op.execute(\"COMMENT ON CONSTRAINT … ON … IS '…'\") in a revision of "
    "your own",
}


def recipe(what: str) -> str:
    """Return how to go on by hand with the object *what*, which begins with its kind."""
    for kind in sorted(_RECIPES, key=len, reverse=True):
        if what.startswith(kind):
            return _RECIPES[kind]
    return "write a revision by hand that ends where the models are (op.execute)"
