import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shoprelay_cli.demo.processes import DemoFailed, alone, check_servers
from shoprelay_cli.demo.setting_up import write_environment


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


def test_who_reads_the_demo_s_environment_finds_the_command_and_nobody_else_reads_it(tmp_path):
    written = tmp_path / "demo" / "env"
    write_environment(written, {"SHOP_API": "http://127.0.0.1:1/shop api"})
    said = subprocess.run(
        ["/bin/sh", "-c", f'. {written}; command -v shoprelay; echo "$SHOP_API"'],
        env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout.splitlines() == [str(Path(sys.executable).parent / "shoprelay"), "http://127.0.0.1:1/shop api"]
    assert written.stat().st_mode & 0o077 == 0
