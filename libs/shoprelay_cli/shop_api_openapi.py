"""docs/reference/shop-api.openapi.json: what shop-api serves at /openapi.json, for those who make a client from a file."""

import json

from services.shop_api.app import described


def page() -> bytes:
    """The file's bytes: names in order, so that only a change of the APIs changes them. No server is asked."""
    return (json.dumps(described().openapi(), indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()
