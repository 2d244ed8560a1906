"""The least that reads a shop's pages: requests and orjson parse the answers to Shopify's list of orders, and that is all.

The last line is JSON: the rate (orders a second), CPU seconds per 1,000 orders, and the most memory that it had, in MB.
"""

import argparse
import json
import os
import time
from typing import Any

import orjson
import requests

from bench import fast_shop
from bench.figures import peak_rss
from shoprelay_relays.shopify.api import VERSION


def read(shop: str, page: int) -> int:
    """Read all pages, and give how many orders they had."""
    count, query = 0, ""
    with requests.Session() as session:
        while True:
            asked: Any = {"query": fast_shop.LIST, "variables": {"first": page, "query": query or None}}
            answer = session.post(f"{shop}/admin/api/{VERSION}/graphql.json", json=asked, timeout=30)
            found = orjson.loads(answer.content)["data"]["orders"]
            count += len(found["nodes"])
            if not found["pageInfo"]["hasNextPage"]:
                return count
            query = f"id:>={int(found['nodes'][-1]['id'].rpartition('/')[2]) + 1}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shop", required=True, help="its address")
    parser.add_argument("--orders", type=int, required=True, help="how many it has")
    parser.add_argument("--page", type=int, default=250, help="orders a page")
    options = parser.parse_args()
    began, cpu = time.perf_counter(), time.process_time()
    count = read(options.shop, options.page)
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    if count != options.orders:
        raise SystemExit(f"bare: read {count} orders, not {options.orders}")
    print(json.dumps({"rate": count / took, "cpu": cpu / count * 1000, "rss": peak_rss(os.getpid())}))


if __name__ == "__main__":
    main()
