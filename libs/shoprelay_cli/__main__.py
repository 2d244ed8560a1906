"""`python -m shoprelay_cli` is the console script."""

from shoprelay_cli.main import run

run()
