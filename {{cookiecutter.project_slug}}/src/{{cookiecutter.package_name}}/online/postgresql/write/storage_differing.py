"""Storage parameters that two snapshots do not have alike."""

import re

from ...write.snapshot import Difference

# As PostgreSQL writes them down: of a table "WITH (a=1, b=2)", of an index "WITH (a='1', b='2')".
_WITH = re.compile(r" ?WITH \(((?:\w[\w.]*='?[^',()]*'?(?:, )?)*)\)")

Parameters = dict[str, str]


def parameters_changed(difference: Difference) -> tuple[Parameters, Parameters] | None:
    """Return the wanted and the found parameters, where nothing else differs; else None."""
    if difference.wanted is None or difference.found is None:
        return None
    texts = difference.wanted, difference.found
    if len({_WITH.sub("", text, count=1) for text in texts}) > 1:
        return None
    wanted, found = (_parameters(text) for text in texts)
    return wanted, found


def _parameters(text: str) -> Parameters:
    found = _WITH.search(text)
    pairs = found[1].split(", ") if found else []
    given = (pair.partition("=") for pair in pairs if pair)
    return {name: value.strip("'") for name, _, value in given}
