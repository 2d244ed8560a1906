"""The operations that change the shop."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from shoprelay_simulators.hostedshop import build, goods_writes, order_writes
from shoprelay_simulators.hostedshop.given import arguments, found, record
from shoprelay_simulators.hostedshop.rows import Row
from shoprelay_simulators.hostedshop.soap import Call, Fault

if TYPE_CHECKING:
    from shoprelay_simulators.hostedshop.shop import HostedShop


def create_user(shop: "HostedShop", call: Call) -> int:
    told = record(call.record)
    if not told.get("Username") or not told.get("Password"):
        raise Fault("PARAM", "Username and Password must be set when creating a user")
    row = build.user(shop, shop.clock())
    row |= {name: "" for name in row if name.startswith("Shipping")}
    row |= told | {"DateCreated": build.stamp(shop.clock()), "DateUpdated": build.ZERO}
    shop.add("User", row)
    return int(row["Id"])


def update_user(shop: "HostedShop", call: Call) -> int:
    told = record(call.record)
    row = found(shop, "User", told["Id"], "Id")
    row |= told
    shop.touch("User", row)
    return int(row["Id"])


def delete_user(shop: "HostedShop", call: Call) -> bool:
    shop.remove("User", found(shop, "User", arguments(call, "UserId")[0], "UserId")["Id"])
    return True


def create_category(shop: "HostedShop", call: Call) -> int:
    told = record(call.record)
    row: Row = {"Id": max(shop.tables["Category"], default=0) + 1, "SeoLink": "", "SeoDescripton": "", **_category(shop, told)}
    shop.add("Category", row)
    return int(row["Id"])


def update_category(shop: "HostedShop", call: Call) -> int:
    """Nothing dates a category."""
    told = record(call.record)
    row = found(shop, "Category", told["Id"], "Id")
    row |= _category(shop, told)
    shop.note("Category", row)
    return int(row["Id"])


def delete_category(shop: "HostedShop", call: Call) -> bool:
    row = found(shop, "Category", arguments(call, "CategoryId")[0], "CategoryId")
    if any(one["CategoryId"] == row["Id"] for one in shop.tables["Product"].values()):
        raise Fault("PARAM", f"Category {row['Id']} is not empty")
    shop.remove("Category", row["Id"])
    return True


def _category(shop: "HostedShop", told: Row) -> Row:
    """The field's name is misspelt where it is read."""
    if told.get("ParentId"):
        found(shop, "Category", str(told["ParentId"]), "ParentId")
    return {("SeoDescripton" if name == "SeoDescription" else name): value for name, value in told.items()}


WRITES: dict[str, Callable[["HostedShop", Call], object]] = {
    "Order_UpdateStatus": order_writes.update_status,
    "Order_UpdateComment": order_writes.update_comment,
    "Order_UpdateTrackingCode": order_writes.update_tracking_code,
    "Order_UpdateLineTrackingCode": order_writes.update_line_tracking_code,
    "Order_CreateInvoice": order_writes.create_invoice,
    "Order_CompleteTransaction": order_writes.complete_transaction,
    "Order_LowerTransaction": order_writes.lower_transaction,
    "Order_CancelTransaction": order_writes.cancel_transaction,
    "Order_Create": order_writes.create,
    "Product_Create": goods_writes.create,
    "Product_Update": goods_writes.update,
    "Product_Delete": goods_writes.delete,
    "Product_CreateVariant": goods_writes.create_variant,
    "Product_UpdateVariant": goods_writes.update_variant,
    "Product_DeleteVariant": goods_writes.delete_variant,
    "Product_CreatePicture": goods_writes.create_picture,
    "Product_DeletePicture": goods_writes.delete_picture,
    "Product_CreateOrUpdateVariantType": goods_writes.variant_type,
    "Product_CreateOrUpdateVariantTypeValue": goods_writes.variant_value,
    "User_Create": create_user,
    "User_Update": update_user,
    "User_Delete": delete_user,
    "Category_Create": create_category,
    "Category_Update": update_category,
    "Category_Delete": delete_category,
}
