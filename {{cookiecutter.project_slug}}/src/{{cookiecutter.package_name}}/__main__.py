"""Run the command line as ``python -m``."""

from .cli import app

app()
