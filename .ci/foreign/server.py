"""A foreign server: installed as pinned, started on a free port, ended by its id."""

import os
import pathlib
import shutil
import subprocess

import pinned
from started import Started

HERE = pathlib.Path(__file__).resolve().parent

# What each server is told and the judge must know. None of it is a secret of anybody.
VARIABLES = {
    "FOREIGN_REDIRECT_URI": "http://localhost:8080/callback",
    "FOREIGN_PUBLIC_CLIENT": "public-client",
    "FOREIGN_CONFIDENTIAL_CLIENT": "confidential-client",
    "FOREIGN_SECRET": "the secret of a client that lives as long as one run",
    "FOREIGN_USER": "mira.lind@example.com",
    "FOREIGN_PASSWORD": "correct horse battery staple",
}


class Server(Started):
    """Runs while it is entered."""

    def __init__(self, name):
        folder = HERE / name
        if (folder / "package.json").exists():
            command = node(folder)
        elif (folder / "requirements.txt").exists():
            command = [pinned.python(folder) / "python", "-W", "ignore", "server.py"]
        else:
            command = cargo(folder)
        super().__init__(name, command, r"listening on (\S+)", cwd=folder, env=os.environ | VARIABLES)
        self.issuer, = self.told


def node(folder):
    subprocess.run(["npm", "ci", "--ignore-scripts", "--silent"], cwd=folder, check=True)
    return ["node", "server.js"]


def cargo(folder):
    target = pinned.TOOLS / folder.name
    build = [shutil.which("cargo") or "cargo", "build", "--quiet", "--locked", "--target-dir", target]
    if not shutil.which("pkg-config") or subprocess.run(["pkg-config", "--exists", "openssl"], check=False).returncode != 0:
        build += ["--features", "vendored"]
    # Flags that are meant for the project are not meant for it.
    environment = {name: value for name, value in os.environ.items() if name != "RUSTFLAGS"}
    subprocess.run(build, cwd=folder, env=environment, check=True)
    return [target / "debug" / f"foreign-{folder.name}"]
