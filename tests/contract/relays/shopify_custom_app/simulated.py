"""A simulated Shopify shop with a custom app, for the conduct suite."""

from tests.contract.relays.shopify.simulated import simulated_app

SIMULATED = simulated_app("dev")
