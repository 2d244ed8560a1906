"""airbyte-cdk as one who reads a shop's pages beside us; `bench.poll` runs it with the Python of .venv-peers, which has it alone.

A declarative source reads /orders.json to a file. The last line is JSON: the rate (orders a second), CPU seconds per 1,000
orders, and the most memory that it had, in MB. Its start is not counted.
"""

import argparse
import importlib
import json
import os
import resource
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

_CDK: Final = "airbyte_cdk.cli.source_declarative_manifest"
_CATALOG: Final = {
    "streams": [
        {
            "stream": {"name": "orders", "json_schema": {"type": "object"}, "supported_sync_modes": ["full_refresh"]},
            "sync_mode": "full_refresh",
            "destination_sync_mode": "overwrite",
        }
    ]
}


def read(run: Any, shop: str) -> int:
    """Have airbyte-cdk write all orders to a file, and give how many it wrote."""
    with TemporaryDirectory(prefix="shoprelay-bench-") as home:
        config, catalog, into = (Path(home) / name for name in ("config.json", "catalog.json", "out.jsonl"))
        config.write_text(json.dumps({"__injected_declarative_manifest": manifest(shop)}))
        catalog.write_text(json.dumps(_CATALOG))
        sys.argv = ["bench", "read", "--config", str(config), "--catalog", str(catalog)]
        kept = os.dup(1)
        with into.open("wb") as file:
            os.dup2(file.fileno(), 1)
            run()
            sys.stdout.flush()
            os.dup2(kept, 1)
        with into.open("rb") as lines:
            return sum(b'"type":"RECORD"' in line or b'"type": "RECORD"' in line for line in lines)


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
    parser.add_argument("--shop", required=True, help="its address")
    parser.add_argument("--orders", type=int, required=True, help="how many it has")
    options = parser.parse_args()
    run = importlib.import_module(_CDK).run
    began, cpu = time.perf_counter(), time.process_time()
    count = read(run, options.shop)
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    if count != options.orders:
        raise SystemExit(f"airbyte-cdk: read {count} orders, not {options.orders}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rate": count / took, "cpu": cpu / count * 1000, "rss": peak}))


if __name__ == "__main__":
    main()
