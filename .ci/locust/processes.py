"""Programs that end with the block that started them, and waiting for what they do."""

import contextlib
import subprocess
import sys
import time

LIMIT_SECONDS = 60
LOOK_SECONDS = 0.05


@contextlib.contextmanager
def process(command, **options):
    """A process that ends with the block."""
    started = subprocess.Popen(command, stdin=subprocess.DEVNULL, **options)
    try:
        yield started
    finally:
        if started.poll() is None:
            started.kill()
        started.wait()


def expect(holds, told):
    if not holds:
        sys.exit(f"locust: {told}")


def wait(look, told):
    """Looks until there is something to see, and returns that."""
    last = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < last:
        found = look()
        if found:
            return found
        time.sleep(LOOK_SECONDS)
    sys.exit(f"locust: waited in vain until {told}")
