"""Those who read a shop's pages beside us: `python -m bench.readers bare --shop http://127.0.0.1:8100 --orders 50000 --page 250`.

- `bare`: requests and orjson read and parse the answers of Shopify's list of orders, and do nothing with them.
- `airbyte-cdk`: a declarative source reads /orders.json to a file.

The last line is JSON: the rate (orders a second), CPU seconds per 1,000 orders, and the most memory that it had, in MB.
"""

import argparse
import importlib.util
import json
import os
import sys
import time
from argparse import Namespace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import orjson
import requests

from bench import fast_shop
from bench.figures import peak_rss
from shoprelay_relays.shopify.api import VERSION

_AIRBYTE: Final = "airbyte_cdk.cli.source_declarative_manifest"
_CATALOG: Final = {
    "streams": [
        {
            "stream": {"name": "orders", "json_schema": {"type": "object"}, "supported_sync_modes": ["full_refresh"]},
            "sync_mode": "full_refresh",
            "destination_sync_mode": "overwrite",
        }
    ]
}


def airbyte_is_here() -> bool:
    """Whether airbyte-cdk is installed; it is no requirement of ours."""
    return importlib.util.find_spec("airbyte_cdk") is not None


def bare(options: Namespace) -> int:
    """Read all pages, and give how many orders they had."""
    count, query = 0, ""
    with requests.Session() as session:
        while True:
            asked: Any = {"query": fast_shop.LIST, "variables": {"first": options.page, "query": query or None}}
            answer = session.post(f"{options.shop}/admin/api/{VERSION}/graphql.json", json=asked, timeout=30)
            found = orjson.loads(answer.content)["data"]["orders"]
            count += len(found["nodes"])
            if not found["pageInfo"]["hasNextPage"]:
                return count
            query = f"id:>={int(found['nodes'][-1]['id'].rpartition('/')[2]) + 1}"


def airbyte(options: Namespace) -> int:
    """Have airbyte-cdk write all orders to a file, and give how many it wrote."""
    run: Any = importlib.import_module(_AIRBYTE).run
    with TemporaryDirectory(prefix="shoprelay-bench-") as home:
        config, catalog, into = (Path(home) / name for name in ("config.json", "catalog.json", "out.jsonl"))
        config.write_bytes(orjson.dumps({"__injected_declarative_manifest": manifest(options.shop)}))
        catalog.write_bytes(orjson.dumps(_CATALOG))
        sys.argv = ["bench", "read", "--config", str(config), "--catalog", str(catalog)]
        kept = os.dup(1)
        with into.open("wb") as file:
            os.dup2(file.fileno(), 1)
            run()
            sys.stdout.flush()
            os.dup2(kept, 1)
        with into.open("rb") as lines:
            return sum(b'"type":"RECORD"' in line[:4096] or line.startswith(b'{"type": "RECORD"') for line in lines)


def manifest(shop: str) -> dict[str, Any]:
    """https://docs.airbyte.com/platform/connector-development/config-based/low-code-cdk-overview"""
    next_page = {"type": "CursorPagination", "cursor_value": "{{ response.next }}", "stop_condition": "{{ not response.next }}"}
    page = {"type": "RequestOption", "inject_into": "request_parameter", "field_name": "page"}
    extractor = {"type": "DpathExtractor", "field_path": ["orders"]}
    retriever = {
        "type": "SimpleRetriever",
        "requester": {"type": "HttpRequester", "url_base": shop, "path": "/orders.json", "http_method": "GET"},
        "record_selector": {"type": "RecordSelector", "extractor": extractor},
        "paginator": {"type": "DefaultPaginator", "page_token_option": page, "pagination_strategy": next_page},
    }
    schema = {"type": "InlineSchemaLoader", "schema": {"type": "object", "additionalProperties": True, "properties": {}}}
    stream = {
        "type": "DeclarativeStream",
        "name": "orders",
        "primary_key": ["id"],
        "retriever": retriever,
        "schema_loader": schema,
    }
    check = {"type": "CheckStream", "stream_names": ["orders"]}
    spec = {"type": "Spec", "connection_specification": {"type": "object", "properties": {}, "additionalProperties": True}}
    return {"version": "6.44.0", "type": "DeclarativeSource", "check": check, "streams": [stream], "spec": spec}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("bare", "airbyte-cdk"))
    parser.add_argument("--shop", required=True, help="its address")
    parser.add_argument("--orders", type=int, required=True, help="how many it has")
    parser.add_argument("--page", type=int, default=250, help="orders a page")
    options = parser.parse_args()
    if options.kind == "airbyte-cdk":
        importlib.import_module(_AIRBYTE)  # a start is not counted
    began, cpu = time.perf_counter(), time.process_time()
    count = (bare if options.kind == "bare" else airbyte)(options)
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    if count != options.orders:
        raise SystemExit(f"{options.kind}: read {count} orders, not {options.orders}")
    print(json.dumps({"rate": count / took, "cpu": cpu / count * 1000, "rss": peak_rss(os.getpid())}))


if __name__ == "__main__":
    main()
