"""The Project API: an operator's account over HTTP, on the same functions of the administration as the command line."""

from fastapi import APIRouter

from services.shop_api.project_api import billing, companies, dead_letters, deliveries, projects, relays, webshops
from services.shop_api.project_api.calling import PREFIX

router = APIRouter(prefix=PREFIX)
for _part in (projects, relays, companies, webshops, deliveries, billing, dead_letters):
    router.include_router(_part.router)
