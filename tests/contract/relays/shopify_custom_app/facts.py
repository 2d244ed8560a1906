"""A Shopify custom app for the contract suite: the same platform behind another way in."""

from tests.contract.relays.shopify.facts import CONFIG, KINDS, SIGNING
from tests.support.relay_facts import Facts

FACTS = Facts(kinds=KINDS, config=CONFIG, signing=SIGNING)
