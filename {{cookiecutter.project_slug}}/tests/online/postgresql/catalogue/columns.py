"""Tables and columns: new ones, NULL and NOT NULL, defaults."""

from .case import ID, Case, invoice

COLUMNS = [
    Case(
        "new table",
        "Nobody uses it yet: it is created plainly, with its indexes and keys.",
        invoice(),
        f'{invoice()}; sa.Table("line", m, {ID}, sa.Column("invoice_id", sa.ForeignKey("invoice.id"), '
        'index=True), sa.Column("qty", sa.Integer, sa.CheckConstraint("qty > 0", name="qty")))',
        expand=("op.create_table(", "op.create_index("),
    ),
    Case(
        "new nullable column",
        "Adding a column without a default touches no row.",
        invoice(),
        invoice('sa.Column("note", sa.Text)'),
        expand=('op.add_column("invoice", sa.Column("note", sa.Text(), nullable=True))',),
    ),
    Case(
        "new column with a constant or stable default",
        "PostgreSQL keeps such a default once in the catalogue, for all rows.",
        invoice(),
        invoice(
            'sa.Column("paid", sa.Boolean, server_default=sa.false(), nullable=False)',
            'sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.func.now())',
        ),
        expand=("op.add_column(",),
    ),
    Case(
        "new NOT NULL column, one constant for old rows",
        "The value stands as a default, so rows that old code inserts meanwhile are right too; the "
        "default goes when old code is gone.",
        invoice(),
        invoice(
            'sa.Column("currency", sa.String(3), nullable=False, info={"backfill": "\'EUR\'"})'
        ),
        expand=("nullable=False", "server_default"),
        contract=("server_default=None",),
    ),
    Case(
        "new NOT NULL column, a value per row",
        "Added nullable, filled in batches; the contract fills what old code inserted since, and "
        "only then tightens.",
        invoice(),
        invoice('sa.Column("slug", sa.Text, nullable=False, info={"backfill": "lower(name)"})'),
        expand=("nullable=True", 'op.backfill("invoice", "slug", value="lower(name)")'),
        contract=("op.backfill(", 'op.set_not_null("invoice", "slug")'),
    ),
    Case(
        "new NOT NULL column, nobody has said the value",
        "The author edits one marked line; until then the revision refuses on a table with rows.",
        invoice(),
        invoice('sa.Column("slug", sa.Text, nullable=False)'),
        expand=("value=...,",),
        author_writes="'v' || id",
        contract=("op.set_not_null(",),
    ),
    Case(
        "new column with a volatile default",
        "A volatile default would rewrite the table under ACCESS EXCLUSIVE; so the default is set "
        "for rows to come, and the old ones are filled in batches.",
        invoice(),
        invoice(
            'sa.Column("token", sa.Uuid, server_default=sa.func.gen_random_uuid(), nullable=False)'
        ),
        expand=("nullable=True", "op.alter_column(", 'value="gen_random_uuid()"'),
        contract=("op.set_not_null(",),
    ),
    Case(
        "existing column becomes NOT NULL",
        "A CHECK is added NOT VALID and validated beside the traffic; SET NOT NULL then needs no "
        "scan.",
        invoice('sa.Column("note", sa.Text)'),
        invoice('sa.Column("note", sa.Text, nullable=False, info={"backfill": "\'-\'"})'),
        contract=("op.backfill(", 'op.set_not_null("invoice", "note")'),
    ),
    Case(
        "existing column becomes nullable",
        "Loosening takes its lock for an instant.",
        invoice('sa.Column("note", sa.Text, nullable=False, server_default="x")'),
        invoice('sa.Column("note", sa.Text, server_default="x")'),
        expand=("nullable=True",),
    ),
    Case(
        "a default changes",
        "Defaults concern rows to come only.",
        invoice('sa.Column("note", sa.Text, server_default="x")'),
        invoice('sa.Column("note", sa.Text, server_default="y")'),
        expand=("server_default=",),
    ),
]
