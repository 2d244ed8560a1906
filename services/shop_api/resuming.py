"""Going on with destructions of companies: of this process before its restart, of one that died, or of the command line.

Each step may be repeated, so it does no harm when two processes do the same at a time.
"""

import asyncio
from typing import Final

from aiokafka.errors import KafkaError
from bson import ObjectId
from pymongo.errors import PyMongoError

from services.shop_api.later import Later
from shoprelay_runtime import admin
from shoprelay_runtime.bus import ensure_topics
from shoprelay_runtime.crypto import DecryptionFailed
from shoprelay_runtime.logs import logger
from shoprelay_runtime.projects import Project, Projects
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store

_LOOK_SECONDS: Final = 300.0
_log = logger(__name__)


async def keep_resuming(store: Store, settings: Settings, projects: Projects, later: Later) -> None:
    """Look for unfinished destructions now and every five minutes, until cancelled."""
    while True:
        try:
            for project, company in await admin.unfinished(store, projects):
                begin(store, settings, project, company, later)
        except (PyMongoError, DecryptionFailed) as error:
            _log.warning("unfinished destructions cannot be looked for", error=type(error).__name__)
        await asyncio.sleep(_LOOK_SECONDS)


def begin(store: Store, settings: Settings, project: Project, company: ObjectId, later: Later) -> None:
    """Destroy a company in the background, unless this process does so already."""
    later.start(f"destroy company {company}", _destroy(store, settings, project, company))


async def _destroy(store: Store, settings: Settings, project: Project, company: ObjectId) -> None:
    try:
        await ensure_topics(settings)
        await admin.destroy_company(store, settings, project, company)
    except admin.Missing:
        _log.info("a company is destroyed already", company=str(company))
    except (admin.AdminError, PyMongoError, KafkaError) as error:
        _log.warning("a company is not destroyed yet: it is tried again", company=str(company), error=str(error))
