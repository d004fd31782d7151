"""A long history: many tiny revisions, each on the one before, to see what their number costs."""

from pathlib import Path

REVISION = '''\
"""Change number {number}."""

from alembic import op

revision = "{revision}"
down_revision = {parent!r}
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    """Change nothing."""
    op.execute("SELECT {number}")


def downgrade() -> None:
    """Change nothing."""
'''


def write(folder: Path, count: int, parent: str | None = None) -> list[str]:
    """Write *count* revisions after *parent* into *folder*; return their identifiers in order."""
    folder.mkdir(exist_ok=True)
    written = []
    for number in range(1, count + 1):
        revision = f"long{number:08}"
        text = REVISION.format(number=number, revision=revision, parent=parent)
        (folder / f"{revision}.py").write_text(text, encoding="utf-8")
        written.append(revision)
        parent = revision
    return written
