"""Indexes, keys and other rules that come, change and go; columns and tables that go."""

from .case import CUSTOMER, EITHER, ID, Case, invoice

RULES = [
    Case(
        "new index",
        "Built concurrently: writers go on. A leftover of a build that was cut off is dropped "
        "first.",
        invoice(),
        invoice('sa.Index(None, "name")'),
        expand=("op.create_index_concurrently(",),
    ),
    Case(
        "new unique index",
        "A unique index is a rule: old code may still break it, so it waits for the contract.",
        invoice('sa.Column("number", sa.Integer)'),
        invoice('sa.Column("number", sa.Integer)', 'sa.Index(None, "number", unique=True)'),
        contract=("op.create_index_concurrently(", "unique=True"),
    ),
    Case(
        "index goes",
        "Dropped concurrently, when no old code needs it any more.",
        invoice('sa.Index(None, "name")'),
        invoice(),
        contract=("op.drop_index_concurrently(",),
    ),
    Case(
        "index changes under its name",
        "The new one is built under a passing name; when old code is gone it takes the old one's "
        "place.",
        invoice('sa.Index("ix_invoice", "name")'),
        invoice('sa.Index("ix_invoice", "name", "id")'),
        expand=('op.create_index_concurrently("ix_invoice_new"',),
        contract=('op.swap_index("ix_invoice_new", "ix_invoice")',),
    ),
    Case(
        "unique index becomes a plain one",
        "Loosening comes first: new code may write what the rule forbade.",
        invoice('sa.Index("ix_invoice", "name", unique=True)'),
        invoice('sa.Index("ix_invoice", "name")'),
        expand=("unique=False", 'op.swap_index("ix_invoice_new", "ix_invoice")'),
    ),
    Case(
        "new unique constraint",
        "A unique index is built concurrently and becomes the constraint in an instant.",
        invoice('sa.Column("number", sa.Integer)'),
        invoice('sa.Column("number", sa.Integer)', 'sa.UniqueConstraint("number")'),
        contract=("op.create_unique_using_index(",),
    ),
    Case(
        "new unique column",
        "Old code leaves the new column NULL, so the rule may come with it.",
        invoice(),
        invoice('sa.Column("number", sa.Integer, unique=True)'),
        expand=("op.add_column(", "op.create_unique_using_index("),
    ),
    Case(
        "new foreign key",
        "Added NOT VALID in an instant, validated beside the traffic, in two transactions.",
        CUSTOMER + "; " + invoice('sa.Column("customer_id", sa.BigInteger)'),
        CUSTOMER + "; " + invoice('sa.Column("customer_id", sa.ForeignKey("customer.id"))'),
        contract=("op.create_foreign_key_not_valid(", "op.validate_constraint("),
    ),
    Case(
        "new column with a foreign key",
        "Old code leaves the new column NULL, so the key may come with it.",
        f"{CUSTOMER}; {invoice()}",
        CUSTOMER
        + "; "
        + invoice('sa.Column("customer_id", sa.ForeignKey("customer.id"), index=True)'),
        expand=(
            "op.add_column(",
            "op.create_index_concurrently(",
            "op.create_foreign_key_not_valid(",
            "op.validate_constraint(",
        ),
    ),
    Case(
        "new check constraint",
        "Added NOT VALID in an instant, validated beside the traffic.",
        invoice('sa.Column("total", sa.Integer)'),
        invoice('sa.Column("total", sa.Integer)', 'sa.CheckConstraint("total >= 0", name="total")'),
        contract=("op.create_check_constraint_not_valid(", "op.validate_constraint("),
    ),
    Case(
        "new column with a check constraint",
        "Old code leaves the new column NULL, which no CHECK forbids, so the rule may come with it.",
        invoice(),
        invoice('sa.Column("total", sa.Integer, sa.CheckConstraint("total >= 0", name="total"))'),
        expand=(
            "op.add_column(",
            "op.create_check_constraint_not_valid(",
            "op.validate_constraint(",
        ),
    ),
    Case(
        "check constraint changes",
        "Old code may break the new rule, and new code the old one: between the phases both are good, "
        "and one always holds.",
        invoice('sa.Column("total", sa.Integer)', 'sa.CheckConstraint("total > 0", name="total")'),
        invoice('sa.Column("total", sa.Integer)', 'sa.CheckConstraint("total >= 0", name="total")'),
        expand=EITHER,
        contract=EITHER,
    ),
    Case(
        "a constraint goes",
        "Loosening takes its lock for an instant, and lets new code write what the rule forbade.",
        invoice(
            'sa.Column("total", sa.Integer)',
            'sa.CheckConstraint("total >= 0", name="total")',
            'sa.UniqueConstraint("total")',
        ),
        invoice('sa.Column("total", sa.Integer)'),
        expand=("op.drop_constraint(",),
    ),
    Case(
        "foreign key goes",
        "In a transaction of its own: it locks both tables, for an instant.",
        CUSTOMER + "; " + invoice('sa.Column("customer_id", sa.ForeignKey("customer.id"))'),
        CUSTOMER + "; " + invoice('sa.Column("customer_id", sa.BigInteger)'),
        expand=("op.drop_foreign_key(",),
    ),
    Case(
        "primary key changes",
        "A unique index is built concurrently; the keys change places in one short transaction.",
        invoice('sa.Column("code", sa.Text, nullable=False)'),
        'sa.Table("invoice", m, sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False), '
        'sa.Column("name", sa.String(50), nullable=False), '
        'sa.Column("code", sa.Text, primary_key=True))',
        contract=("op.replace_primary_key(",),
    ),
    Case(
        "column goes",
        "Its NOT NULL goes first, so that new code can insert without it; the column goes when "
        "old code is gone.",
        invoice(
            'sa.Column("code", sa.Text, nullable=False, unique=True)', 'sa.Index("ix_code", "code")'
        ),
        invoice(),
        expand=("nullable=True",),
        contract=("op.drop_constraint(", "op.drop_index_concurrently(", "op.drop_column("),
        one_way="the values of a dropped column are gone",
    ),
    Case(
        "table goes",
        "Its foreign keys go first, one a transaction, for each locks another table too.",
        f'{invoice()}; sa.Table("line", m, {ID}, sa.Column("invoice_id", sa.ForeignKey("invoice.id"), '
        "index=True))",
        invoice(),
        contract=("op.drop_foreign_key(", "op.drop_table("),
        one_way="the rows of a dropped table are gone",
    ),
]
