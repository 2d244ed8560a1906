"""Categories: https://woocommerce.github.io/woocommerce-rest-api-docs/#product-categories"""

from typing import Any

from shoprelay_relays.actions import Call, Done
from shoprelay_relays.actions.bodies.base import Body
from shoprelay_relays.actions.bodies.others import CategoryAttributes, CreateCategory, UpdateCategory
from shoprelay_relays.errors import CannotDo
from shoprelay_relays.woocommerce.actions import asked
from shoprelay_relays.woocommerce.actions.asking import change, number

ATTRIBUTES = ("name", "description_1", "parent_category_id", "images")
_PATH = "products/categories"


def reads(call: Call[Any]) -> list[tuple[str, str]]:
    return [("categories", _id(call))]


async def create(call: Call[CreateCategory]) -> Done:
    row = await change(call.client, "POST", _PATH, _asked(call.data))
    key = str(row["id"])
    return Done({"remote_id": key}, [("categories", key)])


async def update(call: Call[UpdateCategory]) -> Done:
    await change(call.client, "PUT", f"{_PATH}/{_id(call)}", _asked(call.data))
    return Done({"remote_id": _id(call)})


async def destroy(call: Call[Body]) -> Done:
    """For good: categories have no trash."""
    await change(call.client, "DELETE", f"{_PATH}/{_id(call)}", force="true")
    return Done({"remote_id": _id(call)})


def _id(call: Call[Any]) -> str:
    return number(call.target.known_as("remote_id"))


def _asked(data: CategoryAttributes) -> dict[str, Any]:
    told: dict[str, Any] = {"name": data.name, "description": data.description_1}
    if data.parent_category_id is not None:
        told["parent"] = int(number(data.parent_category_id.known_as("remote_id"), "parent_category_id"))
    if data.images is not None:
        if len(data.images) != 1:
            raise CannotDo("images", "a category has one image")
        told["image"] = asked.image(data.images[0])
    return {name: value for name, value in told.items() if value is not None}
