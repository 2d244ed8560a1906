"""Companies: your customers."""

from fastapi import APIRouter
from fastapi.responses import Response

from services.shop_api import resuming
from services.shop_api.project_api.calling import PREFIX, By, Id, Limit, Skip, Told, answered, answers
from services.shop_api.project_api.models import Begun, CompanyDocument, CompanyShown, CreateCompany, Documents
from shoprelay_runtime import admin
from shoprelay_runtime.bus import ensure_topics

router = APIRouter(route_class=Told, tags=["companies"])


@router.get("/companies", responses=answers(Documents[CompanyDocument]), operation_id="companies__index")
async def index(by: By, limit: Limit = 100, skip: Skip = 0) -> Response:
    """Companies, by website."""
    return answered({"documents": await admin.list_companies(by.store, by.project, limit, skip)})


@router.post("/companies", status_code=201, responses=answers(CompanyDocument, 201), operation_id="companies__create")
async def create(by: By, given: CreateCompany) -> Response:
    """Create a company; asking twice for the same one gives the same one. Your webhook hears of it."""
    await ensure_topics(by.settings)
    made = await admin.create_company(by.store, by.settings, by.project, **given.model_dump())
    return answered(made, 201)


@router.get("/companies/{id}", responses=answers(CompanyShown), operation_id="companies__show")
async def show(by: By, id: Id) -> Response:  # noqa: A002 - the contract's name
    """One company by `_id`, your own id of it, or its website, with how much belongs to it."""
    found = await admin.find_company(by.store, by.project, id)
    return answered({**found, "contents": await admin.company_contents(by.store, by.project, found["_id"])})


@router.delete("/companies/{id}", status_code=202, responses=answers(Begun, 202), operation_id="companies__destroy")
async def destroy(by: By, id: Id) -> Response:  # noqa: A002
    """Destroy a company with its webshops and all that was read from them; 404 is the sign that it is gone.

    It takes a running normalizer. A destruction that is interrupted goes on by itself: when this service is started again, or
    within five minutes.
    """
    company = (await admin.find_company(by.store, by.project, id))["_id"]
    await ensure_topics(by.settings)
    await admin.begin_destroying_company(by.store, by.project, company)
    resuming.begin(by.store, by.settings, by.project, company, by.served.later)
    return answered({"see": f"{PREFIX}/companies/{company}"}, 202)
