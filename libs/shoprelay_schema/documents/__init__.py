"""The document models, one module per collection of the contract."""
