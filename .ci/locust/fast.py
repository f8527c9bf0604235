"""Locust's own fast client, that asks for tokens and looks at nothing but the status; as a master it also counts workers of ours.

What is asked, and where the master writes its port and the moment when users begin, the environment says.
"""

import os
import pathlib
import time

from locust import FastHttpUser, events, task
from locust.runners import MasterRunner

FOLDER = pathlib.Path(os.environ["SPEED_FOLDER"])
PLACE, AUTHORIZATION = os.environ["SPEED_PATH"], os.environ["SPEED_AUTHORIZATION"]
FORM = "grant_type=client_credentials&scope=*%3A**"
HEADERS = {"authorization": AUTHORIZATION, "content-type": "application/x-www-form-urlencoded"}


class Fast(FastHttpUser):
    @task
    def token(self):
        self.client.post(PLACE, data=FORM, headers=HEADERS, name="token")


def write(name, text):
    part = FOLDER / f"{name}.part"
    part.write_text(text)
    part.replace(FOLDER / name)


@events.init.add_listener
def begin(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        write("port", str(environment.runner.server.port))
        environment.events.test_start.add_listener(lambda **_: write("begun", str(time.time())))
