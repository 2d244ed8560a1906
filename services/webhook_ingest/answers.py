"""The answers: made once, sent as they are."""

from typing import Final, NamedTuple

import orjson


class Answer(NamedTuple):
    """An HTTP answer. `outcome` labels the metric."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    outcome: str


class Refused(Exception):
    """The request ends here, with this answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.outcome)
        self.answer = answer


def made(status: int, outcome: str, body: bytes, *headers: tuple[str, str]) -> Answer:
    """An answer of JSON."""
    return Answer(status, [("content-type", "application/json"), *headers], body, outcome)


def _answer(status: int, outcome: str, content: dict[str, object], *headers: tuple[str, str]) -> Answer:
    return made(status, outcome, orjson.dumps(content), *headers)


_LATER: Final = ("retry-after", "10")

# Some platforms count only 200 as success.
ACCEPTED: Final = _answer(200, "accepted", {"received": True})
PONG: Final = _answer(200, "ping", {"received": True})
FORGED: Final = _answer(401, "forged", {"error": "the signature does not match"})
NO_TOKEN: Final = _answer(
    401, "no_token", {"error": "expected Authorization: Bearer and the shop's token"}, ("www-authenticate", "Bearer")
)
UNKNOWN: Final = _answer(404, "unknown", {"error": "no webhook has this address"})
NO_VERB: Final = _answer(405, "verb", {"error": "expected POST"}, ("allow", "POST"))
TOO_SLOW: Final = _answer(408, "slow", {"error": "the body did not arrive in time"}, ("connection", "close"))
TOO_LARGE: Final = _answer(413, "large", {"error": "the body is larger than the limit"}, ("connection", "close"))
BROKEN: Final = _answer(500, "error", {"error": "the webhook could not be handled"})
FULL: Final = _answer(503, "full", {"error": "too many webhooks are waiting: send it again"}, _LATER)
NO_BUS: Final = _answer(503, "no_bus", {"error": "the webhook cannot be stored now: send it again"}, _LATER)
NO_STORE: Final = _answer(503, "no_store", {"error": "the address cannot be looked up now: send it again"}, _LATER)
