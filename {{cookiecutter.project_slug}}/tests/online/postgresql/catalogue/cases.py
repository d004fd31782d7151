"""The rows of the catalogue: what Alembic proposes, and what is made of it."""

from . import read_back
from .case import BY_HAND, CUSTOMER, ID, PARTED, Case, Unseen, invoice

__all__ = ["CASES", "UNSEEN", "Case", "Unseen"]

CASES = [
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
        "The old rule goes with the expand, so that new code may write by the new one; the new "
        "rule comes when old code is gone.",
        invoice('sa.Column("total", sa.Integer)', 'sa.CheckConstraint("total > 0", name="total")'),
        invoice('sa.Column("total", sa.Integer)', 'sa.CheckConstraint("total >= 0", name="total")'),
        expand=("op.drop_constraint(",),
        contract=("op.create_check_constraint_not_valid(", "op.validate_constraint("),
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
    Case(
        "enum label added",
        "A label can be used only after the transaction that added it.",
        invoice('sa.Column("state", sa.Enum("new", "paid", name="state"))'),
        invoice('sa.Column("state", sa.Enum("new", "sent", "paid", name="state"))'),
        expand=("op.add_enum_value(",),
        one_way="PostgreSQL cannot drop a label",
    ),
    Case(
        "new enum column",
        "The type is created first, once, however many columns use it.",
        invoice(),
        invoice(
            'sa.Column("state", sa.Enum("new", "paid", name="state"))',
            'sa.Column("before", sa.Enum("new", "paid", name="state"))',
        ),
        expand=("op.create_enum(", "op.add_column("),
    ),
    Case(
        "enum column goes",
        "The type goes with its last column.",
        invoice('sa.Column("state", sa.Enum("new", "paid", name="state"))'),
        invoice(),
        contract=("op.drop_column(", "op.drop_enum("),
        one_way="the values of a dropped column are gone",
    ),
    Case(
        "enum label removed or renamed",
        "PostgreSQL cannot drop a label, and a renamed one breaks old code.",
        invoice('sa.Column("state", sa.Enum("new", "paid", name="state"))'),
        invoice('sa.Column("state", sa.Enum("new", name="state"))'),
        refused=("enum", "paid"),
    ),
    Case(
        "identity or serial column added",
        "Every row would be numbered, and so rewritten, under ACCESS EXCLUSIVE.",
        invoice(),
        invoice('sa.Column("no", sa.BigInteger, sa.Identity())'),
        refused=("generated_column", "ACCESS EXCLUSIVE"),
    ),
    Case(
        "stored generated column added",
        "Every row would be computed, and so rewritten, under ACCESS EXCLUSIVE.",
        invoice(),
        invoice('sa.Column("upper", sa.Text, sa.Computed("upper(name)", persisted=True))'),
        refused=("stored_column", "ACCESS EXCLUSIVE"),
    ),
    Case(
        "exclusion constraint added",
        "PostgreSQL has no concurrent way to build its index.",
        invoice('sa.Column("room", pg.INT4RANGE)'),
        invoice(
            'sa.Column("room", pg.INT4RANGE)',
            'pg.ExcludeConstraint(("room", "&&"), name="no_overlap", using="gist")',
        ),
        refused=("exclusion", "ACCESS EXCLUSIVE"),
    ),
    Case(
        "virtual generated column added (PostgreSQL 18)",
        "Nothing is stored: the value is computed when it is read.",
        invoice(),
        invoice('sa.Column("upper", sa.Text, sa.Computed("upper(name)", persisted=False))'),
        expand=("op.add_column(", "persisted=False"),
        since=18,
    ),
    Case(
        "index on a partitioned table",
        "PostgreSQL has no CONCURRENTLY for the parent.",
        PARTED.replace("PARTS", ""),
        PARTED.replace("PARTS", ', sa.Index(None, "name")'),
        refused=("partitioned", "partition by partition"),
    ),
    Case(
        "a comment changes",
        "Comments concern people only.",
        invoice(),
        invoice('sa.Column("note", sa.Text, comment="what the customer said")', 'comment="bills"'),
        expand=("comment=", "op.create_table_comment("),
    ),
    Case(
        "type change that leaves the rows alone",
        "PostgreSQL changes the catalogue only: seen on an unused table before the file is "
        "written.",
        invoice('sa.Column("amount", sa.Numeric(8, 2))'),
        'sa.Table("invoice", m, sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True), '
        'sa.Column("name", sa.Text, nullable=False), sa.Column("amount", sa.Numeric(12, 2)))',
        expand=("type_=sa.Text()", "type_=sa.Numeric("),
        prepares_anew=True,
    ),
    Case(
        "type change that rewrites",
        "Every row would be written anew under ACCESS EXCLUSIVE.",
        invoice('sa.Column("count", sa.Integer)'),
        invoice('sa.Column("count", sa.BigInteger)'),
        refused=("type_change", "ACCESS EXCLUSIVE"),
    ),
    Case(
        "a refused change, allowed by the author",
        "The override is visible in the file and in the log.",
        invoice('sa.Column("count", sa.Integer)'),
        invoice('sa.Column("count", sa.BigInteger)'),
        allow="type_change:invoice.count",
        contract=("op.allowed(", "type_=sa.BigInteger()"),
        prepares_anew=True,
    ),
    Case(
        "rename of a column",
        "A rename arrives as drop and add; only the author knows which it is.",
        invoice('sa.Column("note", sa.Text)'),
        invoice('sa.Column("remark", sa.Text)'),
        refused=("rename?", "note", "remark"),
    ),
    Case(
        "rename of a column, said so",
        "The values are carried over in batches, and once more before the old column goes, for the "
        "rows that old code wrote meanwhile; new code writes both until then.",
        invoice('sa.Column("note", sa.Text)'),
        invoice('sa.Column("remark", sa.Text, info={"renamed_from": "note"})'),
        expand=("op.add_column(", 'value="note"'),
        contract=("op.backfill(", "op.drop_column("),
        one_way="the values of a dropped column are gone",
    ),
    Case(
        "rename of a table",
        "A class may be renamed without its table.",
        f'{invoice()}; sa.Table("line", m, {ID}, sa.Column("qty", sa.Integer))',
        f'{invoice()}; sa.Table("row", m, {ID}, sa.Column("qty", sa.Integer))',
        refused=("rename?", "line"),
    ),
] + read_back.CASES

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
