"""The document model, the events and the topics: plain data, no I/O."""
