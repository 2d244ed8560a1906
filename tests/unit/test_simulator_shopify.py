"""The simulated Shopify for any client: queries of any shape, its limits, its errors."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from shoprelay_simulators import ManualClock, ShopifyShop
from shoprelay_simulators.messages import Request
from shoprelay_simulators.shopify import build
from shoprelay_simulators.shopify.paging import number
from shoprelay_simulators.world.people import nordic_person

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
DEAR = """{ orders(first: 250) { nodes { lineItems(first: 250) { nodes { variant { product {
  variants(first: 100) { nodes { id } } } } } } } } }"""
DEEP = """{ products { edges { node { variants { edges { node { product { variants { edges { node { product {
  collections { edges { node { id } } } } } } } } } } } } } } }"""
START = """mutation S($q: String!, $g: Boolean!) {
  bulkOperationRunQuery(query: $q, groupObjects: $g) { bulkOperation { id status } } }"""


@pytest.fixture
def shop() -> ShopifyShop:
    return ShopifyShop(5, clock=ManualClock(NOW), orders=8, products=5, customers=4, app="admin", bulk_seconds=5)


def ask(shop: ShopifyShop, query: str, token: str | None = None, **variables: Any) -> Any:
    headers = {"x-shopify-access-token": token or shop.access.permanent}
    body = json.dumps({"query": query, "variables": variables}).encode()
    response = shop.answer(Request("POST", "/admin/api/2026-07/graphql.json", (), headers, body))
    assert response.status in {200, 401}
    return json.loads(response.body)


def test_fragments_aliases_variables_and_directives_are_executed(shop: ShopifyShop):
    query = """
    query Some($n: Int!, $more: Boolean!) {
      newest: orders(first: $n, sortKey: CREATED_AT, reverse: true) { edges { cursor node { ...Head } } }
      shop { called: name plan @include(if: $more) { publicDisplayName } }
    }
    fragment Head on Order { name lineItems(first: 1) { nodes { title variant { product { handle } } } } }
    """
    data = ask(shop, query, n=2, more=False)["data"]
    names = sorted((row["name"] for row in shop.rows["Order"].values()), reverse=True)[:2]
    assert [edge["node"]["name"] for edge in data["newest"]["edges"]] == names
    assert data["newest"]["edges"][0]["node"]["lineItems"]["nodes"][0]["variant"]["product"]["handle"]
    assert data["shop"] == {"called": "Anholt Uld"}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("{ orders(first: 1) { nodes { colour } } }", "colour"),
        ("{ orders(first: 1) { nodes {", "Syntax Error"),
        ("{ orders { nodes { id } } }", "first or last"),
        ("{ orders(first: 251) { nodes { id } } }", "250"),
        ('{ order(id: "gid://shopify/Product/1") { id } }', "Invalid global id"),
        ('{ orders(first: 1, after: "x") { nodes { id } } }', "Invalid cursor"),
    ],
)
def test_a_mistake_is_said(shop: ShopifyShop, query: str, words: str):
    assert words in ask(shop, query)["errors"][0]["message"]


@pytest.mark.parametrize("sort", ["ID", "UPDATED_AT", "PROCESSED_AT"])
@pytest.mark.parametrize("reverse", [False, True])
def test_cursors_go_through_all_rows_though_the_last_one_is_deleted(shop: ShopifyShop, sort: str, reverse: bool):
    query = "query P($after: String, $reverse: Boolean) { orders(first: 3, sortKey: %s, after: $after, reverse: $reverse) { nodes { id } pageInfo { hasNextPage endCursor } } }"  # noqa: E501
    before, seen, after = set(shop.rows["Order"]), [], None
    while True:
        page = ask(shop, query % sort, after=after, reverse=reverse)["data"]["orders"]
        seen += [row["id"] for row in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
        shop.rows["Order"].pop(seen[-1])
    assert set(seen) == before
    assert len(seen) == len(before)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("first_name:Ida", lambda row: row["firstName"] == "Ida"),
        ("first_name:Ida OR first_name:Mads", lambda row: row["firstName"] in {"Ida", "Mads"}),
        ("-first_name:Ida", lambda row: row["firstName"] != "Ida"),
        ("NOT first_name:Ida AND (state:enabled)", lambda row: row["firstName"] != "Ida"),
        ("id:>=1005 id:<999999", lambda row: number(row) >= 1005),
        ("updated_at:>'2030-01-01T00:00:00Z'", lambda _row: False),
        ("customer_date:>=2020-01-01", lambda _row: True),
    ],
)
def test_the_search_syntax(shop: ShopifyShop, query: str, wanted: Any):
    for count in range(40):
        shop.keep(build.customer(shop, nordic_person(shop.rng, count), NOW))
    found = ask(shop, "query Q($q: String) { customers(first: 250, query: $q) { nodes { id } } }", q=query)
    assert {row["id"] for row in found["data"]["customers"]["nodes"]} == {
        row["id"] for row in shop.rows["Customer"].values() if wanted(row)
    }
    assert "search" not in found["extensions"]


def test_an_unknown_filter_is_left_out_with_a_warning(shop: ShopifyShop):
    found = ask(shop, '{ customers(first: 250, query: "created_at:>2030-01-01") { nodes { id } } }')
    assert len(found["data"]["customers"]["nodes"]) == 4
    assert found["extensions"]["search"][0]["warnings"][0]["field"] == "created_at"


def test_a_query_costs_what_recorded_ones_did(shop: ShopifyShop):
    # Asked of real shops: 8, 3 and 25 points.
    three = ask(shop, "{ customers(first: 3) { nodes { id defaultAddress { city } defaultEmailAddress { emailAddress } } } }")
    assert three["extensions"]["cost"]["requestedQueryCost"] in {6, 7, 8}
    one = ask(shop, '{ customer(id: "gid://shopify/Customer/1") { id defaultAddress { city } } }')
    assert one["extensions"]["cost"]["requestedQueryCost"] in {2, 3}
    many = ask(
        shop, '{ product(id: "gid://shopify/Product/1") { variants(first: 250) { nodes { inventoryItem { id tracked } } } } }'
    )
    assert many["extensions"]["cost"]["requestedQueryCost"] in {24, 25}


def test_a_query_over_a_thousand_points_is_refused_and_an_empty_bucket_throttles(shop: ShopifyShop):
    assert ask(shop, DEAR)["errors"][0]["extensions"]["code"] == "MAX_COST_EXCEEDED"
    shop.bucket.left = 5
    plain = "{ orders(first: 100) { nodes { id } } }"
    throttled = ask(shop, plain)
    assert throttled["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert throttled["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"] == 5
    assert "data" not in throttled
    assert isinstance(shop.clock, ManualClock)
    shop.clock.advance(1)
    assert "data" in ask(shop, plain)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("{ shop { name } }", "at least one connection"),
        ('{ node(id: "gid://shopify/Order/1") { id ... on Order { lineItems { edges { node { id } } } } } }', "node"),
        ("{ orders { edges { node { refunds { refundLineItems { edges { node { id } } } } } } } }", "within a list"),
        (DEEP, "two levels"),
    ],
)
def test_what_cannot_be_run_in_bulk_is_refused(shop: ShopifyShop, query: str, words: str):
    start = "mutation S($q: String!) { bulkOperationRunQuery(query: $q) { bulkOperation { id } userErrors { code message } } }"
    found = ask(shop, start, q=query)["data"]["bulkOperationRunQuery"]
    assert found["bulkOperation"] is None
    assert words in found["userErrors"][0]["message"]


@pytest.mark.parametrize("grouped", [True, False])
def test_a_bulk_operation_ends_with_a_file_of_everything(shop: ShopifyShop, grouped: bool):
    query = "{ orders { edges { node { id lineItems { edges { node { id quantity } } } } } } }"
    made = ask(shop, START, q=query, g=grouped)["data"]["bulkOperationRunQuery"]["bulkOperation"]
    look = "query L($id: ID!) { bulkOperation(id: $id) { status url objectCount rootObjectCount fileSize } }"
    assert ask(shop, look, id=made["id"])["data"]["bulkOperation"]["url"] is None
    assert isinstance(shop.clock, ManualClock)
    shop.clock.advance(5)
    ended = ask(shop, look, id=made["id"])["data"]["bulkOperation"]
    path, _, signature = ended["url"].removeprefix(shop.files_url).partition("?signature=")
    body = shop.answer(Request("GET", path, (("signature", signature),))).body
    rows = [json.loads(line) for line in body.splitlines()]
    assert (len(body), len(rows)) == (int(ended["fileSize"]), int(ended["objectCount"]))
    roots = [at for at, row in enumerate(rows) if "__parentId" not in row]
    assert len(roots) == int(ended["rootObjectCount"]) == 8
    assert (roots == list(range(8))) is not grouped
    assert shop.answer(Request("GET", path)).status == 403


def test_a_wrong_token_is_refused_and_a_missing_scope_names_itself(shop: ShopifyShop):
    assert "Invalid API key" in ask(shop, "{ shop { name } }", token="x")["errors"]
    shop.access.scopes -= {"read_customers", "write_customers"}
    refused = ask(shop, "{ orders(first: 5) { nodes { customer { id } } } }")
    assert refused["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
    assert "read_customers" in refused["errors"][0]["message"]


def test_a_refresh_token_is_good_until_its_successor_was_used(shop: ShopifyShop):
    def refresh(token: str) -> tuple[int, Any]:
        keys = {"client_id": shop.access.client_id, "client_secret": shop.access.client_secret}
        asked = keys | {"grant_type": "refresh_token", "refresh_token": token}
        response = shop.answer(Request("POST", "/admin/oauth/access_token", body=json.dumps(asked).encode()))
        return response.status, json.loads(response.body)

    first = shop.access.first_refresh
    _, lost = refresh(first)
    status, kept = refresh(first)
    assert status == 200
    assert refresh(kept["refresh_token"])[0] == 200
    assert refresh(first)[0] == 400
    assert refresh(lost["refresh_token"])[0] == 400


def test_every_kind_of_change_leaves_a_version_that_a_read_shows(shop: ShopifyShop):
    for _ in range(200):
        shop.step()
    state = shop.final_state()
    for resource, rows in state.items():
        for row_id, body in rows.items():
            versions = shop.ledger.history(resource, row_id)
            assert not versions or versions[-1].body == json.loads(json.dumps(body))
    gone = {(version.resource, version.id) for version in shop.ledger.versions if version.text is None}
    assert all(row_id not in state[resource] for resource, row_id in gone)
