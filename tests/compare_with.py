"""Which tests there were in another commit and are now: ``python tests/compare_with.py COMMIT``.

Prints a line for each test function, with how often it was and is collected, and ends with 1 where
a test of that commit is gone or has lost a parameter.
"""

import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from io import BytesIO
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]


def collected(folder: Path) -> set[str]:
    """Return the ids of the tests in *folder*."""
    options = ["-o", "addopts=", "-p", "no:cacheprovider", "--collect-only", "--quiet"]
    command = [sys.executable, "-m", "pytest", *options]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return {line for line in done.stdout.splitlines() if line.startswith("tests/")}


def main(commit: str) -> int:
    """Compare; return the exit code."""
    packed = subprocess.run(["git", "archive", commit], cwd=HERE, check=True, capture_output=True)
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=BytesIO(packed.stdout)) as archive:
            archive.extractall(folder, filter="data")
        before = collected(Path(folder))
    after = collected(HERE)
    counts = [Counter(test.partition("[")[0] for test in tests) for tests in (before, after)]
    print("before  after  test")
    for function in sorted(counts[0] | counts[1]):
        print(f"{counts[0][function]:6} {counts[1][function]:6}  {function}")
    for title, tests in {"gone": before - after, "new": after - before}.items():
        print(f"\n{len(tests)} {title}", *sorted(tests), sep="\n  ")
    print(f"\n{len(before)} before, {len(after)} after")
    return int(bool(before - after))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
