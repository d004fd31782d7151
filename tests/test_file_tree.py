"""The service's files, exactly: one too many or too few is seen here first."""

from pathlib import Path

from baking import run

EXPECTED = Path(__file__).with_name("file_tree.txt")


def test_first_commit_holds_exactly_these_files(generated: Path) -> None:
    """Catches a file that the template lost, left over, or forgot to ignore.

    After a wanted change, in a service made with the defaults: git ls-files > file_tree.txt.
    """
    committed = run("git", "ls-files", cwd=generated).splitlines()
    assert committed == EXPECTED.read_text(encoding="utf-8").splitlines()


def test_nothing_else_lies_about(generated: Path) -> None:
    """Catches a file that is neither committed nor ignored."""
    assert run("git", "status", "--porcelain", cwd=generated) == ""
