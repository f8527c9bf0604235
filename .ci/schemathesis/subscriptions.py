"""Subscriptions whose events were given up, and an export of them, so that the fuzzer works on some that exist."""

import json
import sys
import time

from listener import Handler, Listener

# Enough to outlast the deletions.
SUBSCRIPTIONS = 40
SETTLE_LIMIT_SECONDS = 60
LOOK_SECONDS = 0.1


class Elsewhere(Listener):
    """Sends everybody elsewhere: an event is given up at the first try, and can be delivered again."""

    def __init__(self):
        super().__init__(_Handler)


class _Handler(Handler):
    def do_POST(self):
        self.body()
        self.send_response(302)
        self.send_header("location", "/elsewhere")
        self.send_header("content-length", "0")
        self.end_headers()


class Subscriptions:
    """Those that were made, before anything happens of which they are told."""

    def __init__(self, server, token, listener):
        self.server, self.endpoint = server, listener.endpoint("/hook")
        self.headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        self.ids = [self._made(f"Subscription {number}") for number in range(SUBSCRIPTIONS)]

    def words(self):
        """Returns ids by dictionary, when all that has happened is settled."""
        # The first is the contract's example of one, which the fuzzer deletes early.
        *deleted, kept, changed, exporting, other = self.ids
        events = f"{kept}/events"
        listed = self._settled(events, lambda listed: [one["state"] for one in listed["_embedded"]["events"]], "failure")
        export = self._sent("POST", f"{kept}/exports")["id"]
        self._settled(f"{kept}/exports/{export}", lambda shown: [shown["state"]], "completed")
        return {
            "keptSubscription": [kept], "changedSubscription": [changed], "deletedSubscriptions": deleted,
            "exportingSubscription": [exporting], "exportingSubscriptionByAlias": [other], "keptExport": [export],
            "keptEvents": [one["id"] for one in listed["_embedded"]["events"]], "listener": [self.endpoint],
        }

    def _made(self, title):
        events = ["entityCreated", "entityUpdated", "entityDeleted"]
        return self._sent("POST", title=title, endpoint=self.endpoint, events=events)["id"]

    def _settled(self, path, states, wanted):
        """Waits until nothing is in another state."""
        end = time.monotonic() + SETTLE_LIMIT_SECONDS
        while time.monotonic() < end:
            shown = self._sent("GET", path)
            if set(states(shown)) == {wanted}:
                return shown
            time.sleep(LOOK_SECONDS)
        sys.exit(f"{path}: never `{wanted}`: {shown}")

    def _sent(self, method, path="", **members):
        body = json.dumps(members).encode() if members else None
        path = f"webhooks/subscriptions{path and '/'}{path}"
        return self.server.send(method, path, body, self.headers)
