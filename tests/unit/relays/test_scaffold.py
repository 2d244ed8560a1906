"""`make relay name=x` begins a relay that is sound Python, and refuses names that cannot be one."""

import importlib.util
from pathlib import Path

import pytest

from shoprelay_relays.scaffold.__main__ import scaffold
from shoprelay_relays.spec import Relay


def test_what_is_written_is_a_relay_that_lacks_what_only_a_person_knows(tmp_path: Path) -> None:
    written = scaffold("acme_shop", tmp_path)
    assert [str(path.relative_to(tmp_path)) for path in written] == [
        "libs/shoprelay_relays/acme_shop.py",
        "tests/contract/relays/acme_shop/facts.py",
        "tests/contract/relays/acme_shop/payloads/README.txt",
    ]
    found = importlib.util.spec_from_file_location("acme_shop", written[0])
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    assert isinstance(module.RELAY, Relay)
    assert (module.RELAY.name, module.RELAY.label) == ("acme_shop", "Acme Shop")
    assert not module.RELAY.blind_spots


def test_a_relay_that_exists_is_not_overwritten(tmp_path: Path) -> None:
    scaffold("acme", tmp_path)
    with pytest.raises(ValueError, match="exists already"):
        scaffold("acme", tmp_path)


@pytest.mark.parametrize("name", ["", "Acme", "1st", "a-b", "../x", "a"])
def test_a_name_that_cannot_be_one_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="small letters"):
        scaffold(name, tmp_path)
