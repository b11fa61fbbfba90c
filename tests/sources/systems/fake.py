"""A server of this machine that answers as a system is recorded to, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


class Fake:
    """answer: path and options of a request, and its headers → what is said as JSON, or status, headers and that."""

    def __init__(self, answer) -> None:
        self.answer, self.asked, self.first = answer, [], []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
                self.do_GET({"__json__": asked})

            def do_GET(self, more=()):
                parts = urlsplit(self.path)
                options = dict(parse_qsl(parts.query)) | dict(more)
                outer.asked.append((parts.path, options))
                said = (
                    outer.first.pop(0) if outer.first else outer.answer(parts.path, options, dict(self.headers.items()))
                )
                status, headers, body = said if isinstance(said, tuple) else (200, {}, said)
                raw = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in {"content-length": str(len(raw)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
