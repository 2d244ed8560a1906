"""The storm: everything at once while processes die, and an audit of what is left. `python -m tests.chaos.storm --help`."""

import os

# Services die and start hundreds of times: a start that finds no bytecode takes more than twice as long.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
