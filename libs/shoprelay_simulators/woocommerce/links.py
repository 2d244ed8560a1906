"""The `_links` block of a row."""

from collections.abc import Sequence

from shoprelay_simulators.messages import Json

EVERYTHING = ("GET", "POST", "PUT", "PATCH", "DELETE")
API = "/wp-json/wc/v3"


def links(site: str, collection: str, row_id: int | str, allow: Sequence[str] = EVERYTHING, up: str = "") -> Json:
    base = f"{site}{API}/{collection}"
    block: Json = {
        "self": [{"href": f"{base}/{row_id}", "targetHints": {"allow": list(allow)}}],
        "collection": [{"href": base}],
    }
    if up:
        block["up"] = [{"href": f"{site}{API}/{up}"}]
    return block
