"""`_id`s are computed: the same thing always gets the same one, and no two things share one."""

from bson import ObjectId
from hypothesis import given
from hypothesis import strategies as st

from shoprelay_schema.documents import SHOP_COLLECTIONS
from shoprelay_schema.identity import document_id

collections = st.sampled_from(sorted(SHOP_COLLECTIONS))
shops = st.binary(min_size=12, max_size=12).map(ObjectId)
keys = st.binary(min_size=32, max_size=32)
things = st.tuples(collections, shops, st.text())


@given(keys, things)
def test_the_same_thing_has_the_same_id(key, thing):
    assert document_id(key, *thing) == document_id(key, *thing)


@given(keys, things, things)
def test_two_things_have_two_ids(key, one, other):
    assert (document_id(key, *one) == document_id(key, *other)) == (one == other)


@given(keys, keys, things)
def test_two_projects_share_no_id(one, other, thing):
    assert (document_id(one, *thing) == document_id(other, *thing)) == (one == other)


@given(keys, shops, st.text(min_size=1), st.text(min_size=1))
def test_the_parts_do_not_run_together(key, shop, left, right):
    # A collection's name that another one continues, and a key that begins with it.
    assert document_id(key, "orders", shop, left + right) != document_id(key, "orders" + left, shop, right)
