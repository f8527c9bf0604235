"""The reference server on a free port, with objects to work on."""

import json

from started import Reference

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


class Server(Reference):
    """Runs while it is entered. Its ids are predictable, so that a finding can be had again."""

    def __init__(self, binary):
        super().__init__(binary, "--seed", "1", "--allow-local-listeners")

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
