"""Faults as people write them, and a simulated shop started from the command line."""

import json
import signal
import subprocess
import sys

import httpx
import pytest

from shoprelay_simulators.faults import Fault, Faults, parse
from shoprelay_simulators.making import PLATFORMS, Wanted


def test_faults_are_read_as_people_write_them() -> None:
    assert parse("429:30*2, 503, slow:2.5, html,drop") == [
        Fault("status", 429, 30),
        Fault("status", 429, 30),
        Fault("status", 503),
        Fault("slow", seconds=2.5),
        Fault("html", seconds=1.0),
        Fault("drop", seconds=1.0),
    ]
    assert parse("") == []


@pytest.mark.parametrize("text", ["200", "boom", "503*", "slow:x", "503 429"])
def test_what_is_no_fault_is_refused_with_what_there_is(text: str) -> None:
    with pytest.raises(ValueError, match="expected 4xx or 5xx"):
        parse(text)


def test_recurring_faults_hit_one_in_so_many_requests() -> None:
    faults = Faults()
    faults.recur(iter(parse("503*9")), 3)
    assert [faults.next() is not None for _ in range(6)] == [False, False, True, False, False, True]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_platform_can_be_made(platform: str) -> None:
    shop = PLATFORMS[platform](Wanted(3, orders=2, products=2, customers=2))
    assert platform in {shop.platform, "shopify"} or shop.platform.startswith(platform)


def test_a_shop_runs_from_the_command_line_and_misbehaves_as_told() -> None:
    words = ["simulate", "shopgo", "--orders", "2", "--faults", "503:7"]
    with subprocess.Popen([sys.executable, "-m", "shoprelay_cli", *words], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            hello = json.loads(process.stdout.readline())
            answer = httpx.get(hello["url"] + "/v1/management/tenant")
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
            assert len(httpx.get(hello["url"] + "/_simulator/ledger").json()["final"]["orders"]) == 2
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0


def test_an_unknown_platform_is_told_which_there_are() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "shoprelay_cli", "simulate", "amazon"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "woocommerce" in done.stderr
