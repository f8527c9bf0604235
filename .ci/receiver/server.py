"""The reference server on a free port, with its control API, and listeners on this machine allowed."""

import json

from started import Reference, call


class Server(Reference):
    """Runs while it is entered."""

    def __init__(self, binary):
        super().__init__(binary, "--control", "127.0.0.1:0", "--allow-local-listeners",
                         lines=2, pattern=r"control on (\S+)\n")
        self.control = self.told[2]
        self.bearer = self.token("*:**")

    def webhooks(self, method, path, **members):
        """Administers subscriptions."""
        headers = {"authorization": f"Bearer {self.bearer}", "content-type": "application/json"}
        body = json.dumps(members).encode() if members else None
        return self.send(method, f"webhooks/{path}", body, headers)

    def users(self, method, user="", **members):
        """Does something to people, past all pages."""
        return self.controlled(method, f"customers/{self.customer}/users{user and '/'}{user}", **members)

    def controlled(self, method, path, **members):
        """Has the control API do something."""
        body = json.dumps(members).encode() if members else None
        return call(method, f"{self.control}/_control/{path}", body, {"content-type": "application/json"})
