"""What a write sends: XML alone, with one record or several."""

from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import fromstring

from shoprelay_simulators.prestashop.errors import Refusal, not_there
from shoprelay_simulators.prestashop.query import Row


def parsed(body: bytes, single: str) -> list[Row]:
    try:
        root = fromstring(body)
    except ParseError:
        raise Refusal(500, (127, "XML error : String could not be parsed as XML")) from None
    found = root.findall(single)
    if not found:
        raise not_there()
    return [_values(each) for each in found]


def _values(found: Element) -> Row:
    values: Row = {child.tag: _value(child) for child in found if child.tag != "associations"}
    listed = found.find("associations")
    if listed is not None:
        values["associations"] = {each.tag: [{leaf.tag: leaf.text or "" for leaf in one} for one in each] for each in listed}
    return values


def _value(element: Element) -> object:
    languages = element.findall("language")
    if languages:
        return [{"id": each.attrib["id"], "value": each.text or ""} for each in languages]
    return element.text or ""
