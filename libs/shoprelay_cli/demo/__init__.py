"""The demo: two simulated shops, the services as processes of their own, an operator's endpoint, and a check of it all."""
