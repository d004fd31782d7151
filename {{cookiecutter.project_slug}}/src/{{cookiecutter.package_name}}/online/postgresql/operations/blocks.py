"""Code in PL/pgSQL inside a statement, in quotes that the code does not hold."""


def in_dollars(body: str) -> str:
    """Return *body* as a string constant, whatever names stand in it."""
    mark = "$do$"
    while mark in body:
        mark = f"$_{mark[1:]}"
    return f"{mark}{body}{mark}"


def block(body: str) -> str:
    """Return the statement that runs *body* once."""
    return f"DO {in_dollars(body)}"
