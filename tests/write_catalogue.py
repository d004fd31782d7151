"""Write ``docs/catalogue.md``: run every row of the catalogue and put down what came of it."""

import tempfile
from contextlib import ExitStack
from pathlib import Path

from catalogue.document import PATH, document
from catalogue.older import older_server
from catalogue.worker import working
from service import bake, running_server


def main() -> None:
    """Bake a service, run the rows on PostgreSQL 18 and, where it is installed, on 15."""
    with ExitStack() as stack:
        folders = [Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in range(3)]
        baked = bake(folders[0])
        server = stack.enter_context(running_server())
        worker = stack.enter_context(working(baked, server.url(), folders[1]))
        url = stack.enter_context(older_server())
        older = None if url is None else stack.enter_context(working(baked, url, folders[2]))
        written = PATH.read_text(encoding="utf-8") if PATH.exists() else ""
        PATH.parent.mkdir(exist_ok=True)
        PATH.write_text(document(worker, older, written), encoding="utf-8")
    print(f"wrote {PATH}")


if __name__ == "__main__":
    main()
