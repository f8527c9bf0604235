"""Packages of Python, exactly as pinned, in an environment of their own."""

import pathlib
import subprocess
import sys

TOOLS = pathlib.Path(__file__).resolve().parent.parent / "target" / "ci"


def python(folder):
    """Returns the programs of an environment that has what `requirements.txt` in a folder says, and nothing else."""
    wanted = (folder / "requirements.txt").read_text()
    venv = TOOLS / folder.name
    stamp = venv / "installed.txt"
    if not stamp.exists() or stamp.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", venv], check=True)
        pip = [venv / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*pip, "--requirement", folder / "requirements.txt"], check=True)
        stamp.write_text(wanted)
    return venv / "bin"
