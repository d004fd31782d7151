"""What a scratch database at head depends on: the revisions in it, and all that ran them."""

import hashlib
import importlib.metadata
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from alembic.script import ScriptDirectory

from ..internals import parents_of
from ..service import PACKAGE, SCRIPT_LOCATION

_ENGINE = Path(__file__).parents[1]
_SERVICE = _ENGINE.parent
_LIBRARIES = ("alembic", "sqlalchemy")
_IMPORT = re.compile(rf"^\s*(?:from|import)\s+({PACKAGE}(?:\.\w+)*)", re.MULTILINE)


def of_revisions(script: ScriptDirectory, heads: Iterable[str]) -> str:
    """Return a checksum of the revisions up to *heads*, and of what of the service runs them.

    That is this package, ``env.py``, what lies beside the models in ``db/``, the modules that
    revisions import, and the releases of the libraries. Raises CommandError for a revision that is
    not there.
    """
    digest = hashlib.sha256()
    for library in _LIBRARIES:
        digest.update(importlib.metadata.version(library).encode())
    for path in sorted(_ENGINE.rglob("*.py")):
        stat = path.stat()
        digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}".encode())
    imported: set[Path] = set()
    for revision, path in sorted(ancestors(script, heads)):
        text = path.read_text(encoding="utf-8")
        digest.update(f"{revision} {text}".encode())
        imported |= set(_imports(text))
    beside = (SCRIPT_LOCATION / "env.py", *SCRIPT_LOCATION.parent.glob("*.py"), *imported)
    for path in sorted({path for path in beside if path.name != "models.py" or path in imported}):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def ancestors(script: ScriptDirectory, heads: Iterable[str]) -> Iterator[tuple[str, Path]]:
    """Yield each revision up to *heads* with its file."""
    waiting, seen = list(heads), set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        one = script.get_revision(name)
        assert one is not None
        yield name, Path(one.path)
        waiting += parents_of(one)


def _imports(text: str) -> Iterator[Path]:
    """Yield the files of the service's own modules that a revision's *text* imports."""
    for name in _IMPORT.findall(text):
        inside = name.split(".")[1:]
        if inside[:1] == [_ENGINE.name]:
            continue
        # The last word may be a name in the module before it.
        for parts in (inside, inside[:-1]):
            module = _SERVICE.joinpath(*parts)
            yield from (
                p for p in (module.with_suffix(".py"), module / "__init__.py") if p.exists()
            )
