"""Servers in processes of their own, ended by their ids."""

import json
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request

START_LIMIT_SECONDS = 60
STOP_LIMIT_SECONDS = 10
CALL_LIMIT_SECONDS = 10

# The demo tenant's; public, as the README prints them.
CLIENT_ID = "6d1f0b8a-7c11-4c39-9a51-000000000001"
CLIENT_SECRET = "demo-configuration-secret"


class Started:
    """A server while it is entered. What its first lines tell is in `told`, the groups of `pattern`."""

    def __init__(self, name, command, pattern, lines=1, **options):
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True, **options)
        late = threading.Timer(START_LIMIT_SECONDS, self.process.kill)
        late.start()
        said = "".join(self.process.stdout.readline() for _ in range(lines))
        late.cancel()
        found = re.match(pattern, said)
        if not found:
            self.stop()
            sys.exit(f"{name} does not say that it listens: {said!r}")
        self.told = found.groups()
        # It may go on talking, and must not stand still because nobody listens.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

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


class Reference(Started):
    """The reference server with the demo tenant, on a free port."""

    def __init__(self, binary, *options, lines=1, pattern=""):
        super().__init__("the reference server", [binary, "serve", "--listen", "127.0.0.1:0", *options],
                         rf"listening on (\S+) customer (\S+)\n{pattern}", lines)
        self.url, self.customer = self.told[:2]

    def token(self, scope):
        """Returns a token of the configuration client."""
        form = {"grant_type": "client_credentials", "scope": scope,
                "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        return self.post("login/token", urllib.parse.urlencode(form).encode(), {})["access_token"]

    def post(self, path, body, headers):
        """Sends that below the customer."""
        return self.send("POST", path, body, headers)

    def send(self, method, path, body, headers):
        """Sends that by another method."""
        return call(method, f"{self.url}/{self.customer}/{path}", body, headers)


def call(method, url, body, headers):
    """Sends a request and returns the JSON that comes back, if any; whatever is refused ends all."""
    request = urllib.request.Request(url, data=body, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=CALL_LIMIT_SECONDS) as answer:
            octets = answer.read()
            return json.loads(octets) if octets else None
    except urllib.error.HTTPError as refusal:
        sys.exit(f"{method} {url}: {refusal.code} {refusal.read().decode(errors='replace')}")
