"""POST {resource}/batch: create, update and (always forced) delete; an item's error stays inside the 200."""

import dataclasses
from collections.abc import Callable

from shoprelay_simulators.messages import Json
from shoprelay_simulators.woocommerce.args import Args
from shoprelay_simulators.woocommerce.call import Answer, Call, integer, objects
from shoprelay_simulators.woocommerce.errors import WpError

LIMIT = 100
Handler = Callable[[Call], Answer]


def batch(create: Handler, update: Handler, delete: Handler) -> Handler:
    def handle(call: Call) -> Answer:
        ids = call.body.get("delete")
        deletes: list[Json] = [{"id": i} for i in ids] if isinstance(ids, list) else []
        creates, updates = objects(call.body, "create"), objects(call.body, "update")
        if len(creates) + len(updates) + len(deletes) > LIMIT:
            text = f"Unable to accept more than {LIMIT} items for this request."
            raise WpError(413, "woocommerce_rest_request_entity_too_large", text)
        parts = {"create": (create, creates), "update": (update, updates), "delete": (delete, deletes)}
        return Answer({name: [_one(call, do, item) for item in items] for name, (do, items) in parts.items() if items})

    return handle


def _one(call: Call, handler: Handler, item: Json) -> object:
    row_id = integer(item.get("id"))
    ids = (*call.ids, str(row_id)) if row_id else call.ids
    args = Args(call.args.zone, {"force": "true"})
    try:
        return handler(dataclasses.replace(call, ids=ids, body=item, args=args)).body
    except WpError as error:
        return {"id": row_id, "error": error.body()}
