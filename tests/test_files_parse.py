"""Every file of a service is well formed, and nothing of the template shows through."""

import ast
import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from baking import EXTREMES, text_files
from conftest import Bake

# "${{ … }}" is GitHub's and "${#…}" the shell's.
LEFTOVER = re.compile(r"(?<!\$)\{\{|\{%|(?<!\$)\{#|cookiecutter\.[a-z_]")

PARSERS: dict[str, Callable[[str], object]] = {
    ".py": ast.parse,
    ".toml": tomllib.loads,
    ".lock": tomllib.loads,
    ".json": json.loads,
    ".yaml": lambda text: list(yaml.safe_load_all(text)),
    ".yml": lambda text: list(yaml.safe_load_all(text)),
}


def test_no_template_syntax_is_left(generated: Path) -> None:
    """Catches an answer that was not filled in, or a Jinja comment that was not taken out."""
    found = {
        path.name: LEFTOVER.findall(path.read_text(encoding="utf-8"))
        for path in text_files(generated)
    }
    assert {name: marks for name, marks in found.items() if marks} == {}


@pytest.mark.parametrize("answers", EXTREMES.values(), ids=EXTREMES)
def test_every_file_parses(bake: Bake, answers: dict[str, str]) -> None:
    """Catches an answer that breaks the syntax of a file it stands in."""
    parsed = 0
    for path in text_files(bake(**answers)):
        text = path.read_text(encoding="utf-8")
        if parse := PARSERS.get(path.suffix):
            parse(text)
            parsed += 1
        assert text == "" or text.endswith("\n"), f"{path.name} lacks its last line end"
    assert parsed > 20
