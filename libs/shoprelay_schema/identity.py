"""Documents know their own `_id`: it is computed from what the document is, never looked up."""

import hmac
from hashlib import sha256

from bson import ObjectId


def document_id(identity_key: bytes, collection: str, webshop_id: ObjectId, key: str) -> ObjectId:
    """The first 12 bytes of HMAC-SHA256(identity key, collection ‖ webshop ‖ natural key).

    The fixed-length parts stand before the key, and the collection ends with a zero byte, so that no two inputs run together.
    """
    message = collection.encode() + b"\0" + webshop_id.binary + key.encode()
    return ObjectId(hmac.digest(identity_key, message, sha256)[:12])
