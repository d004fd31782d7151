"""Code in PL/pgSQL as a statement: DO, in quotes that the code does not hold."""


def in_dollars(body: str) -> str:
    """Return DO with *body*, whatever names stand in it."""
    mark = "$do$"
    while mark in body:
        mark = f"$_{mark[1:]}"
    return f"DO {mark}{body}{mark}"
