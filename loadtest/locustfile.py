"""The master of a load: Locust counts the users and shows the figures, workers of Proofhouse make the requests.

    locust -f locustfile.py --master
    proofhouse load --worker MASTER --target target.toml        # on as many machines as it takes

A worker knows by itself where the load goes and what is done; the master says how many users there are, and how long. So any
locustfile with one user class serves a worker. This one also ends a load in good order: every worker comes to the end of its
journeys and says what it measured before the master leaves. `proofhouse load --engine locust` reads that from the folder which
PROOFHOUSE_LOAD_FOLDER names.
"""

import json
import os
import pathlib
import time

import gevent
from locust import User, events, task
from locust.runners import MasterRunner

FOLDER = os.environ.get("PROOFHOUSE_LOAD_FOLDER")
# How long is waited for what workers have to say when the load ends; one that is dead is known as such after a few seconds.
PATIENCE_SECONDS = 90
LARGEST_ACCOUNT = 32 * 1024 * 1024
LOOK_SECONDS = 0.1


class Proofhouse(User):
    """A user, whom workers make in their own way."""

    @task
    def never(self):
        raise RuntimeError("only `proofhouse load --worker` makes these users")


class Master:
    """What is known of the workers."""

    def __init__(self, runner):
        self.runner = runner
        self.connected = []
        self.accounts = {}

    def connect(self, client_id, **_):
        if client_id not in self.connected:
            self.connected.append(client_id)

    def account(self, environment, msg, **_):
        text = msg.data
        if isinstance(text, str) and len(text) <= LARGEST_ACCOUNT:
            self.accounts[msg.node_id] = text

    def begin(self, **_):
        self.accounts = {}

    def finish(self, **_):
        """Waits until every worker that is there has said what it measured."""
        for worker in self.waited_for():
            self.runner.send_message("stop", client_id=worker)
        last = time.monotonic() + PATIENCE_SECONDS
        while self.waited_for() and time.monotonic() < last:
            gevent.sleep(LOOK_SECONDS)
        # In a list: a worker that has stopped and was let in again has one account.
        write("accounts.json", "[" + ",".join(self.accounts.values()) + "]")
        total = self.runner.stats.total
        write("ended.json", json.dumps({
            "connected": self.connected,
            "heard": list(self.accounts),
            "requests": total.num_requests,
            "failures": total.num_failures,
        }))

    def waited_for(self):
        return [client.id for client in self.runner.clients.all
                if client.id not in self.accounts and client.state != "missing"]

    def watch(self):
        """Shows how far the load is, and ends it when it is told to or nobody is left to read of it."""
        parent = os.getppid()
        while True:
            total = self.runner.stats.total
            write("progress.json", json.dumps({
                "requests": total.num_requests,
                "failures": total.num_failures,
                "users": self.runner.user_count,
                "workers": self.runner.worker_count,
                "state": self.runner.state,
            }))
            if (pathlib.Path(FOLDER) / "stop").exists() or os.getppid() != parent:
                self.runner.quit()
                return
            gevent.sleep(LOOK_SECONDS)


def write(name, text):
    """Whoever reads sees the old file or the new one, never a part."""
    if FOLDER:
        path = pathlib.Path(FOLDER) / name
        part = path.with_suffix(".part")
        part.write_text(text, encoding="utf-8")
        part.replace(path)


@events.init.add_listener
def begin(environment, **_):
    if not isinstance(environment.runner, MasterRunner):
        return
    master = Master(environment.runner)
    environment.runner.register_message("proofhouse_account", master.account)
    environment.events.worker_connect.add_listener(master.connect)
    environment.events.test_start.add_listener(master.begin)
    environment.events.test_stop.add_listener(master.finish)
    if FOLDER:
        write("port", str(environment.runner.server.port))
        gevent.spawn(master.watch)
