"""What deploys a service, as data: the Dockerfile, compose.yaml, the manifests, the CI's files."""

import json
import re
import shlex
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import yaml

DATABASES = ("postgresql", "mysql", "sqlite")
SERVERS = ("postgresql", "mysql")
WEB = ("fastapi", "none")
EVERYWHERE = list(product(DATABASES, WEB))


@dataclass(frozen=True)
class Instruction:
    """One instruction of a Dockerfile, on one line: its name, and what follows."""

    name: str
    text: str

    def exec_form(self) -> list[str]:
        """Return the words of an instruction in exec form; fails on the shell form."""
        words = json.loads(self.text[self.text.index("[") :])
        assert isinstance(words, list)
        return words


def stages(folder: Path) -> list[list[Instruction]]:
    """Return the stages of the service's Dockerfile, each from its FROM on."""
    text = (folder / "Dockerfile").read_text(encoding="utf-8")
    text = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    found: list[list[Instruction]] = []
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        if line.strip():
            name, _, rest = line.partition(" ")
            if name == "FROM":
                found.append([])
            found[-1].append(Instruction(name, rest.strip()))
    return found


def only(stage: list[Instruction], name: str) -> Instruction:
    """Return the one instruction *name* of a *stage*."""
    (found,) = [instruction for instruction in stage if instruction.name == name]
    return found


def variables(stage: list[Instruction]) -> dict[str, str]:
    """Return what a *stage* sets in the environment."""
    texts = [instruction.text for instruction in stage if instruction.name == "ENV"]
    pairs = [word.partition("=") for text in texts for word in shlex.split(text)]
    return {name: value for name, _, value in pairs}


def compose(folder: Path) -> dict[str, Any]:
    """Return the service's compose.yaml."""
    loaded: dict[str, Any] = yaml.safe_load((folder / "compose.yaml").read_text(encoding="utf-8"))
    return loaded


def manifests(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the Kubernetes manifests of the service, by the name of their file."""
    return {
        path.name: yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in sorted((folder / "deploy").glob("*"))
    }
