"""The client that sends webhooks."""

import functools
import ssl

import httpx


@functools.cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()  # loading the certificates takes longer than many deliveries


def client(timeout_seconds: float) -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=timeout_seconds, verify=_tls())
