"""Answers of the webservice: JSON and XML as the same rows, and what PHP makes of them."""

import pytest

from shoprelay_relays.errors import ShopTrouble
from shoprelay_relays.prestashop.payload import Unreadable, errors, rows

HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n<prestashop xmlns:xlink="http://www.w3.org/1999/xlink">\n'
WARNING = b"<br />\n<b>Warning</b>:  Undefined array key 0 in <b>a.php</b> on line <b>12</b><br />\n"


def xml(inner: bytes) -> bytes:
    return HEAD + inner + b"\n</prestashop>\n"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"[]", []),
        (b'{"orders":[{"id":1},{"id":2}]}', [{"id": 1}, {"id": 2}]),
        (b'{"order_slips":[{"id":1}]}', [{"id": 1}]),
        (b'{"order":{"id":5,"note":""}}', [{"id": 5, "note": ""}]),
        (b'\xef\xbb\xbf{"order":{"id":5}}', [{"id": 5}]),
        (WARNING + b'{"order":{"id":5}}', [{"id": 5}]),
        (WARNING + b"[]", []),
        (xml(b"<orders>\n</orders>"), []),
        (xml(b"<orders><order><id><![CDATA[1]]></id></order></orders>"), [{"id": "1"}]),
        (xml(b"<orders><order><id>1</id></order><order><id>2</id></order></orders>"), [{"id": "1"}, {"id": "2"}]),
        (xml(b'<orders><order id="7" xlink:href="a"/></orders>'), [{"id": "7"}]),
        (xml(b"<order><id>1</id><note/></order>"), [{"id": "1", "note": ""}]),
        (WARNING + xml(b"<order><id>1</id></order>"), [{"id": "1"}]),
        (xml(b"<order><id>1</id><note><![CDATA[a ]]> b]]></note></order>"), [{"id": "1", "note": "a ]]> b"}]),
    ],
)
def test_rows_of_an_answer(content: bytes, found: list[object]):
    assert rows(content) == found


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><html><body>Just a moment</body></html>",
        b'{"orders":[{"id":1},{"id"',
        b'{"orders":[{"id":"x"}]}',
        b'{"orders":[{"reference":"A"}]}',
        b'{"errors":[{"code":1,"message":"no"}]}',
        b'{"a":[],"b":[]}',
        b"7",
        HEAD + b"<orders><order><id>1</id>",
        HEAD + b"<!DOCTYPE a []></prestashop>",
    ],
)
def test_what_is_no_list_of_records_is_trouble(content: bytes):
    with pytest.raises(ShopTrouble):
        rows(content)


def test_xml_that_came_whole_and_cannot_be_read_says_so():
    with pytest.raises(Unreadable):
        rows(xml(b"<orders><order><my field></order></orders>"))


@pytest.mark.parametrize(
    "content",
    [
        b'{"errors":[{"code":26,"message":"a > b"},{"code":"20","message":"c"}]}',
        xml(
            b"<errors><error><code>26</code><message><![CDATA[a > b]]></message></error>"
            b"<error><code>20</code><message>c</message></error></errors>"
        ),
    ],
)
def test_the_codes_of_a_refusal(content: bytes):
    assert errors(content) == {26: "a > b", 20: "c"}


@pytest.mark.parametrize("content", [b"", b"401 Unauthorized", b"<html>no</html>", b'{"errors":7}', b'{"errors":[{"code":"x"}]}'])
def test_a_refusal_in_other_words_has_no_codes(content: bytes):
    assert errors(content) == {}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            xml(b"<errors><error><code>85</code><message><![CDATA[&quot;A-&gt;b&quot; &amp; c]]></message></error></errors>"),
            '"A->b" & c',
        ),
        (b'{"errors":[{"code":85,"message":"A->b &amp; c"}]}', "A->b &amp; c"),
    ],
)
def test_entities_of_xml_are_letters_and_json_has_none(content: bytes, said: str):
    assert errors(content) == {85: said}
