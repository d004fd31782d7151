"""What the benchmarks share: whole processes, in turn, and the ratio of their medians.

A ratio holds on any machine; seconds do not. All ways are run in one go, one after the other and
over again, so that whatever else the machine does meanwhile meets each of them.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
# Our tools, such as uv and cookiecutter, lie beside the interpreter that runs this.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
# These would make a benchmark measure something else: another database, or compiling.
for _name in ("PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV", "ENVIRONMENT"):
    os.environ.pop(_name, None)
for _name in [name for name in os.environ if name.endswith("DATABASE_URL")]:
    del os.environ[_name]
# Where there is no XDG_RUNTIME_DIR, the embedded server uses /tmp and says so.
warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR")

Way = Callable[[], None]


@dataclass(frozen=True)
class Comparison:
    """One line of the README's table: *subject* against *baseline*, and the bar for the ratio."""

    subject: str
    baseline: str
    bar: float


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run one whole process to its end and return its output; any failure ends the benchmark."""
    done = subprocess.run(
        command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def medians(ways: Mapping[str, Way], repeats: int) -> dict[str, float]:
    """Run each way once to warm up, then *repeats* times in turn; return the medians (seconds)."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(repeats + 1):
        for name, way in ways.items():
            started = time.perf_counter()
            way()
            if turn:
                taken[name].append(time.perf_counter() - started)
    return {name: statistics.median(times) for name, times in taken.items()}


def report(comparison: Comparison, found: Mapping[str, float], repeats: int) -> None:
    """Print the medians and their ratio; end the process with 1 where it is above the bar."""
    width = max(map(len, found))
    for name, seconds in found.items():
        print(f"{name:<{width}}  {seconds:7.3f} s")
    ratio = found[comparison.subject] / found[comparison.baseline]
    fits = ratio <= comparison.bar
    verdict = "within" if fits else "ABOVE"
    print(f"ratio {ratio:.2f}, {verdict} the bar of {comparison.bar} (medians of {repeats})")
    sys.exit(0 if fits else 1)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Yield a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        yield Path(folder)
