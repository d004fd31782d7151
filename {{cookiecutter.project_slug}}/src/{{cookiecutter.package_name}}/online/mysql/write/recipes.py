"""How to go on by hand with what autogenerate has no operation for."""

_RECIPES = {
    "table": "options of a table: op.execute('ALTER TABLE … …') in a revision of your own. The comment "
    "and the default character set change in an instant; CONVERT TO, ENGINE and ROW_FORMAT copy the "
    "table while writers wait, so let pt-online-schema-change or gh-ost do these",
    "partition": "partitions change by op.execute('ALTER TABLE … PARTITION …') in a revision of your "
    "own; a table that becomes partitioned is copied while writers wait, so let "
    "pt-online-schema-change or gh-ost do that",
    "column": "AUTO_INCREMENT that comes or goes copies the table while writers wait: say in the model "
    "what is there (autoincrement=True or False), or change it by op.execute('ALTER TABLE … MODIFY "
    "…') in a revision of your own, in a quiet hour; a generated column's expression cannot change in its place: add a column of another "
    "name with the new expression, let the code read that, then remove the old one",
    "index": "an index that a foreign key needs stays while the key does: leave it in the model "
    "(index=True), or take the key out with it; else op.execute('ALTER TABLE … ADD INDEX …') in a "
    "revision of your own",
    "constraint": "op.execute('ALTER TABLE … DROP CONSTRAINT …, ADD CONSTRAINT …') in a revision of "
    "your own; give the rule a name in the model where it has none",
}


def recipe(what: str) -> str:
    """Return how to go on by hand with the object *what*, which begins with its kind."""
    for kind, words in _RECIPES.items():
        if what.startswith(kind):
            return words
    return "write a revision by hand that ends where the models are (op.execute)"
