"""A shop that behaves like Quickbutik's REST API v1, as https://quickbutik.dev tells of it."""
