"""What a query costs, in points. https://shopify.dev/docs/api/usage/limits

An object is 1 and a mutation 10; amounts and texts are free; a connection is 2 and its rows, of which each further one counts
less. The weights are those that recorded answers of real shops come to.
"""

import math
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_composite_type,
)
from graphql.utilities import value_from_ast_untyped

FREE = {
    "AccessScope", "Attribute", "BulkOperationUserError", "Count", "CustomerEmailAddress", "CustomerPhoneNumber", "Image",
    "InventoryItemMeasurement", "InventoryQuantity", "MediaPreviewImage", "MoneyBag", "MoneyV2", "PageInfo", "SelectedOption",
    "SEO", "TaxLine", "UserError", "Weight", "DiscountAllocation", "FulfillmentTrackingInfo",
}  # fmt: skip
MUTATION = 10


class Price:
    """What one document costs: as asked for, or (given the data) as answered."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self.schema = schema
        self.variables: dict[str, Any] = {}
        self._known: dict[tuple[int, str], list[tuple[FieldNode, Any]]] = {}
        self.fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self.operation = next(d for d in document.definitions if isinstance(d, OperationDefinitionNode))

    def total(self, variables: dict[str, Any], data: Any = None) -> int:
        self.variables = variables
        changes = self.operation.operation.value == "mutation"
        root = self.schema.mutation_type if changes else self.schema.query_type
        fields = self._fields(self.operation.selection_set, root)
        if changes:
            return MUTATION * len(fields)
        return max(1, math.floor(sum(self._field(node, kind, _part(data, node)) for node, kind in fields)))

    def _fields(self, chosen: SelectionSetNode | None, kind: Any) -> list[tuple[FieldNode, Any]]:
        """The fields of a selection with their types, those in fragments included."""
        place = id(chosen), getattr(kind, "name", "")
        if place not in self._known:
            self._known[place] = self._found(chosen, kind)
        return self._known[place]

    def _found(self, chosen: SelectionSetNode | None, kind: Any) -> list[tuple[FieldNode, Any]]:
        found: list[tuple[FieldNode, Any]] = []
        for node in chosen.selections if chosen else ():
            if isinstance(node, FieldNode):
                defined = getattr(kind, "fields", {}).get(node.name.value)
                if defined is not None:
                    found.append((node, get_named_type(defined.type)))
                continue
            fragment = self.fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            assert isinstance(fragment, InlineFragmentNode | FragmentDefinitionNode)
            named = fragment.type_condition
            found += self._fields(fragment.selection_set, self.schema.type_map[named.name.value] if named else kind)
        return found

    def _field(self, node: FieldNode, kind: Any, data: Any) -> float:
        if not is_composite_type(kind):
            return 0
        if kind.name.endswith("Connection"):
            return self._connection(node, kind, data)
        many = self._argument(node, "ids")
        children = sum(self._field(child, below, _part(data, child)) for child, below in self._fields(node.selection_set, kind))
        own = 0 if kind.name in FREE else 1
        return (own + children) * (len(many) if isinstance(many, list) else 1)

    def _connection(self, node: FieldNode, kind: Any, data: Any) -> float:
        rows = None if data is None else list(data.get("nodes") or [edge.get("node") for edge in data.get("edges") or ()])
        size = len(rows) if rows is not None else int(self._argument(node, "first") or self._argument(node, "last") or 1)
        child = 0.0
        for part, below in self._fields(node.selection_set, kind):
            inner = self._fields(part.selection_set, below) if part.name.value == "edges" else [(part, below)]
            for item, named in inner:
                if item.name.value in {"node", "nodes"}:
                    samples = rows or [None]
                    child = max(self._field(item, named, sample) for sample in samples)
        return math.floor(2 + max(1.0 if size else 0.0, 2 * math.log(size) if size else 0.0) * child)

    def _argument(self, node: FieldNode, name: str) -> Any:
        found = next((argument.value for argument in node.arguments or () if argument.name.value == name), None)
        return None if found is None else value_from_ast_untyped(found, self.variables)


def _part(data: Any, node: FieldNode) -> Any:
    """What was answered to a field; of a list its first row stands for all."""
    found = data.get((node.alias or node.name).value) if isinstance(data, dict) else None
    return (found[0] if found else None) if isinstance(found, list) else found
