"""What a command names and what does not exist: exit code 2, and the option or argument is named."""

import re

import pytest

from shoprelay_runtime.admin import create_project
from shoprelay_runtime.settings import Settings
from shoprelay_runtime.store import Store
from tests.support.shell import said, shell

pytestmark = pytest.mark.integration
NOBODY = "65f0a1b2c3d4e5f6a7b8c9d0"
ADD = "webshop add woocommerce --set shop_url=https://shop.example --set consumer_key=k --set consumer_secret=s"
WRONG = {
    f"{ADD} --company 1": ("--company", "there is no company with the _id, remote_id or website '1' in project Growth"),
    "company show 1": ("COMPANY", "in project Growth; see: shoprelay company list"),
    "company destroy 1 --yes": ("COMPANY", "there is no company"),
    "webshop list --company 1": ("--company", "there is no company"),
    **{
        f"webshop {word} {NOBODY}": ("WEBSHOP", f"there is no webshop {NOBODY} in project Growth; see: shoprelay webshop list")
        for word in (
            "show",
            "pause",
            "resume",
            "resync",
            "destroy --yes",
            "set-credentials --set a=b",
            "backfill show",
            "backfill pause",
            "backfill resume",
        )
    },
    f"replay --webshop {NOBODY}": ("--webshop", f"there is no webshop {NOBODY} in project Growth; see: shoprelay webshop list"),
    f"dlq list --webshop {NOBODY}": ("--webshop", f"there is no webshop {NOBODY} in any project"),
    f"dlq retry --all --webshop {NOBODY}": ("--webshop", f"there is no webshop {NOBODY} in any project"),
    f"dlq discard --all --yes --webshop {NOBODY}": ("--webshop", f"there is no webshop {NOBODY} in any project"),
    "dlq show 17": ("POSITION", "expected topic-partition-offset, got '17'; see: shoprelay dlq list"),
    "dlq show raw.live.v1.dlq-0-99": ("POSITION", "there is no dead letter at raw.live.v1.dlq-0-99"),
    "dlq retry raw.live.v1.dlq-0-99": ("POSITION", "there is no dead letter at raw.live.v1.dlq-0-99"),
    "dlq discard raw.live.v1.dlq-0-99": ("POSITION", "there is no dead letter at raw.live.v1.dlq-0-99"),
    f"deliveries show {NOBODY}": ("DELIVERY", f"there is no delivery {NOBODY}"),
    f"deliveries replay {NOBODY}": ("DELIVERY", f"there is no delivery {NOBODY}"),
    "project set colour red": ("SETTING", "there is no setting 'colour'; there are: "),
    "project set allowed_languages [en": ("VALUE", "expected JSON, got '[en'"),
    "project set-webhook example.com": ("URL", "expected http(s)://HOST/PATH, got 'example.com'"),
    "project create Growth": ("NAME", "a project 'Growth', or one with the database"),
    "project create Other --time-zone Mars": ("--time-zone", "expected an IANA name such as Europe/Copenhagen, got 'Mars'"),
    "company create --website nowhere": ("--website", "expected a domain such as example.com"),
}


async def test_what_does_not_exist_is_a_wrong_argument(store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    await create_project(store, settings, "Growth")
    type_ = shell(settings, monkeypatch)
    for command, (named, text) in WRONG.items():
        result = await type_(*command.split())
        assert (result.exit_code, result.stdout) == (2, ""), command
        found = re.search(r"Invalid value for '(.+?)'", said(result))
        assert found, (command, result.stderr)
        assert found[1].strip("[].").upper() == named.upper(), command
        assert text in said(result), command
