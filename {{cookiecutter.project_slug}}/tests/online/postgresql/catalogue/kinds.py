"""Types of columns, generated ones, other names of columns and tables."""

from .case import ID, PARTED, Case, invoice

KINDS = [
    Case(
        "enum label added",
        "A label can be used only after the transaction that added it.",
        invoice('sa.Column("state", sa.Enum("new", "paid", name="state"))'),
        invoice('sa.Column("state", sa.Enum("new", "sent", "paid", name="state"))'),
        expand=("op.add_enum_label(",),
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
        "A trigger keeps both columns equal, whichever of them is written, until no code knows the old "
        "name; the values are carried over in batches.",
        invoice('sa.Column("note", sa.Text)'),
        invoice('sa.Column("remark", sa.Text, info={"renamed_from": "note"})'),
        expand=("op.add_column(", "op.keep_in_sync(", 'value="note"'),
        contract=("op.end_sync(", "op.drop_column("),
    ),
    Case(
        "rename of a NOT NULL column with a default and an index",
        "The same; rows that leave both to the database get the default.",
        invoice(
            'sa.Column("state", sa.String(9), server_default="new", nullable=False, index=True)'
        ),
        invoice(
            'sa.Column("phase", sa.String(9), server_default="new", nullable=False, index=True, '
            'info={"renamed_from": "state"})'
        ),
        expand=("op.add_column(", "op.keep_in_sync(", 'value="state"', "op.create_index"),
        contract=("op.set_not_null(", "op.end_sync(", "op.drop_column("),
    ),
    Case(
        "rename of a table",
        "A class may be renamed without its table.",
        f'{invoice()}; sa.Table("line", m, {ID}, sa.Column("qty", sa.Integer))',
        f'{invoice()}; sa.Table("row", m, {ID}, sa.Column("qty", sa.Integer))',
        refused=("rename?", "line"),
    ),
]
