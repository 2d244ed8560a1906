"""Companies: the operator's customers."""

import re
from datetime import UTC, datetime
from typing import Any, Final

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from shoprelay_runtime import bus
from shoprelay_runtime.admin.errors import AdminError, Missing
from shoprelay_runtime.admin.publishing import lent
from shoprelay_runtime.projects import Project
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Bson, Store
from shoprelay_schema.documents import Company
from shoprelay_schema.events import CompanyCreatedV1
from shoprelay_schema.topics import ACTIVITY

_DOMAIN: Final = re.compile(r"[\w-]+(\.[\w-]+)+(:\d+)?")


async def create_company(
    store: Store,
    settings: Settings,
    project: Project,
    *,
    website: str,
    email: str | None = None,
    remote_id: str | None = None,
    producer: Any = None,
) -> Bson:
    """Create a company, tell the operator's webhook, and return its document.

    `website` is a domain (scheme and www. are cut off), `remote_id` the operator's own id. A creation that was interrupted is
    completed by asking for the same company again. AdminError when the website or the remote_id belongs to another company.
    `producer`: a started one to publish with; without it, one is made for the call.
    """
    values = {"website": bare_domain(website), "email": email, "remote_id": remote_id}
    document: Bson = {name: value for name, value in values.items() if value is not None}
    Company.model_validate(document)
    companies = store.database(project.database)["companies"]
    try:
        document["_id"] = (await companies.insert_one(document)).inserted_id
    except DuplicateKeyError:
        document = await _the_same(companies, values)
    await _announce(settings, project, document, producer)
    return document


def bare_domain(website: str) -> str:
    """A domain as the contract keeps it: no scheme, no www., no path, lower case."""
    text = website.strip().lower()
    text = text.split("://", 1)[-1].split("/", 1)[0].removeprefix("www.")
    if not _DOMAIN.fullmatch(text):
        raise AdminError(f"website: expected a domain such as example.com, got {website!r}")
    return text


async def _the_same(companies: Any, values: dict[str, str | None]) -> Bson:
    """The stored company that is equal in everything; else the field that another company holds is named."""
    for field in ("website", "remote_id"):
        held: Bson | None = await companies.find_one({field: values[field]}) if values[field] is not None else None
        if held is None:
            continue
        if all(held.get(name) == value for name, value in values.items()):
            return held
        raise AdminError(f"{field}: {values[field]!r} belongs to company {held['_id']} already")
    raise AdminError("the company was removed while it was created; ask again")


async def _announce(settings: Settings, project: Project, company: Bson, producer: Any) -> None:
    """The event's id comes from the company: who hears it twice knows it."""
    details = {"website": company["website"], "email": company.get("email")}
    event = CompanyCreatedV1(project=project.id, company_id=company["_id"], remote_id=company.get("remote_id"), details=details)
    headers = bus.event_headers(
        event.type,
        f"created_company/{company['_id']}",
        f"/projects/{project.id}",
        str(company["_id"]),
        datetime.now(UTC),
        str(project.id),
    )
    async with lent(settings, producer) as sender:
        topic = settings.named(ACTIVITY.name)
        await sender.send_and_wait(topic, event.model_dump_json().encode(), key=str(company["_id"]).encode(), headers=headers)


async def find_company(store: Store, project: Project, name: str) -> Bson:
    """A company by _id, remote_id or website."""
    companies = store.database(project.database)["companies"]
    ways: list[Bson] = [{"remote_id": name}, {"website": name.lower().removeprefix("www.")}]
    if ObjectId.is_valid(name):
        ways.insert(0, {"_id": ObjectId(name)})
    for way in ways:
        if found := await companies.find_one(way):
            return found
    raise Missing(f"there is no company with the _id, remote_id or website {name!r} in project {project.name}", "company")


async def list_companies(store: Store, project: Project, limit: int = 1000, skip: int = 0) -> list[Bson]:
    """Companies by website."""
    return await store.database(project.database)["companies"].find().sort("website", 1).skip(skip).to_list(limit)
