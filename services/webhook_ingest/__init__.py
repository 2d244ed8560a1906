"""webhook-ingest: takes the shops' webhooks and answers 2xx once the raw record is safe on the bus."""
