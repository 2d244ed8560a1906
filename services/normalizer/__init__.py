"""Raw records in; documents, typed events and usage out, each exactly once."""
