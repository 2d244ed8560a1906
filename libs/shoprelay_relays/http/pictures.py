"""Images for shops that want their bytes, and do not fetch an address themselves."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

import httpx

from shoprelay_relays.errors import CannotDo, ShopTrouble
from shoprelay_relays.http import asking

_KINDS = {b"\xff\xd8\xff": ("image/jpeg", "jpg"), b"\x89PNG\r\n": ("image/png", "png"), b"GIF8": ("image/gif", "gif")}
_OUTSIDE = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Picture:
    """`kind`: its media type; `name`: of a file, with its ending."""

    content: bytes
    kind: str
    name: str


async def fetched(client: httpx.AsyncClient, url: str) -> Picture:
    """The image at an address of anybody's, asked for without the shop's credentials. CannotDo(url) for what is none."""
    try:
        response = await asking.send(client, "GET", url, auth=None, headers={"Accept": "image/*"})
    except ShopTrouble as error:
        raise CannotDo("url", f"the image cannot be fetched: {error}") from error
    if not response.is_success:
        raise CannotDo("url", f"the image cannot be fetched: its address answers {response.status_code}")
    for start, (kind, ending) in _KINDS.items():
        if response.content.startswith(start):
            name = _OUTSIDE.sub("-", PurePosixPath(httpx.URL(url).path).stem).strip("-")[:60] or "image"
            return Picture(response.content, kind, f"{name}.{ending}")
    raise CannotDo("url", "expected a JPEG, PNG or GIF image there")
