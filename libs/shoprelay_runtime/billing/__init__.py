"""The bill: prices, days, lines and statements as pure functions, shared by billing-meter and the command line."""
