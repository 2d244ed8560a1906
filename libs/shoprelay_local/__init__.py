"""A real Kafka and a real MongoDB on this machine, without Docker."""
