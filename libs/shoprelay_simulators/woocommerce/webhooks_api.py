"""webhooks: create, list, read, update, delete."""

from shoprelay_simulators.woocommerce import paging
from shoprelay_simulators.woocommerce.args import one_of
from shoprelay_simulators.woocommerce.call import Answer, Call, created, simple_page, text
from shoprelay_simulators.woocommerce.errors import WpError, invalid_id, invalid_params, missing_params
from shoprelay_simulators.woocommerce.paging import Sort
from shoprelay_simulators.woocommerce.people_json import HOOKS, webhook_json
from shoprelay_simulators.woocommerce.rows import Webhook

SORTS: dict[str, Sort[Webhook]] = {
    "date": lambda row: row.created,
    "id": lambda row: row.id,
    "title": lambda row: row.name,
}
STATUSES = ("active", "paused", "disabled")
CHECKS = {"status": one_of(("all", *STATUSES))}


def list_webhooks(call: Call) -> Answer:
    args = call.args
    args.check(tuple(SORTS), CHECKS)
    wanted = args.text("status", "all")
    rows = [row for row in paging.chosen(call.shop.webhooks.values(), args) if wanted in {"all", row.status}]
    shown = paging.cut(paging.ordered(rows, args, SORTS, "date"), args)
    return simple_page(call, [webhook_json(call.shop, row) for row in shown], len(rows))


def _find(call: Call) -> Webhook:
    if call.number() not in call.shop.webhooks:
        raise invalid_id("shop_webhook")
    return call.shop.webhooks[call.number()]


def get_webhook(call: Call) -> Answer:
    return Answer(webhook_json(call.shop, _find(call)))


def create_webhook(call: Call) -> Answer:
    """Always 201 and active, wherever the address leads. Without a secret: one that nobody ever sees."""
    shop, body = call.shop, call.body
    missing = [name for name in ("topic", "delivery_url") if not body.get(name)]
    if missing:
        raise missing_params(*missing)
    topic = _topic(text(body, "topic"))
    secret = text(body, "secret") or f"{shop.api_rng.getrandbits(200):050x}"
    row = Webhook(shop.next_id("webhook"), text(body, "name", topic), topic, "", secret, shop.now())
    row.url = _url(text(body, "delivery_url"))
    row.status = text(body, "status", "active")
    shop.webhooks[row.id] = row
    if row.status == "active":
        shop.hooks.pings.append(row.id)
    return created(call, webhook_json(shop, row))


def _topic(topic: str) -> str:
    if topic not in HOOKS and not topic.startswith("action."):
        raise WpError(400, "woocommerce_rest_shop_webhook_invalid_topic", "Webhook topic must be valid.")
    return topic


def _url(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        message = "Webhook delivery URL must be a valid URL starting with http:// or https://."
        raise WpError(400, "woocommerce_rest_shop_webhook_invalid_delivery_url", message)
    return url


def update_webhook(call: Call) -> Answer:
    """Making a disabled webhook active keeps its failures: one more disables it again."""
    row, body = _find(call), call.body
    status = text(body, "status", row.status)
    if status not in STATUSES:
        raise invalid_params({"status": ("rest_not_in_enum", "status is not one of active, paused, and disabled.")})
    row.status = status
    row.name, row.secret = text(body, "name", row.name), text(body, "secret", row.secret)
    row.topic, row.url = _topic(text(body, "topic", row.topic)), _url(text(body, "delivery_url", row.url))
    row.modified = call.shop.now()
    return Answer(webhook_json(call.shop, row))


def delete_webhook(call: Call) -> Answer:
    row = _find(call)
    if not call.args.flag("force"):
        raise WpError(501, "woocommerce_rest_trash_not_supported", "Webhooks do not support trashing.")
    call.shop.webhooks.pop(row.id)
    return Answer(webhook_json(call.shop, row))
