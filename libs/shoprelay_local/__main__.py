from shoprelay_local.cli import app

app()
