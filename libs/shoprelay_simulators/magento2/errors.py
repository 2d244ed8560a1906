"""Refusals in Magento's words: a message with placeholders, and what they stand for."""

import json

from shoprelay_simulators.messages import Response

MISSING = "The entity that was requested doesn't exist. Verify the entity and try again."
NO_PRODUCT = "The product that was requested doesn't exist. Verify the product and try again."
NOBODY = "No such entity with %fieldName = %fieldValue"


class Refusal(Exception):
    def __init__(self, status: int, message: str, parameters: object = None) -> None:
        super().__init__(message)
        self.status, self.message, self.parameters = status, message, parameters

    def response(self) -> Response:
        body = {"message": self.message, **({"parameters": self.parameters} if self.parameters else {})}
        return answered(body, self.status)


def answered(body: object, status: int = 200) -> Response:
    return Response(status, json.dumps(body).encode(), [("Content-Type", "application/json; charset=utf-8")])


def internal() -> Refusal:
    """What a shop outside of developer mode says of its own faults."""
    return Refusal(500, "Internal Error. Details are available in Magento log file. Report ID: webapi-5eed")
