"""What autogenerate does not see: a test shows that the server does not keep it."""

from .case import Unseen, invoice

BY_HAND = "a revision by hand (`alembic revision -m …`), before or with the change of the model"

UNSEEN = [
    Unseen(
        "an array's number of dimensions (PostgreSQL does not keep it)",
        invoice('sa.Column("codes", sa.ARRAY(sa.Integer))'),
        invoice('sa.Column("codes", sa.ARRAY(sa.Integer, dimensions=2))'),
        "nothing: the database knows no difference",
    ),
    Unseen(
        "columns change places",
        invoice('sa.Column("a", sa.Integer)', 'sa.Column("b", sa.Integer)'),
        invoice('sa.Column("b", sa.Integer)', 'sa.Column("a", sa.Integer)'),
        "nothing: PostgreSQL cannot move a column, and the code names its columns",
    ),
    Unseen(
        "views, functions, triggers, policies, grants",
        invoice(),
        invoice(),
        "`op.execute(…)` in " + BY_HAND + ": the models do not know them",
    ),
]
