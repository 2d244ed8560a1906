"""The generated reference of the document model and the bus: `python -m shoprelay_schema.reference [--check]`.

Files under docs/reference are made from the models and checked in, so that a change of the contract shows in review.
"""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from shoprelay_schema import asyncapi
from shoprelay_schema.compatibility import breaks
from shoprelay_schema.documents import COLLECTIONS
from shoprelay_schema.documents.base import Document, Index, attributes
from shoprelay_schema.documents.deviations import DEVIATIONS, READINGS
from shoprelay_schema.examples import examples
from shoprelay_schema.json_schemas import DIALECT, document_schemas, event_schemas

Files = dict[str, Any]
"""JSON values by file name under docs/reference."""

FOLDER: Final = Path(__file__).parents[2] / "docs" / "reference"
COMMAND: Final = "python -m shoprelay_schema.reference"
_OURS: Final = ("schemas", "events")


def _collections() -> Files:
    told = {name: _collection(model) for name, model in COLLECTIONS.items()}
    return {"collections.json": {"readings": READINGS, "collections": told}}


def _collection(model: type[Document]) -> dict[str, Any]:
    return {
        "description": (model.__doc__ or "").strip(),
        "attributes": {
            told.name: {"type": told.type, "encryption": told.encryption, "description": told.description}
            for told in attributes(model).values()
        },
        "indexes": [_index(index) for index in model.indexes],
        "deviations": [
            {"what": d.what, "contract": d.contract, "ours": d.ours, "reason": d.reason}
            for d in DEVIATIONS
            if d.collection == model.collection
        ],
    }


def _index(index: Index) -> dict[str, Any]:
    told = {"keys": dict(index.keys), "unique": index.unique, "sparse": index.sparse}
    return told | ({"name": index.name} if index.name else {}) | ({"partial": index.partial} if index.partial else {})


def _schemas() -> Files:
    return {
        f"schemas/{name}.json": {"$schema": DIALECT, "$id": f"schemas/{name}.json", **schema}
        for name, schema in document_schemas().items()
    }


def _events() -> Files:
    return {
        f"events/{name}.json": {"$schema": DIALECT, "$id": f"events/{name}.json", **schema, "examples": [examples()[name]]}
        for name, schema in event_schemas().items()
    }


def _asyncapi() -> Files:
    return {"asyncapi.json": asyncapi.document()}


GENERATORS: Final[tuple[Callable[[], Files], ...]] = (_collections, _schemas, _events, _asyncapi)


def build() -> dict[str, bytes]:
    """Every generated file's content by its name under docs/reference; the same bytes for the same models."""
    made = {name: value for generate in GENERATORS for name, value in generate().items()}
    return {name: (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode() for name, value in made.items()}


def stale(folder: Path) -> list[str]:
    """The names of files that are missing, differ from what `build` makes, or are made no more."""
    made = build()
    present = {str(path.relative_to(folder)) for name in _OURS for path in (folder / name).glob("*.json")}
    differ = {name for name, content in made.items() if not _is(folder / name, content)}
    return sorted(differ | (present - set(made)))


def _is(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def incompatible(folder: Path) -> list[str]:
    """What in the present schemas would break a reader of the checked-in ones; a new event version does not."""
    made = build()
    found = []
    for name in _OURS:
        for path in sorted((folder / name).glob("*.json")):
            told = str(path.relative_to(folder))
            new = json.loads(made[told]) if told in made else None
            found += [f"{told}: {reason}" for reason in breaks(json.loads(path.read_text()), new)]
    return found


def write(folder: Path) -> None:
    """Make the folder's files what `build` says; files that are made no more go."""
    made = build()
    for name in stale(folder):
        path = folder / name
        if name in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(made[name])
        else:
            path.unlink()


def main(arguments: list[str] | None = None) -> int:
    """0 when the files are current (or were written), 1 when they are stale or a reader would break."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Writes the reference of the document model and the bus.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a file is stale")
    parser.add_argument("--break-readers", action="store_true", help="write even what breaks readers of the present schemas")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    given = parser.parse_args(arguments)
    if given.check:
        return _complain("stale", stale(given.folder), f"run: {COMMAND}")
    if not given.break_readers and (reasons := incompatible(given.folder)):
        return _complain("would break readers", reasons, "make a new event version instead, or pass --break-readers")
    write(given.folder)
    return 0


def _complain(what: str, names: list[str], advice: str) -> int:
    for name in names:
        sys.stderr.write(f"{what}: {name}\n")
    if names:
        sys.stderr.write(f"{advice}\n")
    return 1 if names else 0


if __name__ == "__main__":
    sys.exit(main())
