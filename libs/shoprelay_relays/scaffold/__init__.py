"""`make relay name=x`: the beginning of a relay and of its simulated shop; what is left to do, contract tests say."""
