"""Catches a revision by hand that stops writers, is not repeatable, or ends in a traceback."""

import pytest
import sqlalchemy as sa
from alembic import command

from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from ..support import Database, Sandbox, book, rows

TITLE = sa.Column("title", sa.String(20))
TYPE = "existing_type=sa.String(20)"


@pytest.fixture
async def filled(sandbox: Sandbox, database: Database) -> Sandbox:
    """Make a book with rows, on a shelf."""
    models = book(TITLE._copy(), sa.Column("shelf_id", sa.ForeignKey("shelf.id"), index=True))
    sa.Table("shelf", models, sa.Column("id", sa.Integer, primary_key=True))
    sandbox.revise(models)
    sandbox.upgrade()
    await database.execute(rows("book", 1, 3))
    return sandbox


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            f'op.alter_column("book", "no", nullable=False, {TYPE})',
            "book has no column no to change",
        ),
        (f'op.alter_column("book", "title", nullable=False, {TYPE})', "book holds NULL"),
        ('op.drop_index("ix_book_shelf_id", "book")', "a foreign key needs this index"),
    ],
)
async def test_what_stands_in_the_way_is_told(
    line: str, told: str, filled: Sandbox, database: Database
) -> None:
    before = await database.schema()
    filled.by_hand(f"    {line}")
    with pytest.raises(DatabaseError, match=told):
        filled.upgrade(no_preflight=True)
    assert await database.schema() == before


async def test_a_slip_of_the_author_is_told_with_its_place(filled: Sandbox) -> None:
    filled.by_hand('    op.create_index("ix_no", "book", ["no"])')
    with pytest.raises(DatabaseError, match="Stopped in revision .*the database said: .*no"):
        filled.upgrade(no_preflight=True)


@pytest.mark.parametrize(
    ("line", "done", "found"),
    [
        (f'op.alter_column("book", "title", new_column_name="name", {TYPE})', "ALTER TABLE book RENAME COLUMN title TO name", "SELECT COUNT(name) FROM book"),
        ('op.rename_table("book", "page")', "RENAME TABLE book TO page", "SELECT COUNT(title) FROM page"),
        ('op.drop_column("book", "title")', "ALTER TABLE book DROP COLUMN title", "SELECT COUNT(id) - 3 FROM book"),
        ('op.drop_constraint("fk_book_shelf_id_shelf", "book", type_="foreignkey")', "ALTER TABLE book DROP FOREIGN KEY fk_book_shelf_id_shelf", "SELECT COUNT(title) FROM book"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("was_cut", [False, True])
async def test_after_a_cut_it_goes_on(
    line: str, done: str, found: str, was_cut: bool, filled: Sandbox, database: Database
) -> None:
    filled.by_hand(f"    {line}")
    if was_cut:
        await database.execute(done)
    filled.upgrade()
    assert await database.values(found) == [0]


async def test_a_table_with_a_key_goes(sandbox: Sandbox, database: Database) -> None:
    models = book()
    sa.Table("page", models, sa.Column("id", sa.Integer, primary_key=True), sa.Column("book_id", sa.ForeignKey("book.id")))  # fmt: skip
    sandbox.revise(models)
    sandbox.upgrade()
    before = await database.schema()
    scripts = sandbox.revise(book())
    sandbox.upgrade()
    command.check(sandbox.config(book()))
    sandbox.downgrade(f"-{len(scripts)}")
    assert await database.schema() == before


async def test_a_primary_key_that_others_refer_to_stays(sandbox: Sandbox) -> None:
    def models(*names: str) -> sa.MetaData:
        made = book(sa.Column("code", sa.Integer, nullable=False, primary_key="code" in names))
        made.tables["book"].c.id.unique = True
        sa.Table("page", made, sa.Column("book_id", sa.ForeignKey("book.id"), primary_key=True))
        return made

    sandbox.revise(models())
    with pytest.raises(DatabaseError):
        sandbox.revise(models("code"))


KEY = "CONSTRAINT fk_book_shelf_id_shelf FOREIGN KEY (shelf_id) REFERENCES shelf (id)"
PASSING = KEY.replace("_shelf FOR", "_shelf_new FOR") + " ON DELETE CASCADE"
UNWATCHED, WATCHED = (f"SET foreign_key_checks = {number}" for number in "01")
WITHOUT_KEY = "ALTER TABLE book DROP FOREIGN KEY fk_book_shelf_id_shelf"


@pytest.mark.parametrize(
    "left",
    [
        (),
        (f"{WITHOUT_KEY}, ADD {PASSING}",),
        (f"ALTER TABLE book ADD {PASSING}",),
        (WITHOUT_KEY,),
        (WITHOUT_KEY, f"ALTER TABLE book ADD {KEY} ON DELETE CASCADE"),
    ],
    ids=["as it was", "in the middle", "both", "neither", "done"],
)
async def test_a_key_is_replaced_whatever_an_earlier_run_left(
    left: tuple[str, ...], filled: Sandbox, database: Database
) -> None:
    name = '"fk_book_shelf_id_shelf", "book", "shelf", ["shelf_id"], ["id"]'
    filled.by_hand(f'    op.replace_foreign_key({name}, ondelete="CASCADE")')
    await database.run_script("".join(f"{line};\n" for line in (UNWATCHED, *left, WATCHED)))
    filled.upgrade()
    rules = await database.values(
        "SELECT CONCAT(constraint_name, ' ', delete_rule) "
        "FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE()"
    )
    assert rules == ["fk_book_shelf_id_shelf CASCADE"]
    assert await database.values("SELECT @@foreign_key_checks") == [1]
