"""What can be done in a shop: the contract's endpoints, their bodies, and how a relay serves them."""

from shoprelay_relays.actions.endpoints import BY_KEY, ENDPOINTS, Endpoint
from shoprelay_relays.actions.reference import Reference
from shoprelay_relays.actions.spec import Action, Call, Done, action

__all__ = ["BY_KEY", "ENDPOINTS", "Action", "Call", "Done", "Endpoint", "Reference", "action"]
