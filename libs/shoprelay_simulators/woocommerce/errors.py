"""Refusals in WordPress' shape: {"code", "message", "data": {"status"}}."""

from shoprelay_simulators.messages import Json


class WpError(Exception):
    """`allow`: whether the answer names the route's methods, which it does once permission was given."""

    def __init__(self, status: int, code: str, message: str, extra: Json | None = None, *, allow: bool = True) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.allow = status, code, message, allow
        self.data: object = {"status": status, **(extra or {})}

    def body(self) -> Json:
        return {"code": self.code, "message": self.message, "data": self.data}


def no_route() -> WpError:
    return WpError(404, "rest_no_route", "No route was found matching the URL and request method.", allow=False)


def invalid_params(details: dict[str, tuple[str, str]]) -> WpError:
    """`details`: for each refused parameter the kind of refusal and its text."""
    names = ", ".join(details)
    data: Json = {
        "params": {name: text for name, (_, text) in details.items()},
        "details": {
            name: {
                "code": code,
                "message": text,
                "data": {"param": name} if code == "rest_invalid_type" else None,
            }
            for name, (code, text) in details.items()
        },
    }
    return WpError(400, "rest_invalid_param", f"Invalid parameter(s): {names}", data)


def missing_params(*names: str) -> WpError:
    text = f"Missing parameter(s): {', '.join(names)}"
    return WpError(400, "rest_missing_callback_param", text, {"params": list(names)})


def invalid_id(kind: str, status: int = 404) -> WpError:
    """`kind`: shop_order, product, product_variation... A read answers 404, a write 400."""
    # A variation asked for under another parent fails before permission is given.
    return WpError(status, f"woocommerce_rest_{kind}_invalid_id", "Invalid ID.", allow=kind != "product_variation")


def refund_refused(text: str) -> WpError:
    """The one error whose data is a bare number, and a 500 though the request is at fault."""
    error = WpError(500, "woocommerce_rest_cannot_create_order_refund", text)
    error.data = 500
    return error
