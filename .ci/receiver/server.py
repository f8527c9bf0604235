"""The reference server on a free port, with its control API, and listeners on this machine allowed."""

import json
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request

# The demo tenant's; public, as the README prints them.
CLIENT_ID = "6d1f0b8a-7c11-4c39-9a51-000000000001"
CLIENT_SECRET = "demo-configuration-secret"

START_LIMIT_SECONDS = 20
STOP_LIMIT_SECONDS = 10
CALL_LIMIT_SECONDS = 10


class Server:
    """Runs while it is entered."""

    def __init__(self, binary):
        command = [binary, "serve", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--allow-local-listeners"]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        late = threading.Timer(START_LIMIT_SECONDS, self.process.kill)
        late.start()
        lines = self.process.stdout.readline() + self.process.stdout.readline()
        late.cancel()
        found = re.match(r"listening on (\S+) customer (\S+)\ncontrol on (\S+)\n", lines)
        if not found:
            self.stop()
            sys.exit(f"the server does not say that it listens: {lines!r}")
        self.url, self.customer, self.control = found.groups()
        form = {"grant_type": "client_credentials", "scope": "*:**",
                "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        self.token = self.post("login/token", urllib.parse.urlencode(form).encode(), {})["access_token"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(STOP_LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def post(self, path, body, headers):
        """Sends that below the customer."""
        return _send("POST", f"{self.url}/{self.customer}/{path}", body, headers)

    def webhooks(self, method, path, **members):
        """Administers subscriptions."""
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        body = json.dumps(members).encode() if members else None
        return _send(method, f"{self.url}/{self.customer}/webhooks/{path}", body, headers)

    def users(self, method, user="", **members):
        """Does something to people, past all pages."""
        return self.controlled(method, f"customers/{self.customer}/users{user and '/'}{user}", **members)

    def controlled(self, method, path, **members):
        """Has the control API do something."""
        body = json.dumps(members).encode() if members else None
        return _send(method, f"{self.control}/_control/{path}", body, {"content-type": "application/json"})


def _send(method, url, body, headers):
    request = urllib.request.Request(url, data=body, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=CALL_LIMIT_SECONDS) as answer:
            octets = answer.read()
            return json.loads(octets) if octets else None
    except urllib.error.HTTPError as refusal:
        sys.exit(f"{method} {url}: {refusal.code} {refusal.read().decode(errors='replace')}")
