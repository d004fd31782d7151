"""The hooks as modules: rendered with answers as cookiecutter does, then imported."""

import contextlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from baking import TEMPLATE, typed
from cookiecutter.generate import generate_context
from cookiecutter.prompt import prompt_for_config
from cookiecutter.utils import create_env_with_context


def load(name: str, **answers: str) -> Any:
    """Return the hook *name* as a module, with the default answers but for *answers*."""
    path = TEMPLATE / "hooks" / f"{name}.py"
    context = generate_context(str(TEMPLATE / "cookiecutter.json"), extra_context=typed(answers))
    context["cookiecutter"] = prompt_for_config(context, no_input=True)
    template = create_env_with_context(context).from_string(path.read_text(encoding="utf-8"))
    module = ModuleType(name)
    # A dataclass looks its module up by name.
    sys.modules[name] = module
    exec(compile(template.render(**context), str(path), "exec"), module.__dict__)
    return module


def prune(folder: Path, **answers: str) -> None:
    """Take out of the service in *folder* what the hook takes out of one with these *answers*."""
    hook = load("post_gen_project", **answers)
    with contextlib.chdir(folder):
        hook.remove_folders()
