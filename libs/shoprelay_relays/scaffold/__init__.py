"""`make relay name=x`: the beginning of a relay, with contract tests that fail until it is filled in."""
