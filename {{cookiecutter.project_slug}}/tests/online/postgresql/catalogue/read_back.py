"""Rows of the catalogue that the server alone tells: both sides are read back from it."""

from .case import Case, indexed, invoice, keyed

CASES = [
    Case(
        "a foreign key or another constraint is renamed",
        "The server changes its own notes: at no moment is there no rule.",
        keyed(name='"one"'),
        keyed(name='"other"'),
        expand=('op.rename_constraint("invoice", "one", "other")',),
    ),
    Case(
        "an index is renamed",
        "ALTER INDEX … RENAME: nothing is built, and nothing dropped.",
        indexed(),
        indexed().replace("ix_invoice_name", "by_name"),
        expand=('op.rename_index("ix_invoice_name", "by_name")',),
    ),
    Case(
        "options of a foreign key change",
        "The new key is validated beside the old one and then takes its name, when old code is gone: "
        "one of the two holds at every moment.",
        keyed(),
        keyed(ondelete='"CASCADE"', deferrable="True"),
        contract=(
            'op.replace_foreign_key(\n        op.f("fk_invoice_customer_id_customer")',
            'ondelete="CASCADE"',
            "deferrable=True",
        ),
    ),
    Case(
        "options of a unique constraint change",
        "Its new index is built beside the traffic, and takes the old one's place in a short "
        "transaction.",
        invoice('sa.UniqueConstraint("name", "id")'),
        invoice('sa.UniqueConstraint("name", "id", deferrable=True)'),
        contract=('op.replace_unique("uq_invoice_name_id", "invoice"', "deferrable=True"),
    ),
    Case(
        "an index's WHERE, method, INCLUDE, operator class or storage changes",
        "The new index is built beside the old one, which serves until the contract.",
        indexed(),
        indexed(
            postgresql_where="sa.text(\"name <> ''\")",
            postgresql_include='["id"]',
            postgresql_ops='{"name": "varchar_pattern_ops"}',
            postgresql_with='{"fillfactor": 50}',
        ),
        expand=("op.create_index_concurrently(", "varchar_pattern_ops", "postgresql_include"),
        contract=('op.swap_index("ix_invoice_name_new", "ix_invoice_name")',),
    ),
    Case(
        "storage parameters of a table change",
        "Readers and writers pass the lock that this takes.",
        invoice(),
        invoice('postgresql_with={"fillfactor": 50}'),
        expand=('op.set_storage_parameters("invoice", {"fillfactor": "50"}, old={})',),
    ),
    Case(
        "a constraint gets a comment",
        "A note of the server's; readers and writers pass its lock.",
        invoice('sa.CheckConstraint("id > 0", name="positive")'),
        invoice('sa.CheckConstraint("id > 0", name="positive", comment="why")'),
        expand=('op.comment_on_constraint("invoice", "ck_invoice_positive", "why", old=None)',),
    ),
    Case(
        "a default goes",
        "Old code may leave the value to it, so it goes when old code is gone.",
        invoice('sa.Column("note", sa.Text, server_default="none")'),
        invoice('sa.Column("note", sa.Text)'),
        contract=("op.alter_column(", "server_default=None"),
    ),
    Case(
        "a collation changes, and nothing rests on it",
        "Only the server's notes change.",
        invoice('sa.Column("code", sa.String(5))'),
        invoice('sa.Column("code", sa.String(5, collation="C"))'),
        expand=("op.alter_column(", 'collation="C"'),
        prepares_anew=True,
    ),
    Case(
        "a sequence of its own changes",
        "ALTER SEQUENCE takes a lock that nextval() passes.",
        invoice() + '; sa.Sequence("number", metadata=m)',
        invoice() + '; sa.Sequence("number", metadata=m, increment=5)',
        expand=("op.alter_sequence(", "INCREMENT 5"),
    ),
    Case(
        "a label of an enum without a type of its own (`native_enum=False`)",
        "Its CHECK follows the labels: dropped before new code writes the new one, and made anew, NOT "
        "VALID and then validated, when old code is gone.",
        invoice(
            'sa.Column("e", sa.Enum("a", "b", name="e", native_enum=False, create_constraint=True))'
        ),
        invoice(
            'sa.Column("e", sa.Enum("a", "b", "c", name="e", native_enum=False, '
            "create_constraint=True, length=1))"
        ),
        expand=('op.drop_constraint(op.f("ck_invoice_e"), "invoice", type_="check")',),
        contract=("op.create_check_constraint_not_valid(", "op.validate_constraint("),
    ),
    Case(
        "a type changes under an index on an expression",
        "The rows stay as they are, but PostgreSQL builds such an index anew under a lock.",
        invoice('sa.Index("by_lower", sa.text("lower(name)"))'),
        invoice('sa.Index("by_lower", sa.text("lower(name)"))').replace("String(50)", "String(90)"),
        refused=("invoice.name: index_rebuild", "by_lower", "Instead: "),
    ),
    Case(
        "the expression or the kind of a generated column changes",
        "It cannot change in its place: the new one needs a column of its own.",
        invoice('sa.Column("code", sa.Text, sa.Computed("upper(name)", persisted=True))'),
        invoice('sa.Column("code", sa.Text, sa.Computed("lower(name)", persisted=True))'),
        refused=("column invoice.code: changed", "lower((name)::text)", "Instead: "),
    ),
    Case(
        "a table becomes partitioned",
        "That is another table, to be filled beside the old one.",
        invoice(),
        invoice('postgresql_partition_by="RANGE (id)"'),
        refused=("table invoice: changed", "PARTITION BY RANGE (id)", "Instead: "),
    ),
    Case(
        "a domain's rule changes",
        "Every table that has the domain is looked at while writers wait.",
        invoice('sa.Column("size", pg.DOMAIN("size", sa.Integer, check=sa.text("VALUE > 0")))'),
        invoice('sa.Column("size", pg.DOMAIN("size", sa.Integer, check=sa.text("VALUE > 1")))'),
        refused=("domain size: changed", "VALUE > 1", "Instead: "),
    ),
    Case(
        "an exclusion constraint changes under its name",
        "It would have to be built anew, under a lock.",
        invoice(
            'sa.Column("r", pg.INT4RANGE)',
            'pg.ExcludeConstraint(("r", "&&"), name="x", using="gist")',
        ),
        invoice(
            'sa.Column("r", pg.INT4RANGE)',
            'pg.ExcludeConstraint(("r", "="), name="x", using="gist")',
        ),
        refused=("invoice.x: exclusion", "Instead: "),
    ),
]

