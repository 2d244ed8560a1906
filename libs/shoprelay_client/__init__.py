"""A client of the Shop API: a method for each endpoint, typed bodies, problems as exceptions.

>>> async with ShopApi("http://127.0.0.1:8085", token) as shop:
...     await shop.orders.create_shipment(order_id, CreateShipment(tracking_number="ABC123456789"), key="ship-1")
"""

from shoprelay_client.calling import Options, ShopApiProblem
from shoprelay_client.shop_api import ShopApi

__all__ = ["Options", "ShopApi", "ShopApiProblem"]
