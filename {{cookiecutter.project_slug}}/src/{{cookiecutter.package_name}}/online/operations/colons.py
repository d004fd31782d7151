r"""Colons in SQL text: ``sa.text`` takes ``:word`` for a parameter and ``\:word`` for the word itself."""

import re

# As SQLAlchemy reads them (TextClause and its compiler).
_PARAMETER = re.compile(r"(?<![:\w$\\]):(?=[\w$]+(?![:\w$]))")
_ESCAPED = re.compile(r"\\(?=:[\w$]*(?![:\w$]))")


def with_colons_escaped(text: str) -> str:
    """Return *text* as ``sa.text`` has to be given it to send it as it is."""
    return _PARAMETER.sub(r"\\:", _ESCAPED.sub(r"\\\\", text))
