"""The bodies of the contract's endpoints."""
