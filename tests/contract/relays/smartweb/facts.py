"""HostedShop under another brand: the same platform behind another name."""

from tests.contract.relays.dandomain.facts import CONFIG, KINDS, SIGNING
from tests.support.relay_facts import Facts

FACTS = Facts(kinds=KINDS, config=CONFIG, signing=SIGNING)
