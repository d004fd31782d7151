"""The rows of the catalogue: a model before, the model after, and why the revision is as it is.

*before* and *after* are column lists of a table ``invoice`` (and further tables where named), as
Python source, so that the document can show exactly what was run.
"""

from __future__ import annotations

from dataclasses import dataclass

ID = 'sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True)'
NAME = 'sa.Column("name", sa.String(50), nullable=False)'
BASE = f"{ID}, {NAME}"
CUSTOMER = f'sa.Table("customer", m, {ID}, {NAME})'

PLAIN = 'sa.Column("id", sa.Integer), sa.Column("name", sa.String(50), nullable=False)'
NON_NATIVE = 'name="e", native_enum=False, create_constraint=True'
PARTED = (
    'sa.Table("invoice", m, sa.Column("id", sa.BigInteger, primary_key=True), '
    'sa.Column("name", sa.Text)PARTS, postgresql_partition_by="RANGE (id)")'
)


def invoice(*parts: str) -> str:
    """Return the source of the table ``invoice`` with further columns and constraints."""
    return f'sa.Table("invoice", m, {", ".join((BASE, *parts))})'


def keyed(**options: str) -> str:
    """Return an invoice with a foreign key to a customer."""
    given = "".join(f", {name}={value}" for name, value in options.items())
    key = f'sa.ForeignKeyConstraint(["customer_id"], ["customer.id"]{given})'
    return CUSTOMER + "; " + invoice('sa.Column("customer_id", sa.BigInteger)', key)


def indexed(**options: str) -> str:
    """Return an invoice with an index on its name."""
    given = "".join(f", {name}={value}" for name, value in options.items())
    return invoice(f'sa.Index("ix_invoice_name", "name"{given})')


def with_id(kind: str) -> str:
    """Return a table whose key is of this *kind*."""
    return f'sa.Table("invoice", m, sa.Column("id", sa.Integer, {kind}primary_key=True))'


@dataclass(frozen=True)
class Case:
    """One row: what changes in the models, and what the revision must (not) hold."""

    name: str
    reason: str
    before: str
    after: str
    # Fragments in the files, by phase; a phase that is not named must not come.
    expand: tuple[str, ...] = ()
    contract: tuple[str, ...] = ()
    # Fragments of the refusal, where no file may be written.
    refused: tuple[str, ...] = ()
    # What makes the change reversible only in part, in words.
    one_way: str = ""
    allow: str = ""
    # A connection that has prepared a SELECT of the column fails once and prepares it anew.
    prepares_anew: bool = False
    # The first version of PostgreSQL that has it.
    since: int = 0
    # What the author writes in the place of "...".
    author_writes: str = ""


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
    Case(
        "a foreign key is renamed",
        "The rule stays: only its name changes.",
        keyed(name='"one"'),
        keyed(name='"other"'),
        expand=('op.rename_constraint("invoice", "one", "other")',),
    ),
    Case(
        "a primary key is renamed",
        "The rule stays, and so does its index: only their name changes.",
        f'sa.Table("invoice", m, {PLAIN}, sa.PrimaryKeyConstraint("id", name="one"))',
        f'sa.Table("invoice", m, {PLAIN}, sa.PrimaryKeyConstraint("id", name="other"))',
        expand=('op.rename_constraint("invoice", "one", "other")',),
    ),
    Case(
        "an index is renamed",
        "The same index under another name: nothing is built.",
        invoice('sa.Index("one", "name")'),
        invoice('sa.Index("other", "name")'),
        expand=('op.rename_index("one", "other")',),
    ),
    Case(
        "a foreign key's MATCH changes",
        "The new key stands beside the old until it is valid, and takes its place: at no moment is "
        "there none.",
        keyed(),
        keyed(match='"FULL"'),
        contract=(
            "op.create_foreign_key_not_valid(",
            "op.validate_constraint(",
            "op.swap_constraint(",
        ),
    ),
    Case(
        "a foreign key's ON DELETE and ON UPDATE change",
        "The new key stands beside the old until it is valid, and takes its place.",
        keyed(ondelete='"CASCADE"'),
        keyed(ondelete='"SET NULL"', onupdate='"CASCADE"'),
        contract=(
            "op.create_foreign_key_not_valid(",
            "op.validate_constraint(",
            "op.swap_constraint(",
        ),
    ),
    Case(
        "a foreign key becomes DEFERRABLE",
        "The new key stands beside the old until it is valid, and takes its place.",
        keyed(),
        keyed(deferrable="True", initially='"DEFERRED"'),
        contract=("deferrable=True", "op.validate_constraint(", "op.swap_constraint("),
    ),
    Case(
        "a unique constraint becomes DEFERRABLE",
        "Old code may say ON CONFLICT, which a deferrable rule does not answer; so it changes late, "
        "and in an instant.",
        invoice('sa.UniqueConstraint("name")'),
        invoice('sa.UniqueConstraint("name", deferrable=True)'),
        contract=("op.create_unique_using_index(", "deferrable=True", "op.swap_constraint("),
    ),
    Case(
        "a unique constraint counts NULLs as equal",
        "The stricter rule comes when old code is gone; the old one holds until then.",
        invoice('sa.Column("number", sa.Integer, nullable=False)', 'sa.UniqueConstraint("number")'),
        invoice(
            'sa.Column("number", sa.Integer, nullable=False)',
            'sa.UniqueConstraint("number", postgresql_nulls_not_distinct=True)',
        ),
        contract=("nulls_not_distinct=True", "op.swap_constraint("),
    ),
    Case(
        "a unique constraint counts NULLs as equal no more",
        "The looser rule comes first: new code may write what the old one forbade.",
        invoice(
            'sa.Column("number", sa.Integer, nullable=False)',
            'sa.UniqueConstraint("number", postgresql_nulls_not_distinct=True)',
        ),
        invoice('sa.Column("number", sa.Integer, nullable=False)', 'sa.UniqueConstraint("number")'),
        expand=("op.create_unique_using_index(", "op.swap_constraint("),
    ),
    Case(
        "a unique constraint gets a column more",
        "The old rule implies the new one, which so comes at once, and then takes its place.",
        invoice('sa.UniqueConstraint("name", name="uq_one")'),
        invoice('sa.UniqueConstraint("name", "id", name="uq_one")'),
        expand=("op.create_unique_using_index(", "op.swap_constraint("),
    ),
    Case(
        "a unique constraint gets a column less, and so another name",
        "The new rule implies the old one, which so holds until the new one is there.",
        invoice('sa.UniqueConstraint("name", "id")'),
        invoice('sa.UniqueConstraint("name")'),
        contract=("op.create_unique_using_index(", "op.drop_constraint("),
    ),
    Case(
        "an index's WHERE changes",
        "The new one is built under a passing name, and takes the old one's place.",
        indexed(),
        indexed(postgresql_where="sa.text(\"name <> ''\")"),
        expand=("op.create_index_concurrently(", "postgresql_where="),
        contract=("op.swap_index(",),
    ),
    Case(
        "an index's method changes",
        "The new one is built under a passing name, and takes the old one's place.",
        indexed(),
        indexed(postgresql_using='"hash"'),
        expand=("op.create_index_concurrently(", 'postgresql_using="hash"'),
        contract=("op.swap_index(",),
    ),
    Case(
        "an index's INCLUDE changes",
        "The new one is built under a passing name, and takes the old one's place.",
        indexed(),
        indexed(postgresql_include='["id"]'),
        expand=("op.create_index_concurrently(", 'postgresql_include=["id"]'),
        contract=("op.swap_index(",),
    ),
    Case(
        "an index's operator class changes",
        "The new one is built under a passing name, and takes the old one's place.",
        indexed(),
        indexed(postgresql_ops='{"name": "varchar_pattern_ops"}'),
        expand=("op.create_index_concurrently(", "varchar_pattern_ops"),
        contract=("op.swap_index(",),
    ),
    Case(
        "storage parameters of an index change",
        "Set beside the traffic, for entries to come.",
        indexed(postgresql_with='{"deduplicate_items": "off"}'),
        indexed(postgresql_with='{"fillfactor": 50}'),
        expand=("op.set_index_parameters(",),
    ),
    Case(
        "storage parameters of a table change",
        "Set beside the traffic, for rows to come.",
        invoice('postgresql_with={"autovacuum_enabled": "off"}'),
        invoice('postgresql_with={"fillfactor": 50}'),
        expand=("op.set_table_parameters(",),
    ),
    Case(
        "a constraint gets a comment",
        "Comments concern people only.",
        invoice('sa.CheckConstraint("id > 0", name="positive")'),
        invoice('sa.CheckConstraint("id > 0", name="positive", comment="it\'s :so 5%")'),
        expand=("op.comment_on_constraint(",),
    ),
    Case(
        "the expression of a generated column changes",
        "Every row would be computed anew under ACCESS EXCLUSIVE.",
        invoice('sa.Column("code", sa.Text, sa.Computed("upper(name)", persisted=True))'),
        invoice('sa.Column("code", sa.Text, sa.Computed("lower(name)", persisted=True))'),
        refused=("invoice.code", "a column of another name"),
    ),
    Case(
        "a generated column is stored, or no longer stored",
        "Every row would be written anew under ACCESS EXCLUSIVE.",
        invoice('sa.Column("code", sa.Text, sa.Computed("upper(name)", persisted=True))'),
        invoice('sa.Column("code", sa.Text)'),
        refused=("invoice.code",),
    ),
    Case(
        "a serial key stops being one (`autoincrement=False`)",
        "Old code inserts without a value, so its default goes when old code is gone.",
        with_id(""),
        with_id("autoincrement=False, "),
        contract=("server_default=None", 'op.drop_sequence(\n        "invoice_id_seq"'),
    ),
    Case(
        "a column's collation changes, and nothing is sorted by it",
        "No row changes, and no index is built anew.",
        invoice('sa.Column("code", sa.String(5))'),
        invoice('sa.Column("code", sa.String(5, collation="C"))'),
        expand=('collation="C"',),
        prepares_anew=True,
    ),
    Case(
        "the collation of a column in an index changes",
        "The index would be built anew under ACCESS EXCLUSIVE.",
        invoice('sa.Column("code", sa.String(5), index=True)'),
        invoice('sa.Column("code", sa.String(5, collation="C"), index=True)'),
        refused=("type_change", "invoice.code"),
    ),
    Case(
        "a table becomes partitioned",
        "PostgreSQL cannot partition a table that is there.",
        invoice(),
        invoice('postgresql_partition_by="RANGE (id)"'),
        refused=("table invoice", "a new table"),
    ),
    Case(
        "a sequence of its own changes",
        "In a short transaction: its numbers go on where they were.",
        invoice() + '; sa.Sequence("number", metadata=m)',
        invoice() + '; sa.Sequence("number", metadata=m, increment=5)',
        expand=("op.alter_sequence(",),
    ),
    Case(
        "a sequence of its own comes",
        "Nobody uses it yet.",
        invoice(),
        invoice() + '; sa.Sequence("number", metadata=m, increment=5)',
        expand=("op.create_sequence(",),
    ),
    Case(
        "a domain's rule changes",
        "Every table that uses it is read under a lock, and old code may break the new rule.",
        invoice('sa.Column("size", pg.DOMAIN("size", sa.Integer, check=sa.text("VALUE > 0")))'),
        invoice('sa.Column("size", pg.DOMAIN("size", sa.Integer, check=sa.text("VALUE > 1")))'),
        refused=("domain size", "ALTER DOMAIN"),
    ),
    Case(
        "a label of an enum without a type of its own (`native_enum=False`) changes its CHECK",
        "The old rule goes with the expand; the new one comes when old code is gone.",
        invoice(f'sa.Column("e", sa.Enum("a", "b", {NON_NATIVE}))'),
        invoice(f'sa.Column("e", sa.Enum("a", "b", "c", {NON_NATIVE}))'),
        expand=("op.drop_constraint(",),
        contract=("op.create_check_constraint_not_valid(", "op.validate_constraint("),
        one_way="a row with the new label breaks the old rule",
    ),
    Case(
        "an exclusion constraint changes under its name",
        "PostgreSQL has no concurrent way to build its index.",
        invoice(
            'sa.Column("r", pg.INT4RANGE)',
            'pg.ExcludeConstraint(("r", "&&"), name="x", using="gist")',
        ),
        invoice(
            'sa.Column("r", pg.INT4RANGE)',
            'pg.ExcludeConstraint(("r", "="), name="x", using="gist")',
        ),
        refused=("invoice.x", "exclusion"),
    ),
]


@dataclass(frozen=True)
class Unseen:
    """A change of the models that autogenerate does not see, and what to do instead."""

    name: str
    before: str
    after: str
    instead: str


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
