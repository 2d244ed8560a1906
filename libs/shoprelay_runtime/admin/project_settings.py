"""What an operator may set for a whole project: one model, which the Project API and the command line check against."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, create_model

from shoprelay_runtime.admin.errors import AdminError
from shoprelay_runtime.admin.modes import DATE, catch_all_date
from shoprelay_runtime.admin.operator_webhook import Endpoint, checked_url, clear_webhook, set_webhook
from shoprelay_runtime.admin.style_settings import STYLED
from shoprelay_runtime.projects import Project
from shoprelay_runtime.store import Control, Store

LIMIT: Final = "max_simultaneous_synchronizations"
"""Shops of the project that are worked on at once, over all pollers; 0 or absent: no limit."""
WEBHOOK: Final = "webhook_url"
"""Kept with the webhook's token and secret, not among the settings."""


def _date(text: str) -> str:
    catch_all_date({DATE: text}, {})
    return text


def _url(text: str) -> str:
    try:
        return checked_url(text)
    except AdminError as error:
        raise ValueError(str(error)) from None


def _place(text: str) -> str:
    return text if text.startswith("/") else _url(text)


def _each_once(codes: list[str]) -> list[str]:
    if len(set(codes)) < len(codes):
        raise ValueError("expected each language once")
    return codes


_Code = Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]
_Url = Annotated[str, Field(max_length=2000, pattern=r"^https?://[^\s]+$"), AfterValidator(_url)]
_Place = Annotated[str, Field(max_length=2000, pattern=r"^(/|https?://)[^\s]*$"), AfterValidator(_place)]
_Path = Annotated[str, Field(max_length=1000, pattern=r"^/[^\s]*$")]
_Email = Annotated[str, Field(max_length=320, pattern=r"^[^@\s]+@[^@\s]+$")]
_Host = Annotated[str, Field(max_length=253, pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$")]
_Classes = Annotated[str, Field(max_length=500, pattern=r"^[A-Za-z0-9_:/.\[\]% -]*$")]


class _Named(BaseModel):
    """The settings that are told one by one. Null, or what was never set, means that nothing is set."""

    model_config = ConfigDict(extra="forbid")

    allowed_languages: Annotated[list[_Code], Field(min_length=1, max_length=100), AfterValidator(_each_once)] | None = Field(
        None, description="Languages of the interface; the first is for those who ask for none.", examples=[["en", "da"]]
    )
    catch_all_date: Annotated[str, Field(max_length=40), AfterValidator(_date)] | None = Field(
        None,
        description="From when on history is read, an ISO date or time; a webshop's own goes before it.",
        examples=["2024-01-31"],
    )
    max_simultaneous_synchronizations: Annotated[int, Field(ge=0, le=1_000_000)] | None = Field(
        None, description="How many shops of the project are worked on at once; 0: no limit.", examples=[8]
    )
    guests_view_only: bool | None = Field(None, description="Whether visitors who are not signed in may only look.")
    guests_authenticate_to_approve: bool | None = Field(
        None, description="Whether visitors have to sign in before they approve an integration."
    )
    guests_submit_email: bool | None = Field(
        None, description="Whether visitors who are not signed in give an e-mail address with their first integration."
    )
    webshop_updated_messages: dict[_Code, Annotated[str, Field(max_length=1000)]] | None = Field(
        None,
        description="What is said after a shop was updated in the interface, by language.",
        examples=[{"en": "The integration is updated."}],
    )
    interface_host: _Host | None = Field(
        None,
        description="Your subdomain that points at this service: the interface and the Shop API are called by it.",
        examples=["relay-api.example.com"],
    )
    interface_url: _Url | None = Field(
        None, description="The page of yours that shows the interface.", examples=["https://www.example.com/integrations"]
    )
    interface_path: _Path | None = Field(None, description="The path of that page.", examples=["/integrations"])
    integrated_path: _Path | None = Field(
        None, description="Where users go who have just connected a shop.", examples=["/integrations/done"]
    )
    sign_up_url: _Place | None = Field(
        None, description="Where users sign up; a path when it is on the same domain.", examples=["/sign_up"]
    )
    session_forwarding_url: _Url | None = Field(
        None, description="Where you take session forwarding requests.", examples=["https://www.example.com/relay_sessions/new"]
    )
    webhook_url: _Url | None = Field(
        None,
        description="Your webhook, which is called when something happened; null switches it off.",
        examples=["https://api.example.com/relay_events"],
    )
    trouble_email: _Email | None = Field(
        None, description="Who gets a daily list of the shops that have trouble.", examples=["shops@example.com"]
    )
    support_url: _Url | None = Field(
        None,
        description="Where merchants ask for support; they cannot in the interface then.",
        examples=["https://www.example.com/support"],
    )
    support_email: _Email | None = Field(
        None,
        description="Your address for merchants who want to add to a request for support.",
        examples=["help@example.com"],
    )
    support_request_email: _Email | None = Field(
        None, description="Who is told of a new request for support.", examples=["desk@example.com"]
    )
    support_request_url: _Url | None = Field(
        None,
        description="What is called when a request for support is made or gets a message from the merchant.",
        examples=["https://api.example.com/tickets"],
    )


_STYLES: Final[dict[str, Any]] = {
    f"css_{name}_classes": (_Classes | None, Field(None, description=f"CSS classes of {what}.", examples=[f"my-{name}"]))
    for name, what in STYLED.items()
}
ProjectSettings: Final = create_model(
    "ProjectSettings", __base__=_Named, __doc__="Everything that can be set for a project.", **_STYLES
)
_EXPECTED: Final = {"int": "a whole number", "bool": "true or false", "string": "text", "list": "a list", "dict": "an object"}


class SettingsRefused(AdminError):
    """`errors`: (setting, what is wrong) of each that is. None of them was stored."""

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        super().__init__("\n".join(f"{name}: {said}" for name, said in errors))
        self.errors = errors


async def change_settings(store: Store, project: Project, given: Mapping[str, Any], *, strict: bool = True) -> Endpoint | None:
    """Set these, all or none; None takes a setting away. Services see it within 15 seconds.

    Gives the webhook when its address is among them: with its token and secret when they are new. SettingsRefused names each
    setting that is wrong. `strict`: "8" is no number.
    """
    values = _checked(given, strict=strict)
    endpoint = None
    if WEBHOOK in values:
        url = values.pop(WEBHOOK)
        if url:
            endpoint = await set_webhook(store, project, url)
        else:
            await clear_webhook(store, project)
    change = {
        "$set": {f"settings.{name}": value for name, value in values.items() if value is not None},
        "$unset": {f"settings.{name}": "" for name, value in values.items() if value is None},
    }
    if change := {how: what for how, what in change.items() if what}:
        await store.collection(Control.PROJECTS).update_one({"_id": project.id}, change)
    return endpoint


def _checked(given: Mapping[str, Any], *, strict: bool) -> dict[str, Any]:
    try:
        return ProjectSettings.model_validate(dict(given), strict=strict).model_dump(exclude_unset=True)
    except ValidationError as error:
        raise SettingsRefused([_wrong(dict(each)) for each in error.errors(include_url=False)]) from None


def _wrong(error: dict[str, Any]) -> tuple[str, str]:
    name = ".".join(str(part) for part in error["loc"] if part != "[key]")
    field = ProjectSettings.model_fields.get(str(error["loc"][0]))
    if field is None:
        return name, f"there is no setting {name!r}"
    if error["type"] == "string_pattern_mismatch":
        return name, f"expected something such as {orjson.dumps((field.examples or [''])[0]).decode()}"
    if expected := _EXPECTED.get(error["type"].partition("_")[0]) if error["type"].endswith(("_type", "_parsing")) else None:
        return name, f"expected {expected}"
    # Validators of ours name their field already.
    return name, error["msg"].removeprefix("Value error, ").removeprefix(f"{name}: ").removeprefix(f"{WEBHOOK}: ")


async def set_setting(store: Store, project: Project, name: str, text: str) -> Any:
    """Set one from its text, a list or a hash as JSON; "" takes it away. Gives the value. AdminError names what was expected."""
    if name not in ProjectSettings.model_fields:
        raise AdminError(f"setting: there is no setting {name!r}; there are: {', '.join(ProjectSettings.model_fields)}")
    value = _from_text(text)
    await change_settings(store, project, {name: value}, strict=False)
    return _checked({name: value}, strict=False)[name]


def _from_text(text: str) -> Any:
    try:
        return orjson.loads(text) if text.startswith(("[", "{")) else text or None
    except orjson.JSONDecodeError as error:
        raise AdminError(f"value: expected JSON, got {text[:40]!r}: {error.msg}") from None
