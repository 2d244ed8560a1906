"""The storm: everything at once while processes die, and an audit of what is left. `python -m tests.chaos.storm --help`."""
