"""The tests' own PostgreSQL goes when its tests go."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STARTER = """
import sys
from tests.postgres import server
with server() as started:
    print(started._served.pgdata, flush=True)
    sys.stdin.readline()
"""


@pytest.mark.parametrize("signal_number", [None, signal.SIGTERM, signal.SIGKILL])
def test_a_server_ends_with_whoever_started_it(signal_number: int | None) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", STARTER],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert starter.stdout is not None
    data = Path(starter.stdout.readline().strip())
    first = int((data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
    gone = os.pidfd_open(first)
    if signal_number is not None:
        starter.send_signal(signal_number)
    starter.communicate("\n" if signal_number is None else None)
    assert select.select([gone], [], [], 30)[0] == [gone]
    assert not data.parent.exists()
    os.close(gone)
