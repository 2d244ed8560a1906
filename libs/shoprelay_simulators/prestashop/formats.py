"""Rows as the webservice writes them: JSON with PHP's habits, or XML with everything in CDATA, and neither escaped there."""

import html
import json
from collections.abc import Mapping, Sequence

from shoprelay_simulators.prestashop.kinds import Kind
from shoprelay_simulators.prestashop.query import Row

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<prestashop xmlns:xlink="http://www.w3.org/1999/xlink">\n'
_NUMBER_FIELDS = frozenset({"id_default_combination", "nb_products_recursive"})


DROPS = 8
"""The version since which a single record drops what PHP counts as nothing."""


def as_json(kind: Kind, rows: Sequence[Row], *, alone: bool, drops: bool) -> bytes:
    """`alone`: a single record. An empty list is a bare []."""
    shown = [_json_row(row, drop=alone and drops) for row in rows]
    if alone:
        return _encode({kind.single: shown[0]})
    return _encode({kind.plural: shown} if shown else [])


def _json_row(row: Row, *, drop: bool) -> Row:
    found: Row = {}
    for name, value in row.items():
        if name == "associations":
            listed = {key: members for key, members in _mapping(value).items() if members}
            if listed:
                found[name] = listed
            continue
        said = _said(value)
        if not (drop and _is_nothing(said)):
            found[name] = _json_value(name, said)
    return found


def _said(value: object) -> object:
    """A text in one language is plain."""
    return value[0]["value"] if isinstance(value, list) and len(value) == 1 else value


def _is_nothing(value: object) -> bool:
    """PHP's idea of false: "0" is, "0.000000" is not."""
    return not isinstance(value, list) and value in {"", "0", None, False}


def _json_value(name: str, value: object) -> object:
    if (name == "id" and isinstance(value, int)) or name in _NUMBER_FIELDS:
        return int(str(value)) if str(value).lstrip("-").isdigit() else value
    if name == "manufacturer_name" and value == "":
        return False
    if name in {"new", "low_stock_threshold"} and value == "":
        return None
    return value


def _encode(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/").encode()


def as_xml(kind: Kind, rows: Sequence[Row], *, alone: bool, ids_only: bool, base: str, resource: str) -> bytes:
    if ids_only:
        lines = [f'<{kind.single} id="{row["id"]}" xlink:href="{base}/api/{resource}/{row["id"]}"/>' for row in rows]
    else:
        lines = [_xml_row(kind, row, base) for row in rows]
    body = "\n".join(lines) + ("\n" if lines else "")
    return (_HEAD + (body if alone else f"<{kind.plural}>\n{body}</{kind.plural}>\n") + "</prestashop>\n").encode()


def _xml_row(kind: Kind, row: Row, base: str) -> str:
    fields = [_xml_field(kind, name, value, base) for name, value in row.items() if name != "associations"]
    if "associations" in row:
        listed = _mapping(row["associations"])
        fields += ["<associations>", *(_xml_association(kind, name, members) for name, members in listed.items())]
        fields.append("</associations>")
    return f"<{kind.single}>\n" + "\n".join(fields) + f"\n</{kind.single}>"


def _xml_field(kind: Kind, name: str, value: object, base: str) -> str:
    if isinstance(value, list):
        languages = (
            f'<language id="{each["id"]}" xlink:href="{base}/api/languages/{each["id"]}">{_cdata(each["value"])}</language>'
            for each in value
        )
        return f"\t<{name}>{''.join(languages)}</{name}>"
    mark = ' notFilterable="true"' if name in kind.dynamic else ""
    return f"\t<{name}{mark}>{_cdata(value)}</{name}>"


def _xml_association(kind: Kind, name: str, members: object) -> str:
    node = kind.nodes.get(name, name.removesuffix("s"))
    if not isinstance(members, list) or not members:
        return f'<{name} nodeType="{node}" api="{name}"/>'
    inner = "\n".join(
        f"\t<{node}>\n" + "\n".join(f"\t<{key}>{_cdata(value)}</{key}>" for key, value in member.items()) + f"\n\t</{node}>"
        for member in members
    )
    return f'<{name} nodeType="{node}" api="{name}">\n{inner}\n</{name}>'


def _cdata(value: object) -> str:
    """What the text itself has of "]]>" or of control characters goes out as it is."""
    return f"<![CDATA[{'' if value is None or value is False else value}]]>"


def errors(codes: Sequence[tuple[int, str]], *, as_xml_: bool) -> bytes:
    if not as_xml_:
        return _encode({"errors": [{"code": code, "message": message} for code, message in codes]})
    written = [(code, html.escape(message, quote=False)) for code, message in codes]
    listed = "".join(
        f"<error>\n<code><![CDATA[{code}]]></code>\n<message><![CDATA[{message}]]></message>\n</error>\n"
        for code, message in written
    )
    return (_HEAD + f"<errors>\n{listed}</errors>\n</prestashop>\n").encode()


def _mapping(value: object) -> Mapping[str, object]:
    assert isinstance(value, dict)
    return value
