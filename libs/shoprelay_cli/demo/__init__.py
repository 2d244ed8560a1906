"""The demo: two simulated shops, the five services as processes of their own, an operator's endpoint, and a check of it all."""
