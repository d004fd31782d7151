"""Free text comes out as it went in, whatever it holds, in each language it is written into."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from baking import EXTREMES, HARD_LINES, HARD_TEXT, run, typed
from conftest import Bake
from markdown_it import MarkdownIt
from markdown_it.token import Token

NAMES = {"project_slug": "hard", "package_name": "hard"}


@pytest.mark.parametrize("text", [*HARD_LINES, HARD_TEXT, "", " "])
def test_description(bake: Bake, text: str) -> None:
    """Catches an escape that is missing, or done twice, in TOML and in Python."""
    folder = bake(description=text, **NAMES)
    assert project(folder)["description"] == text
    assert constants(folder)["DESCRIPTION"] == text


@pytest.mark.parametrize("text", HARD_LINES)
def test_project_name_and_author(bake: Bake, text: str) -> None:
    """Catches the same for the answers that fit in one line."""
    folder = bake(project_name=text, author=text, **NAMES)
    assert project(folder)["authors"][0]["name"] == text
    assert constants(folder)["TITLE"] == text


@pytest.mark.parametrize("text", HARD_LINES)
def test_readme_shows_the_text_itself(bake: Bake, text: str) -> None:
    """Catches text that turns into a link, a list, a heading or HTML where it is read."""
    folder = bake(project_name=text, description=text, **NAMES)
    tokens = (
        MarkdownIt("commonmark")
        .enable(["table", "strikethrough"])
        .parse((folder / "README.md").read_text(encoding="utf-8"))
    )
    heading, description = [token for token in tokens if token.type == "inline"][:2]
    assert tokens[0].tag == "h1"
    assert plain(heading) == text
    assert plain(description) == text


def test_whole_generation(cookies: Any, capfd: pytest.CaptureFixture[str]) -> None:
    """Catches text that the packaging tools, the hooks or the command line choke on."""
    result = cookies.bake(extra_context=typed(EXTREMES["hard text"]))
    assert result.exception is None
    assert "NOT DONE" not in capfd.readouterr().out
    assert "发票服务" in run("uv", "run", "--no-sync", "hard", "--help", cwd=result.project_path)


def test_typed_at_the_prompt(quick_template: Path, tmp_path: Path) -> None:
    """Catches an answer that is taken for a template because it looks like one."""
    answers = ["Name", "hard", "hard", r'{{ 7 * 7 }} "q" \ {% raw %} 🚀', "{{ x }}", *[""] * 7]
    subprocess.run(
        [sys.executable, "-m", "cookiecutter", quick_template],
        input="\n".join([*answers, ""]),
        encoding="utf-8",
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    assert project(tmp_path / "hard")["description"] == answers[3]
    assert project(tmp_path / "hard")["authors"][0]["name"] == answers[4]


def project(folder: Path) -> dict[str, Any]:
    """Return ``[project]`` of the service's pyproject.toml."""
    text = (folder / "pyproject.toml").read_text(encoding="utf-8")
    found: dict[str, Any] = tomllib.loads(text)["project"]
    return found


def constants(folder: Path) -> dict[str, Any]:
    """Return what the package's ``__init__`` assigns."""
    tree = ast.parse((folder / "src/hard/__init__.py").read_text(encoding="utf-8"))
    return {
        ast.unparse(node.targets[0]): ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
    }


def plain(inline: Token) -> str:
    """Return the text that a reader sees; fails on anything but text."""
    children = inline.children or []
    assert {child.type for child in children} <= {"text", "text_special"}, inline.content
    return "".join(child.content for child in children)
