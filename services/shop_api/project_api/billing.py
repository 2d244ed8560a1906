"""What is owed, and what was stated."""

from datetime import date
from typing import Annotated

from bson import ObjectId
from fastapi import APIRouter, Query
from fastapi.responses import Response

from services.shop_api.problems import Problem
from services.shop_api.project_api.calling import By, Caller, Told, answered, answers
from services.shop_api.project_api.models import Documents
from services.shop_api.project_api.records import Bill, Statement
from shoprelay_runtime.billing import ledger
from shoprelay_runtime.billing.ledger import Account, Wanted

router = APIRouter(route_class=Told, tags=["billing"])
_First = Annotated[date | None, Query(alias="from", description="The first day.")]
_Last = Annotated[date | None, Query(alias="to", description="The last day.")]
_Company = Annotated[str | None, Query(max_length=24, description="Only of the company with this `_id`.")]


@router.get("/bill", responses=answers(Bill), operation_id="bill__show")
async def bill(by: By, first: _First = None, last: _Last = None, company: _Company = None) -> Response:
    """Counts and amounts per day and company, with running totals.

    A day is `open` until its statement is issued, then `stated`; it is `late` while usage that came afterwards waits for its
    adjustment.
    """
    found = await ledger.read(by.store, _wanted(by, first, last, company))
    account = Account(by.project.id, by.project.name, by.project.time_zone)
    return answered({"currency": "EUR", **ledger.bill_of(account, found)})


@router.get("/statements", responses=answers(Documents[Statement]), operation_id="statements__index")
async def statements(by: By, first: _First = None, last: _Last = None, company: _Company = None) -> Response:
    """Statements and their adjustments, by day, as they were issued."""
    found = await ledger.read(by.store, _wanted(by, first, last, company))
    issued = [each.model_dump(mode="json") for _, day in sorted(found.items()) for each in day.statements]
    return answered({"documents": issued})


def _wanted(by: Caller, first: date | None, last: date | None, company: str | None) -> Wanted:
    if company is not None and not ObjectId.is_valid(company):
        raise Problem(422, "invalid", "company: expected an _id of 24 hexadecimal digits", field="company")
    return Wanted(frozenset({by.project.id}), first, last, ObjectId(company) if company else None)
