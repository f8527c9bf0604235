"""A listener on a free port of this machine, up while it is entered."""

import http.server
import threading


class Listener(http.server.ThreadingHTTPServer):
    """Answers as `handler` does."""

    daemon_threads = True

    def __init__(self, handler):
        super().__init__(("127.0.0.1", 0), handler)

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def endpoint(self, path):
        return f"http://127.0.0.1:{self.server_port}{path}"


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers one request, and says nothing about it."""

    def body(self):
        """Returns what was sent."""
        return self.rfile.read(int(self.headers["content-length"]))

    def log_message(self, *_):
        pass
