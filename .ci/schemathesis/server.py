"""The reference server on a free port, with objects to work on."""

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
# Of each kind: enough to outlast the deletions.
OBJECTS = 40

IDENTITY_STORE = {
    "type": "janrainCapture",
    "connectionDetails": {
        "domain": "bakery.capture.example.test",
        "applicationId": "m4wz7hq2c9",
        "clientId": "c5rj8yb2k7",
        "clientSecret": "s9fd4ge6u1",
        "entityType": "user",
    },
}


class Server:
    """Runs while it is entered. Its ids are predictable, so that a finding can be had again."""

    def __init__(self, binary):
        command = [binary, "serve", "--listen", "127.0.0.1:0", "--seed", "1"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        late = threading.Timer(START_LIMIT_SECONDS, self.process.kill)
        late.start()
        line = self.process.stdout.readline()
        late.cancel()
        found = re.match(r"listening on (\S+) customer (\S+)", line)
        if not found:
            self.stop()
            sys.exit(f"the server does not say that it listens: {line!r}")
        self.url, self.customer = found.groups()

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

    def token(self, scope):
        """Returns a token of the demo tenant's configuration client."""
        form = {"grant_type": "client_credentials", "scope": scope,
                "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        return self.post("login/token", urllib.parse.urlencode(form).encode(), {})["access_token"]

    def make_objects(self, token):
        """Makes objects of every kind and returns their ids by dictionary. Some policies are in use, others free."""
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}

        def create(collection, **members):
            return self.post(f"config/{collection}", json.dumps(members).encode(), headers)

        def login_policy(title):
            return create("loginPolicies", title=title, identityStoreDetails=IDENTITY_STORE,
                          loginURL="https://id.bakery.example.test/sign-in")

        login = [login_policy(f"Login Policy {number}") for number in range(OBJECTS)]
        token = [create("tokenPolicies", title=f"Token Policy {number}") for number in range(OBJECTS)]
        clients = []
        for number in range(OBJECTS):
            used = number % (OBJECTS // 2)
            kind = number % 3
            members = {"name": f"Client {number}", "tokenPolicy": token[used], "type": "confidential"}
            if kind != 0:
                members |= {"type": ("public", "confidential")[kind - 1], "loginPolicy": login[used],
                            "redirectURIs": ["https://bakery.example.test/callback"]}
            clients.append(create("clients", **members)["id"])
        return {"clients": clients, "loginPolicies": login, "tokenPolicies": token,
                "kept": [login_policy("Kept Login Policy")]}

    def post(self, path, body, headers):
        request = urllib.request.Request(f"{self.url}/{self.customer}/{path}", data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=CALL_LIMIT_SECONDS) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            sys.exit(f"POST {path}: {refusal.code} {refusal.read().decode(errors='replace')}")
