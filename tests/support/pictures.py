"""An image at an address of somebody else's, for shops that are to have it."""

import atexit
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

JPEG = b"\xff\xd8\xff\xe0 a picture \xff\xd9"


class _Picture(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "image/jpeg")
        self.send_header("Content-Length", str(len(JPEG)))
        self.end_headers()
        self.wfile.write(JPEG)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Says nothing."""


@cache
def picture() -> str:
    """Its address, served on loopback until the tests end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Picture)
    Thread(target=server.serve_forever, daemon=True).start()

    def close() -> None:
        server.shutdown()
        server.server_close()

    atexit.register(close)
    return f"http://127.0.0.1:{server.server_port}/krus-kop.jpg"
