"""The ``baoshu`` command: typer groups that parse arguments and call the functions that work."""

from baoshu.cli.main import app, main

__all__ = ["app", "main"]
