"""A foreign server: installed as pinned, started on a free port, ended by its id."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading

HERE = pathlib.Path(__file__).resolve().parent
TOOLS = HERE.parent.parent / "target" / "ci"

START_LIMIT_SECONDS = 60
STOP_LIMIT_SECONDS = 10

# What each server is told and the judge must know. None of it is a secret of anybody.
VARIABLES = {
    "FOREIGN_REDIRECT_URI": "http://localhost:8080/callback",
    "FOREIGN_PUBLIC_CLIENT": "public-client",
    "FOREIGN_CONFIDENTIAL_CLIENT": "confidential-client",
    "FOREIGN_SECRET": "the secret of a client that lives as long as one run",
    "FOREIGN_USER": "mira.lind@example.com",
    "FOREIGN_PASSWORD": "correct horse battery staple",
}


class Server:
    """Runs while it is entered."""

    def __init__(self, name):
        folder = HERE / name
        if (folder / "package.json").exists():
            command = node(folder)
        elif (folder / "requirements.txt").exists():
            command = python(folder)
        else:
            command = cargo(folder)
        self.process = subprocess.Popen(command, cwd=folder, env=os.environ | VARIABLES, text=True,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        late = threading.Timer(START_LIMIT_SECONDS, self.process.kill)
        late.start()
        line = self.process.stdout.readline()
        late.cancel()
        found = re.match(r"listening on (\S+)", line)
        if not found:
            self.stop()
            sys.exit(f"{name} does not say that it listens: {line!r}")
        self.issuer = found.group(1)
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


def node(folder):
    subprocess.run(["npm", "ci", "--ignore-scripts", "--silent"], cwd=folder, check=True)
    return ["node", "server.js"]


def python(folder):
    wanted = (folder / "requirements.txt").read_text()
    venv = TOOLS / folder.name
    stamp = venv / "installed.txt"
    if not stamp.exists() or stamp.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", venv], check=True)
        pip = [venv / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*pip, "--requirement", folder / "requirements.txt"], check=True)
        stamp.write_text(wanted)
    return [venv / "bin" / "python", "-W", "ignore", "server.py"]


def cargo(folder):
    target = TOOLS / folder.name
    build = [shutil.which("cargo") or "cargo", "build", "--quiet", "--locked", "--target-dir", target]
    if not shutil.which("pkg-config") or subprocess.run(["pkg-config", "--exists", "openssl"], check=False).returncode != 0:
        build += ["--features", "vendored"]
    # Flags that are meant for the project are not meant for it.
    environment = {name: value for name, value in os.environ.items() if name != "RUSTFLAGS"}
    subprocess.run(build, cwd=folder, env=environment, check=True)
    return [target / "debug" / f"foreign-{folder.name}"]
