"""This kit beside what people would pick instead: ``python benchmarks/peers.py``.

Installs the peers from their package indexes into a folder that is kept, checks that each refuses what it should, runs
all side by side, and prints a table. The work is the documented POST /connections for Zoho CRM in Europe.
"""

from __future__ import annotations

import argparse
import tempfile
from contextlib import ExitStack
from http.client import HTTPException
from pathlib import Path
from subprocess import CalledProcessError

from report import SCRATCH, facts, tell, write
from side_by_side import files
from side_by_side.install import Missing, install
from side_by_side.load import generator, load
from side_by_side.rows import KIT, PEERS, Peer
from side_by_side.running import Running
from side_by_side.table import LOADS, Result, table


def main() -> None:
    options = _options()
    scratch = options.scratch.resolve()
    chosen = [peer for peer in PEERS if not options.only or any(word in peer.name for word in (KIT, *options.only))]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="peers-")))
        files.write(folder)
        results = [_started(peer, scratch, folder, stack, options.pin) for peer in chosen]
        for result in results:
            tell(f"warming up {result.peer.name}")
            _measure(result, folder, LOADS[0], options.warm_up, options.pin)
            result.rounds.clear()
        for number in range(options.rounds):
            for result in results:
                tell(f"round {number + 1} of {options.rounds}: {result.peer.name}")
                for connections in LOADS:
                    _measure(result, folder, connections, options.seconds, options.pin)
    tell("")
    pinned = "pinned: servers to one core, load to another" if options.pin else "not pinned to cores"
    took = f"{options.rounds} rounds of {options.seconds} s after {options.warm_up} s of warm-up"
    text = f"{table(results)}\n\n{facts('peers', f'load by {generator()}', took, pinned)}"
    print(text)
    if options.write:
        write("peers", text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seconds", type=int, default=2, help="of each round and number of connections")
    parser.add_argument("--warm-up", type=int, default=8, metavar="SECONDS", help="of each server; Java needs it")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="this kit and the peers whose name has NAME in it")
    parser.add_argument("--scratch", type=Path, default=SCRATCH, metavar="FOLDER")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    parser.add_argument("--pin", action="store_true", help="servers on the first core, the load on the second")
    return parser.parse_args()


def _started(peer: Peer, scratch: Path, folder: Path, stack: ExitStack, pin: bool) -> Result:
    """The peer, running and checked, or why it isn't."""
    tell(f"starting {peer.name}")
    result = Result(peer)
    try:
        result.version = install(peer, scratch)
        running = stack.enter_context(Running(peer, scratch, folder, _on_core(0, pin)))
        running.wait()
        if not peer.limit:
            result.lets_through, result.same = running.lets_through(), running.same()
        result.running = running
    except (Missing, OSError, HTTPException, ValueError) as problem:
        result.missing = str(problem) or type(problem).__name__
    return result


def _measure(result: Result, folder: Path, connections: int, seconds: int, pin: bool) -> None:
    """Add a round's figures; a peer that breaks down under the load isn't measured any more."""
    if result.running is None:
        return
    before = result.running.cpu()
    try:
        figures = load(_on_core(1, pin), folder, result.running.port, connections, seconds)
        figures["cpu"] = (result.running.cpu() - before) / figures["calls"] * 1e6
    except (CalledProcessError, ZeroDivisionError):
        result.running, result.missing = None, f"it stopped answering {connections} connections"
        result.rounds.clear()
        return
    figures["rate"] = figures["calls"] / figures["seconds"]
    result.rounds.setdefault(connections, []).append(figures)


def _on_core(number: int, pin: bool) -> list[str]:
    return ["taskset", "-c", str(number)] if pin else []


if __name__ == "__main__":
    main()
