"""The operator's side of a storm: settings that let minutes show what else takes hours, and shops that are connected."""

from collections.abc import Sequence
from typing import Any

from shoprelay_runtime import admin
from shoprelay_runtime.projects import Project, Projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from shoprelay_simulators.serving import Shop
from tests.chaos import zone
from tests.chaos.outside import LoggingEndpoint

QUICK = {
    "SHOPRELAY_PARTITIONS": "4",
    "SHOPRELAY_ALLOW_PRIVATE_ADDRESSES": "true",
    "SHOPRELAY_NORMALIZER_BATCH_RECORDS": "60",  # more transactions to die in
    "SHOPRELAY_NORMALIZER_SESSION_TIMEOUT_MS": "6000",  # the least that the broker takes
    "SHOPRELAY_POLLER_LEASE_SECONDS": "4",
    "SHOPRELAY_POLLER_EVERY_SECONDS": "10",  # each lists all that changed within minutes
    "SHOPRELAY_POLLER_FIRST_DELAY_SECONDS": "1",
    "SHOPRELAY_POLLER_LONGEST_DELAY_SECONDS": "4",
    "SHOPRELAY_POLLER_QUIET_SECONDS": "1",
    "SHOPRELAY_POLLER_REJECTED_SECONDS": "4",
    "SHOPRELAY_BILLING_METER_GRACE_SECONDS": "2",
    "SHOPRELAY_BILLING_METER_ADJUST_SECONDS": "3",
    "SHOPRELAY_BILLING_METER_CHECK_SECONDS": "1",
}


async def connect(
    settings: Settings, store: Store, endpoint: LoggingEndpoint, back: str, front: str, shops: Sequence[Any], urls: Sequence[str]
) -> tuple[Project, dict[str, Shop]]:
    """One project with an endpoint, two companies, every shop with its webhooks; the shops by webshop id."""
    created = await admin.create_project(store, settings, "storm", time_zone=zone.NAME, webhook_url=f"{back}/events")
    assert created.endpoint is not None
    endpoint.token, endpoint.secret = created.endpoint.token or "", created.endpoint.secret or ""
    projects = Projects(store, settings.master())
    project = await projects.get(created.id)
    companies = [
        await admin.create_company(store, settings, project, website=f"storm-{number}.example", remote_id=f"{number}")
        for number in (1, 2)
    ]
    connected = {}
    for number, (shop, url) in enumerate(zip(shops, urls, strict=True)):
        company = companies[number // 2]["_id"]
        added = await admin.add_webshop(
            store, settings, projects, project, company, shop.platform, _credentials(shop, url), webhook_base_url=front
        )
        connected[str(added.id)] = shop
    return project, connected


def _credentials(shop: Any, url: str) -> dict[str, str]:
    given = shop.credentials()
    if shop.platform == "shopgo":
        return {"base_url": f"{url}/v1/management/", "api_key": given["api_key"]}
    return {"shop_url": url, "auth": "basic", **given}
