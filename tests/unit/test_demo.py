import json
import os

import pytest

from shoprelay_cli.demo.processes import DemoFailed, alone, check_servers


def test_a_second_demo_in_the_folder_is_refused_and_told_of_the_first(tmp_path):
    with (
        alone(tmp_path),
        pytest.raises(DemoFailed, match=rf"runs in this folder already \(pid {os.getpid()}\).*Ctrl-C"),
        alone(tmp_path),
    ):
        pass


def test_the_folder_is_free_again_after_a_demo_whose_words_it_still_holds(tmp_path):
    for _ in range(2):
        with alone(tmp_path):
            assert (tmp_path / "demo.pid").read_text() == f"{os.getpid()}\n"


def test_a_server_that_died_is_named_with_the_end_of_its_log(tmp_path):
    gone = {"ports": [1, 2], "pid": None, "argv": []}
    (tmp_path / "servers.json").write_text(json.dumps({"mongo": gone, "kafka": gone}))
    (tmp_path / "mongo.log").write_text("disk is full\n")
    with pytest.raises(DemoFailed, match=r"(?s)mongo is gone.*mongo\.log.*disk is full"):
        check_servers(tmp_path)
