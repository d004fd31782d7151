"""``customers``: how many a page of them holds."""

import typer

from ..settings import Settings


def customers() -> None:
    """Tell how many customers a page holds."""
    typer.echo(Settings().page_size)
