"""Catches a release of Alembic or SQLAlchemy that changed what they keep to themselves, by name.

Each name of ``online/internals.py`` is tried alone. Where even an import fails, nothing else can
run: then ``pytest --noconftest tests/online/test_internals.py`` says which it is.
"""

import ast
import importlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

import alembic
import pytest
import sqlalchemy as sa
from alembic.autogenerate.api import AutogenContext, RevisionContext
from alembic.config import Config
from alembic.operations import Operations, ops
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from sqlalchemy.engine.default import DefaultDialect

import {{ cookiecutter.package_name }}

ASKED = {"message": "m", "head": "head", "splice": False, "sql": False, "branch_label": None}
ASKED |= {"version_path": None, "depends_on": None}
VERSIONS = f"Alembic {alembic.__version__} and SQLAlchemy {sa.__version__}"
FILE = Path({{ cookiecutter.package_name }}.__file__).parent / "online" / "internals.py"
TREE = ast.parse(FILE.read_text(encoding="utf-8"))
IMPORTS = [
    (node.module or "", alias.name)
    for node in TREE.body
    if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("alembic")
    for alias in node.names
]
REVISION = """
revision = "{revision}"
down_revision = {parents!r}
branch_labels = None
depends_on = {needs!r}


def upgrade():
    pass


def downgrade():
    pass
"""


@contextmanager
def tried(name: str) -> Iterator[ModuleType]:
    """Yield our module; what goes wrong with it is told as a fault of *name*."""
    try:
        yield importlib.import_module("{{ cookiecutter.package_name }}.online.internals")
    except Exception as error:
        pytest.fail(f"{name} of {FILE} does not work with {VERSIONS}: {error!r}", pytrace=False)


@pytest.fixture
def scripts(tmp_path: Path) -> ScriptDirectory:
    """Return a history: 1, on it 2, and apart from them 3, which needs 1."""
    for revision, parents, needs in (("1", None, None), ("2", "1", None), ("3", None, "1")):
        text = REVISION.format(revision=revision, parents=parents, needs=needs)
        (tmp_path / f"{revision}.py").write_text(text, encoding="utf-8")
    return ScriptDirectory(str(tmp_path), version_locations=[str(tmp_path)])


@pytest.fixture
def context() -> AutogenContext:
    """Return what autogenerate renders with, for no database in particular."""
    migration = MigrationContext.configure(dialect=DefaultDialect())
    options = {"sqlalchemy_module_prefix": "sa.", "alembic_module_prefix": "op."}
    return AutogenContext(
        migration, opts=options | {"user_module_prefix": None}, autogenerate=False
    )


@pytest.fixture
def table() -> sa.Table:
    """Return a table with one of everything."""
    column: sa.Column[Any] = sa.Column(
        "kind", sa.Enum("a", name="kind", create_constraint=True, native_enum=False)
    )
    models = sa.MetaData(naming_convention={"uq": "uq_%(table_name)s", "ix": "ix_%(table_name)s"})
    sa.Sequence("number", metadata=models)
    return sa.Table(
        "book",
        models,
        sa.Column("id", sa.Integer, primary_key=True),
        column,
        sa.Column("n", sa.Integer, index=True),
        sa.UniqueConstraint("n"),  # fmt: skip
    )


@pytest.mark.parametrize(("module", "name"), IMPORTS)
def test_import(module: str, name: str) -> None:
    found = getattr(importlib.import_module(module), name, None)
    assert found is not None, f"{module}.{name}, which {FILE} imports, is gone from {VERSIONS}"


def test_function_of_command(scripts: ScriptDirectory) -> None:
    with (
        tried("function_of_command") as internals,
        EnvironmentContext(Config(), scripts, fn=test_import),
    ):
        assert internals.function_of_command() is test_import


def test_running_command(scripts: ScriptDirectory) -> None:
    with (
        tried("running_command") as internals,
        EnvironmentContext(Config(), scripts) as running,
    ):
        assert internals.running_command() is running


def test_version_folders(scripts: ScriptDirectory, tmp_path: Path) -> None:
    with tried("version_folders") as internals:
        assert [Path(folder) for folder in internals.version_folders(scripts)] == [tmp_path]


def test_parents_of(scripts: ScriptDirectory) -> None:
    with tried("parents_of") as internals:
        found = {n: internals.parents_of(scripts.get_revision(n)) for n in ("1", "2", "3")}
        assert found == {"1": set(), "2": {"1"}, "3": {"1"}}


def test_predecessors(scripts: ScriptDirectory) -> None:
    with tried("predecessors") as internals:
        found = [internals.predecessors(scripts.get_revision(n)) for n in ("1", "2", "3")]
        assert found == [(), ("1",), ()]


def test_upgraded_revision(scripts: ScriptDirectory) -> None:
    with tried("upgraded_revision") as internals:
        [up] = internals.upgrade_steps(scripts, "2", ("1",))
        down = RevisionStep.downgrade_from_script(scripts.revision_map, scripts.get_revision("2"))
        assert internals.upgraded_revision(up).revision == "2"
        assert internals.upgraded_revision(down) is None


def test_revision_of(scripts: ScriptDirectory) -> None:
    with tried("revision_of") as internals:
        down = RevisionStep.downgrade_from_script(scripts.revision_map, scripts.get_revision("2"))
        assert internals.revision_of(down).revision == "2"
        assert internals.revision_of(object()) is None


def test_not_mutating(scripts: ScriptDirectory) -> None:
    with tried("not_mutating") as internals, EnvironmentContext(Config(), scripts) as running:
        with internals.not_mutating():
            assert running.context_opts["dont_mutate"] is True
        assert "dont_mutate" not in running.context_opts


def test_downgrade_steps(scripts: ScriptDirectory) -> None:
    with tried("downgrade_steps") as internals:
        steps = internals.downgrade_steps(scripts, "1", ("2",))
        assert [step.revision.revision for step in steps] == ["2"]


@pytest.mark.parametrize("autogenerate", [True, False])
def test_is_comparison(autogenerate: bool, scripts: ScriptDirectory) -> None:
    with tried("is_comparison") as internals:
        words = (
            "rev_id",
            "message",
            "head",
            "splice",
            "branch_label",
            "version_path",
            "depends_on",
        )
        arguments = dict.fromkeys(words) | {"autogenerate": autogenerate, "head": "heads"}
        revision = RevisionContext(Config(), scripts, arguments)
        options = {"revision_context": revision}
        migration = MigrationContext.configure(dialect=DefaultDialect(), opts=options)
        assert internals.is_comparison(migration) == autogenerate
        assert not internals.is_comparison(MigrationContext.configure(dialect=DefaultDialect()))


def test_upgrade_steps(scripts: ScriptDirectory) -> None:
    with tried("upgrade_steps") as internals:
        steps = internals.upgrade_steps(scripts, "heads", ("1",))
        assert {step.revision.revision for step in steps} == {"2", "3"}


class Connection:
    """A connection that is in a transaction, or not."""

    def __init__(self, is_busy: bool) -> None:
        """Take what it says of itself."""
        self.dialect = DefaultDialect()
        self.is_busy = is_busy

    def in_transaction(self) -> bool:
        """Say so."""
        return self.is_busy


@pytest.mark.parametrize("is_busy", [True, False])
def test_is_in_callers_transaction(is_busy: bool) -> None:
    with tried("is_in_callers_transaction") as internals:
        connection: Any = Connection(is_busy)
        migration = MigrationContext(DefaultDialect(), connection, {})
        assert internals.is_in_callers_transaction(migration) == is_busy


def test_within_batch(context: AutogenContext) -> None:
    with tried("within_batch") as internals:
        drop = ops.DropIndexOp("ix_book", "book")
        with internals.within_batch(context):
            assert internals.render_drop_index(context, drop).startswith("batch_op.drop_index(")
        assert internals.render_drop_index(context, drop).startswith("op.drop_index(")


def test_batch(context: AutogenContext) -> None:
    operations = Operations(context.migration_context)
    with (
        tried("take_calls, is_given_table_only") as internals,
        operations.batch_alter_table("book") as batch,
    ):
        batch.drop_column("title")
        [(name, arguments, options)] = internals.take_calls(batch.impl)
        assert (name, arguments[0]) == ("drop_column", "book")
        assert set(options) <= {"schema", "if_exists"}
        assert internals.take_calls(batch.impl) == []
        assert internals.is_given_table_only(batch.impl)
        batch.impl.schema = "archive"
        assert not internals.is_given_table_only(batch.impl)


def test_original_of(table: sa.Table) -> None:
    with tried("original_of") as internals:
        added = ops.AddColumnOp("book", table.c.n)
        assert internals.original_of(added.reverse()).column is table.c.n
        assert internals.original_of(ops.DropColumnOp("book", "n")) is None


def test_run_as_step() -> None:
    with tried("run_as_step") as internals:
        connection = MagicMock(dialect=DefaultDialect())
        connection.in_transaction.return_value = False
        ran: list[int] = []
        internals.run_as_step(
            MigrationContext(DefaultDialect(), connection, {}), lambda: ran.append(1)
        )
        assert ran == [1]


def test_write_revision_file(scripts: ScriptDirectory, tmp_path: Path) -> None:
    with tried("write_revision_file") as internals:
        (tmp_path / "script.py.mako").write_text("${up_revision}: ${upgrades}", encoding="utf-8")
        revisions = RevisionContext(Config(), scripts, {"rev_id": "4"} | ASKED)
        options = {"revision_context": revisions, "upgrade_token": "upgrades"}
        options |= {"downgrade_token": "downgrades", "alembic_module_prefix": "op."}
        migration = MigrationContext(DefaultDialect(), None, options)
        revisions._last_autogen_context = AutogenContext(migration, autogenerate=False)
        [script] = revisions.generated_revisions
        assert script.upgrade_ops is not None
        script.upgrade_ops.ops.append(ops.DropTableOp("book"))
        internals.write_revision_file(migration, script, tmp_path / "written")
        assert (tmp_path / "written").read_text(encoding="utf-8").startswith("4: ")


def test_sending_mixin() -> None:
    with tried("SendingMixin") as internals:
        sent: list[str] = []

        class Impl(internals.SendingMixin):  # type: ignore[name-defined,misc]
            __dialect__ = "of the test"

            def send(self, construct: Any, *arguments: Any, **options: Any) -> Any:
                sent.append(str(construct))
                return super().send(construct, *arguments, **options)

        impl = Impl(DefaultDialect(), None, True, None, out := Out(), {})
        impl.execute("SELECT 1")
        assert sent == ["SELECT 1"]
        assert "SELECT 1" in out.text


class Out:
    """A file that keeps what is written."""

    text = ""

    def write(self, text: str) -> None:
        """Keep *text*."""
        self.text += text

    def flush(self) -> None:
        """Do nothing."""


def test_ddl_compiler(table: sa.Table) -> None:
    with tried("ddl_compiler") as internals:
        text = internals.ddl_compiler(DefaultDialect()).get_column_specification(table.c.n)
        assert text == "n INTEGER"


def test_index_on_text(table: sa.Table) -> None:
    with tried("index_on_text") as internals:
        index = internals.index_on_text("ix", "lower(kind)", table, unique=True)
        assert (index.table, index.unique, str(index.expressions[0])) == (
            table,
            True,
            "lower(kind)",
        )


def test_copy_of_column(table: sa.Table) -> None:
    with tried("copy_of_column") as internals:
        copy = internals.copy_of_column(table.c.n)
        assert (copy.name, copy.table) == ("n", None)


def test_numbered_column(table: sa.Table) -> None:
    with tried("numbered_column") as internals:
        assert internals.numbered_column(table) is table.c.id
        assert internals.numbered_column(None) is None


def test_together(table: sa.Table) -> None:
    with tried("together") as internals:
        other = sa.Table("shelf", sa.MetaData(), sa.Column("id", sa.Integer))
        whole = internals.together([table.metadata, other.metadata])
        assert [*whole.tables.values()] == [table, other]
        assert whole.sorted_tables == [table, other]
        assert [s.name for s in internals.sequences_of(whole)] == ["number"]


def test_sequences_of(table: sa.Table) -> None:
    with tried("sequences_of") as internals:
        assert [s.name for s in internals.sequences_of(table.metadata)] == ["number"]


def check_of(table: sa.Table) -> sa.CheckConstraint:
    """Return the rule that came with the type."""
    [found] = [c for c in table.constraints if isinstance(c, sa.CheckConstraint)]
    return found


def test_is_created(table: sa.Table) -> None:
    with tried("is_created") as internals:
        nothing: Any = None
        compiler = DefaultDialect().ddl_compiler(DefaultDialect(), nothing)
        assert internals.is_created(check_of(table), compiler)
        assert internals.is_created(table.primary_key, compiler)


def test_comes_with_type(table: sa.Table) -> None:
    with tried("comes_with_type") as internals:
        assert internals.comes_with_type(check_of(table))
        assert not internals.comes_with_type(table.primary_key)


def test_variant_for() -> None:
    with tried("variant_for") as internals:
        type_ = sa.Integer().with_variant(sa.BigInteger(), DefaultDialect.name)
        assert isinstance(internals.variant_for(type_, DefaultDialect.name), sa.BigInteger)
        assert internals.variant_for(type_, "other") is type_


@pytest.mark.parametrize("name", ["constraint_name", "index_name"])
def test_names(name: str) -> None:
    with tried(name) as internals:
        assert getattr(internals, name)(DefaultDialect(), "Odd name") == "Odd name"


def test_name_by_convention(table: sa.Table) -> None:
    with tried("name_by_convention") as internals:
        [unique] = [c for c in table.constraints if isinstance(c, sa.UniqueConstraint)]
        assert internals.name_by_convention(DefaultDialect(), unique) == "uq_book"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("render_type", "sa.Integer()"),
        ("render_op", "op.drop_index('ix', table_name='book')"),
        ("render_create_index", "op.create_index('ix', 'book', ['n'], unique=False)"),
        ("render_drop_index", "op.drop_index('ix', table_name='book')"),
        ("render_check", "op.create_check_constraint('positive', 'book', 'n > 0')"),
        ("render_foreign_key", "op.create_foreign_key('fk', 'book', 'shelf', ['n'], ['id'])"),
        ("render_alter_column", "op.alter_column('book', 'n',\n           nullable=False)"),
    ],
)
def test_render(name: str, wanted: str, context: AutogenContext) -> None:
    rendered: dict[str, Any] = {
        "render_type": sa.Integer(),
        "render_op": ops.DropIndexOp("ix", "book"),
        "render_create_index": ops.CreateIndexOp("ix", "book", ["n"]),
        "render_drop_index": ops.DropIndexOp("ix", "book"),
        "render_check": ops.CreateCheckConstraintOp("positive", "book", "n > 0"),
        "render_foreign_key": ops.CreateForeignKeyOp("fk", "book", "shelf", ["n"], ["id"]),
        "render_alter_column": ops.AlterColumnOp("book", "n", modify_nullable=False),
    }
    with tried(name) as internals:
        said = getattr(internals, name)
        given = (rendered[name], context) if name == "render_type" else (context, rendered[name])
        found = said(*given)
        assert (found[0] if name == "render_op" else found) == wanted


async def test_in_greenlet() -> None:
    with tried("in_greenlet") as internals:
        assert await internals.in_greenlet(max, 1, 2) == 2


async def test_await_only() -> None:
    async def answer() -> int:
        return 3

    with tried("await_only") as internals:
        found = await internals.in_greenlet(lambda: internals.await_only(answer()))
        assert found == 3


def test_every_name_is_tried() -> None:
    defined = {n.name for n in TREE.body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    renamed = {a.asname for n in TREE.body if isinstance(n, ast.ImportFrom) for a in n.names}
    here = Path(__file__).read_text(encoding="utf-8")
    known = set(re.findall(r"\w+", " ".join(re.findall(r'"([\w, ]+)"', here))))
    assert (defined | renamed) - {None} - known == set()
