"""The cache of mypy, which takes half a minute for what a service imports, and then seconds."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from once import once


@pytest.fixture(scope="session")
def mypy_cache(generated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The cache of this worker, from the start with all that services import of others."""

    def check(into: Path) -> None:
        # What there is to find, the tests find.
        command = [str(generated / ".venv/bin/mypy"), "--cache-dir", str(into)]
        subprocess.run(command, cwd=generated, capture_output=True)

    # Two that run at once cannot share one.
    cache = tmp_path_factory.mktemp("mypy")
    shutil.copytree(once("mypy", check), cache, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MYPY_CACHE_DIR", str(cache))
        yield cache
