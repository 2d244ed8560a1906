"""HTTP for operators: act in shops (Shop API) and run the account (Project API)."""
