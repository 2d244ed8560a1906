"""One request as the webservice understands it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shoprelay_simulators.messages import Request

if TYPE_CHECKING:
    from shoprelay_simulators.prestashop.shop import PrestaShop

READS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True)
class Call:
    """`params` as PHP has them: the last of a name wins."""

    shop: "PrestaShop"
    request: Request
    params: dict[str, str]
    resource: str
    number: str

    @property
    def method(self) -> str:
        return self.params.get("ps_method", self.request.method)

    @property
    def json(self) -> bool:
        """Only upper case counts; `Accept` does not."""
        asked = (self.params.get(name) for name in ("output_format", "io_format"))
        told = (self.request.headers.get(name) for name in ("output-format", "io-format"))
        return self.shop.json and "JSON" in {*asked, *told}
