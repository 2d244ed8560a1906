"""The operator's administration as functions: what the command line and the Project API do."""

from shoprelay_runtime.admin.companies import create_company, find_company, list_companies
from shoprelay_runtime.admin.credentials import change_credentials, relearn
from shoprelay_runtime.admin.destroying import (
    begin_destroying_company,
    company_contents,
    destroy_company,
    destroy_webshop,
    wait_destroyed,
)
from shoprelay_runtime.admin.errors import AdminError, Missing
from shoprelay_runtime.admin.hook_tokens import rotate_hook
from shoprelay_runtime.admin.keys import rotate_keys
from shoprelay_runtime.admin.operator_webhook import rotate_webhook, set_webhook
from shoprelay_runtime.admin.project_settings import change_settings, set_setting
from shoprelay_runtime.admin.projects import create_project, destroy_project, find_project, show_project
from shoprelay_runtime.admin.resuming import unfinished
from shoprelay_runtime.admin.shops import add_webshop
from shoprelay_runtime.admin.subscribing import subscribe_webshop, webhook_token
from shoprelay_runtime.admin.tokens import rotate_token
from shoprelay_runtime.admin.upkeep import (
    list_webshops,
    pause_webshop,
    resume_webshop,
    resync_webshop,
    show_webshop,
)

__all__ = [
    "AdminError",
    "Missing",
    "add_webshop",
    "begin_destroying_company",
    "change_credentials",
    "change_settings",
    "company_contents",
    "create_company",
    "create_project",
    "destroy_company",
    "destroy_project",
    "destroy_webshop",
    "find_company",
    "find_project",
    "list_companies",
    "list_webshops",
    "pause_webshop",
    "relearn",
    "resume_webshop",
    "resync_webshop",
    "rotate_hook",
    "rotate_keys",
    "rotate_token",
    "rotate_webhook",
    "set_setting",
    "set_webhook",
    "show_project",
    "show_webshop",
    "subscribe_webshop",
    "unfinished",
    "wait_destroyed",
    "webhook_token",
]
