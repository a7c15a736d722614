"""A server that is told to stop ends in peace, however often and however late it is told so once more."""

from __future__ import annotations

import subprocess
import sys

import pytest

ENDS = """
import asyncio, os, signal, sys
from mockserver import Mock
from mockserver.http.limits import Limits
from mockserver.http.listening import bind
from mockserver.http.serving import Front, run

def again():
    for number in (signal.SIGTERM, signal.SIGINT) * 3:
        os.kill(os.getpid(), number)

class Ends(Mock):
    def close(self):
        again()
        print("closed")
        return True

shut = asyncio.SelectorEventLoop._close_self_pipe

def shuts(loop):
    shut(loop)
    again()

asyncio.SelectorEventLoop._close_self_pipe = shuts
run(Ends(), Front(bind("127.0.0.1", 0), Limits(), None, ""), lambda: os.kill(os.getpid(), signal.{first}))
"""


@pytest.mark.parametrize("first", ["SIGTERM", "SIGINT"])
def test_a_signal_that_comes_when_all_is_ending_changes_nothing(first: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", ENDS.replace("{first}", first)], capture_output=True, encoding="utf-8", timeout=60
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "closed\n", "")
