"""The same shop under another brand, for the conduct suite."""

SIMULATED = "dandomain"
