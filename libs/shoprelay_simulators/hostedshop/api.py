"""The operations."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from shoprelay_simulators.hostedshop import lists, soap
from shoprelay_simulators.hostedshop.given import arguments as _arguments
from shoprelay_simulators.hostedshop.given import number as _number
from shoprelay_simulators.hostedshop.rows import FIELDS, KINDS, Row, pick
from shoprelay_simulators.hostedshop.sessions import COOKIE, Session
from shoprelay_simulators.hostedshop.soap import Call, Fault
from shoprelay_simulators.hostedshop.writes import WRITES
from shoprelay_simulators.messages import Request, Response

if TYPE_CHECKING:
    from shoprelay_simulators.hostedshop.shop import HostedShop

_WHOLE: dict[str, object] = {
    "Solution_GetWebinfo": lists.INFO,
    "OrderStatusCode_GetAll": lists.STATUSES,
    "Product_GetDeliveryCountryAll": lists.DELIVERY_COUNTRIES,
    "Product_GetDeliveryTimeAll": lists.DELIVERY_TIMES,
    "User_GetGroupAll": lists.GROUPS,
    "Payment_GetAll": lists.PAYMENT_METHODS,
    "Delivery_GetAll": lists.DELIVERY_METHODS,
    "Currency_GetAll": lists.CURRENCIES,
    "Sites_GetAll": lists.SITES,
}


def answer(shop: "HostedShop", request: Request) -> Response:
    try:
        call = soap.read(request)
        if call.operation == "Solution_Connect":
            return _connect(shop, call)
        session = shop.sessions.of("" if shop.faults.unauthorized else request.headers.get("cookie", ""), shop.clock())
        return soap.answer(call.operation, _carried_out(shop, session, call))
    except Fault as fault:
        return soap.fault(fault)


def _connect(shop: "HostedShop", call: Call) -> Response:
    given = _arguments(call, "Username", "Password")
    if shop.faults.unauthorized or given != [shop.username, shop.password]:
        raise Fault("AUTH", "Wrong username or password")
    response = soap.answer(call.operation, True)
    response.headers.append(("Set-Cookie", f"{COOKIE}={shop.sessions.open(shop.clock())}; path=/; secure; HttpOnly"))
    return response


def _carried_out(shop: "HostedShop", session: Session, call: Call) -> object:
    name = call.operation
    if name in FIELDS:
        (fields,) = _arguments(call, "Fields")
        session.set_fields(name, fields or "", shop.lacking)
        return True
    if name in _WHOLE:
        return _WHOLE[name]
    if name in WRITES:
        return WRITES[name](shop, call)
    operation = OPERATIONS.get(name)
    if operation is None:
        raise Fault("ProcedureNotPresent", "Procedure not present")
    return operation(shop, session, call)


def _shown(rows: list[Row], session: Session, kind: str) -> list[Row]:
    return [pick(row, KINDS[kind], session.fields) for row in rows]


def _between(rows: list[Row], start: str | None, end: str | None, fields: tuple[str, ...], status: str | None = "") -> list[Row]:
    """Newest first. Both bounds belong to it; dates compare as text."""
    wanted = [one for one in (status or "").split(",") if one]
    found = [
        row
        for row in rows
        if any((start is None or start <= row[name]) and (end is None or row[name] <= end) for name in fields)
        and (not wanted or str(row["Status"]) in wanted)
    ]
    return sorted(found, key=lambda row: -row["Id"])


def _by_date(field: str) -> "Operation":
    def found(shop: "HostedShop", session: Session, call: Call) -> object:
        start, end = _arguments(call, "Start", "End")
        rows = _between([*shop.tables["Order"].values()], start, end, (field,), call.arguments.get("Status"))
        return _shown(rows, session, "Order")

    return found


def _by_date_paged(field: str) -> "Operation":
    def found(shop: "HostedShop", session: Session, call: Call) -> object:
        start, end, status, page, size = _arguments(call, "Start", "End", "Status", "Page", "PageSize")
        at, many = _number(page, "Page"), min(_number(size, "PageSize"), shop.largest_page)
        if at < 1:
            raise Fault("PARAM", "SoapFault PARAM: Page must be greater than 0")
        rows = _between([*shop.tables["Order"].values()], start, end, (field,), status)
        return _shown(rows[(at - 1) * many : at * many], session, "Order")

    return found


def _by_id(kind: str, argument: str) -> "Operation":
    def found(shop: "HostedShop", session: Session, call: Call) -> object:
        key = _number(_arguments(call, argument)[0], argument)
        row = shop.tables[kind].get(key)
        if row is None and shop.missing == "fault":
            raise Fault("PARAM", f"No such id: {key} for {argument}")
        return pick(row, KINDS[kind], session.fields) if row else None

    return found


def _products(shop: "HostedShop", session: Session, call: Call) -> object:
    start, length = _arguments(call, "Start", "Length")
    rows = [*shop.tables["Product"].values()]
    first = _number(start, "Start")
    return _shown(rows[first : first + min(_number(length, "Length"), shop.largest_page)], session, "Product")


def _products_updated(shop: "HostedShop", session: Session, call: Call) -> object:
    start, end = _arguments(call, "Start", "End")
    rows = [row for row in shop.tables["Product"].values() if (start or "") <= row["DateUpdated"] <= (end or "")]
    return _shown(rows, session, "Product")


def _users(shop: "HostedShop", session: Session, call: Call) -> object:
    start, end = _arguments(call, "Start", "End")
    return _shown(_between([*shop.tables["User"].values()], start, end, ("DateCreated", "DateUpdated")), session, "User")


def _values(shop: "HostedShop", _session: Session, call: Call) -> object:
    return shop.variant_values.get(_arguments(call, "VariantTypeId")[0] or "", [])


def _by_item_number(shop: "HostedShop", session: Session, call: Call) -> object:
    wanted = (_arguments(call, "ItemNumber")[0] or "").lower()
    rows = [row for row in shop.tables["Product"].values() if row["ItemNumber"].lower() == wanted]
    return _shown(rows, session, "Product")


def _variants(shop: "HostedShop", session: Session) -> list[Row]:
    """As a session sees them, in its own order."""
    rows = [one for row in shop.tables["Product"].values() for one in row["Variants"]]
    return [pick(one, "Product_SetVariantFields", session.fields) for one in rows]


def _variant_by_id(shop: "HostedShop", session: Session, call: Call) -> object:
    key = _number(_arguments(call, "VariantId")[0], "VariantId")
    found = next((one for one in _variants(shop, session) if one["Id"] == key), None)
    if found is None and shop.missing == "fault":
        raise Fault("PARAM", f"No such id: {key} for VariantId")
    return found


def _variants_by_item_number(shop: "HostedShop", session: Session, call: Call) -> object:
    wanted = (_arguments(call, "ItemNumber")[0] or "").lower()
    return [one for one in _variants(shop, session) if wanted and one["ItemNumber"].lower() == wanted]


def _category(shop: "HostedShop", _session: Session, call: Call) -> object:
    key = _number(_arguments(call, "CategoryId")[0], "CategoryId")
    return shop.tables["Category"].get(key)


Operation = Callable[["HostedShop", Session, Call], object]
OPERATIONS: dict[str, Operation] = {
    "Order_GetByDate": _by_date("DateDelivered"),
    "Order_GetByDateUpdated": _by_date("DateUpdated"),
    "Order_GetByDateWithPagination": _by_date_paged("DateDelivered"),
    "Order_GetByDateUpdatedWithPagination": _by_date_paged("DateUpdated"),
    "Order_GetById": _by_id("Order", "OrderId"),
    "Product_GetAllWithLimit": _products,
    "Product_GetByUpdatedDate": _products_updated,
    "Product_GetById": _by_id("Product", "ProductId"),
    "Product_GetByItemNumber": _by_item_number,
    "Product_GetVariantById": _variant_by_id,
    "Product_GetVariantsByItemNumber": _variants_by_item_number,
    "Product_GetVariantTypeAll": lambda shop, _session, _call: shop.variant_types,
    "Product_GetVariantTypeValuesByType": _values,
    "User_GetAllByDate": _users,
    "User_GetById": _by_id("User", "UserId"),
    "Category_GetAll": lambda shop, _session, _call: [*shop.tables["Category"].values()],
    "Category_GetById": _category,
}
