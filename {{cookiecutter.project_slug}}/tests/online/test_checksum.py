"""Catches a checksum that tells an edit which does nothing, or that misses one which does."""

import pytest

from {{ cookiecutter.package_name }}.online.deploy.checksum import of_code

REVISION = '''"""Add it."""

import sqlalchemy as sa
from alembic import op

revision: str = "one"
phase = "expand"


def upgrade() -> None:
    """Apply the change."""
    op.add_column("book", sa.Column("title", sa.String(10), nullable=True))


def downgrade() -> None:
    """Take the change back."""
'''
# Of this text, whatever the release of Python.
KNOWN = "d9458a9cffdbaabafaeceeda9a338fcf314a8e45fc2178525d8004dff0decefc"


def edited(old: str, new: str) -> bytes:
    """Return the revision with *new* in the place of *old*."""
    assert old in REVISION
    return REVISION.replace(old, new).encode()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"""Add it."""', "'''Add a title.'''"),
        ("    op.", "    # Why.\n    op."),
        ('"book"', "'book'"),
        ("nullable=True))", "nullable=(True),\n    ),\n    )"),
        ("String(10)", "String(0xA)"),
        ('revision: str = "one"', 'revision = "one"'),
        ('    """Apply the change."""\n', ""),
        ('    """Take the change back."""', "    pass"),
        (
            "import sqlalchemy as sa\nfrom alembic import op",
            "from alembic import op\nimport sqlalchemy as sa",
        ),
        ("-> None", ""),
        ("\n\n\n", "\n"),
        ("\n", "\r\n"),
    ],
)
def test_what_does_nothing_does_not_count(old: str, new: str) -> None:
    assert of_code(edited(old, new)) == of_code(REVISION.encode())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("String(10)", "String(11)"),
        ("nullable=True", "nullable=False"),
        ("nullable=True", "nullable=1"),
        ('"book"', '"Book"'),
        ('"book"', 'b"book"'),
        ("    op.add_column", "    op.add_column\n    op.add_column"),
        ('"expand"', '"contract"'),
        ('    """Take the change back."""', '    op.drop_column("book", "title")'),
        ("from alembic import op", "from other import op"),
        ('"book", sa', '*"book", sa'),
    ],
)
def test_what_does_something_counts(old: str, new: str) -> None:
    assert of_code(edited(old, new)) != of_code(REVISION.encode())


def test_texts_are_no_words_of_the_code() -> None:
    assert of_code(b"x = ['end']") != of_code(b"x = []\nend")


def test_it_is_the_same_on_every_release_of_python() -> None:
    assert of_code(REVISION.encode()) == KNOWN


def test_code_may_be_nested_deeply() -> None:
    assert of_code(b"x = " + b"+".join([b"1"] * 900)) != of_code(b"x = " + b"+".join([b"1"] * 901))
