"""`python -m shoprelay_simulators run --platform woocommerce --seed 7 --port 0 --changes-per-second 2`."""

import argparse
import asyncio
import json
import os
import signal
import sys

from shoprelay_simulators.hostedshop.shop import HostedShop
from shoprelay_simulators.magento2.shop import Magento2Shop
from shoprelay_simulators.prestashop.shop import PrestaShop
from shoprelay_simulators.serving import Shop, serve
from shoprelay_simulators.shopgo.shop import ShopGoShop
from shoprelay_simulators.shopify.shop import ShopifyShop
from shoprelay_simulators.woocommerce.shop import WooShop

DELIVER_EVERY_SECONDS = 0.05


def main() -> None:
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.signal(signal.SIGINT, lambda *_: os._exit(0))
    asyncio.run(_live(_shop(options), options))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m shoprelay_simulators")
    run = parser.add_subparsers(dest="command", required=True).add_parser("run", help="serve one shop until SIGTERM")
    run.add_argument(
        "--platform", choices=("woocommerce", "hostedshop", "magento2", "prestashop", "shopgo", "shopify"), required=True
    )
    run.add_argument("--seed", type=int, default=1)
    run.add_argument("--port", type=int, default=0)
    run.add_argument("--changes-per-second", type=float, default=0.0)
    run.add_argument("--orders", type=int, default=60)
    run.add_argument("--products", type=int, default=27)
    run.add_argument("--customers", type=int, default=13)
    run.add_argument("--webhook-delay", type=float, default=0.0, help="seconds")
    return parser.parse_args()


def _shop(options: argparse.Namespace) -> Shop:
    delay: float = options.webhook_delay
    if options.platform == "shopgo":
        return ShopGoShop(options.seed, orders=options.orders, webhook_delay=delay)
    if options.platform == "prestashop":
        return PrestaShop(options.seed, orders=options.orders, products=options.products, customers=options.customers)
    if options.platform == "hostedshop":
        return HostedShop(
            options.seed,
            orders=options.orders,
            products=options.products,
            customers=options.customers,
            webhook_delay=delay,
        )
    if options.platform == "shopify":
        return ShopifyShop(
            options.seed,
            orders=options.orders,
            products=options.products,
            customers=options.customers,
            webhook_delay=delay,
        )
    if options.platform == "magento2":
        return Magento2Shop(
            options.seed,
            orders=options.orders,
            products=options.products,
            customers=options.customers,
            webhook_delay=delay,
        )
    return WooShop(
        options.seed,
        orders=options.orders,
        products=options.products,
        customers=options.customers,
        webhook_delay=delay,
    )


async def _live(shop: Shop, options: argparse.Namespace) -> None:
    """Prints one JSON line with the address and the credentials, then changes things until the process ends."""
    async with serve(shop, port=options.port, deliver_every=DELIVER_EVERY_SECONDS) as url:
        hello = {"platform": shop.platform, "seed": options.seed, "url": url, "credentials": shop.credentials()}
        sys.stdout.write(json.dumps(hello) + "\n")
        sys.stdout.flush()
        rate: float = options.changes_per_second
        while True:
            await asyncio.sleep(1 / rate if rate > 0 else 3600)
            if rate > 0 and not shop.paused:
                shop.step()


if __name__ == "__main__":
    main()
