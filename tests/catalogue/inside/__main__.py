"""A worker: for each line {"name", "how"} on stdin, one line on stdout that says what came of it."""

import asyncio
import json
import logging
import os
import sys
import traceback
from typing import Any

# The rows, from the service's folder.
from tests.online.postgresql.catalogue.cases import CASES, UNSEEN

from . import row

HOW: dict[str, Any] = {"run": row.run, "measure": row.measure, "difference": row.difference}


def main() -> None:
    """Answer until stdin ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # What Alembic prints is not an answer.
    os.dup2(2, 1)
    logging.disable(logging.WARNING)
    cases = {case.name: case for case in (*CASES, *UNSEEN)}
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(_answer(asked, cases)), file=answers, flush=True)


def _answer(asked: dict[str, str], cases: dict[str, Any]) -> dict[str, Any]:
    try:
        return asyncio.run(HOW[asked["how"]](cases[asked["name"]]))
    except BaseException:
        return {"failure": traceback.format_exc()}


if __name__ == "__main__":
    main()
