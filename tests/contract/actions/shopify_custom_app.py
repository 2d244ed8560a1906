"""What a custom app does in a simulated Shopify shop: the same."""

from tests.contract.actions.shopify import acted_app

ACTED = acted_app("dev")
