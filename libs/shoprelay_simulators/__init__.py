"""Shops that behave like the real platforms, faults included."""
