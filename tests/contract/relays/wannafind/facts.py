"""HostedShop under another brand: the same platform behind another name."""

from tests.contract.relays.dandomain.facts import FACTS

__all__ = ["FACTS"]
