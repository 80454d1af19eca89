from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from child import child, run_to_end
from journal import Journal, Problem, Stopped

HERE = Path(__file__).resolve().parent
KEEPER = """
from child import child
with child(['sleep', '600']) as one:
    print(one.process.pid, flush=True)
    one.process.wait()
"""


def gone(pid: int) -> bool:
    """Whether it ended within some seconds; who is only waiting to be collected by its parent has ended."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            if Path(f'/proc/{pid}/stat').read_text().rpartition(') ')[2].startswith('Z'):
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.02)
    return False


def runs(pid: int, name: str) -> bool:
    """Whether the process became this program within some seconds."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if Path(f'/proc/{pid}/comm').read_text().strip() == name:
            return True
        time.sleep(0.02)
    return False


def test_a_program_ends_with_its_block() -> None:
    with pytest.raises(KeyError), child(['sleep', '600']) as one:
        raise KeyError
    assert gone(one.process.pid)


@pytest.mark.skipif(sys.platform != 'linux', reason='Linux tells a child when its parent dies')
@pytest.mark.parametrize('number', [signal.SIGKILL, signal.SIGTERM])
def test_a_program_ends_with_us_however_we_end(number: int) -> None:
    keeper = subprocess.Popen([sys.executable, '-c', KEEPER], cwd=HERE, stdout=subprocess.PIPE, text=True)
    try:
        pid = int(keeper.stdout.readline())
        assert runs(pid, 'sleep')  # only then is it bound to us
        os.kill(keeper.pid, number)
        keeper.wait(10)
        assert gone(pid)
    finally:
        keeper.kill()
        keeper.stdout.close()


def test_says_what_a_program_said_when_it_failed() -> None:
    with pytest.raises(Problem) as found:
        run_to_end(['sh', '-c', 'echo no such thing >&2; exit 3'], Journal(None))
    assert found.value.code == 'program-failed'
    assert 'status 3: no such thing' in found.value.detail


def test_a_stop_ends_a_program_that_runs() -> None:
    journal = Journal(None)
    journal._asked(15, None)
    begun = time.monotonic()
    with pytest.raises(Stopped):
        run_to_end(['sleep', '600'], journal)
    assert time.monotonic() - begun < 60
