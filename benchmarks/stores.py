"""What a store costs: ``python benchmarks/stores.py``.

The documented POST /connections for Zoho CRM, from many connections and organisations, to a mock in memory, on SQLite
and on a PostgreSQL of its own (whose programs have to be on this machine), side by side in one run. ``--beside PYTHON``
measures the kit of another environment too, in turn with this one.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from report import Goal, facts, ratios, rows, spread, tell, write
from storing.delay import delayed
from storing.load import Figures, load
from storing.processor import used
from storing.servers import served
from storing.share import can_share, shared

from tests.stored.private_postgresql import Postgres, private_postgres

MANY = 16
NAMES = itertools.count(1)
KINDS = ("server", "database", "load")
"""Whose processor time of a call is told."""


@dataclass
class Case:
    """One way to serve: ``replicas`` servers of ``workers`` processes, asked from so many ``connections``.

    With a ``share`` each replica has so much of one core.
    """

    name: str
    store: str
    workers: int = 1
    replicas: int = 1
    tenants: int = 1
    connections: int = MANY
    delay: float = 0.0
    share: float = 0.0
    is_mixed: bool = False
    goal: tuple[str, Goal] | None = None
    found: list[Figures] = field(default_factory=list)


FAR = {"tenants": 16, "delay": 2.0}
FEW, MORE = 64, 256  # connections; the goals are to be reached from the few


def _far(connections: int, share: float = 0.0) -> Iterator[Case]:
    """One replica that is 2 ms away from its database, and two."""
    name = f"{'' if connections == FEW else f'{connections} connections, '}PostgreSQL 2 ms away, "
    of, each = (f" of {share:g} cores", " each") if share else ("", "")
    at_least = ("", Goal(1500, "/s", True)) if connections == FEW else None
    one = Case(f"{name}one replica{of}", "postgresql", connections=connections, share=share, goal=at_least, **FAR)
    two = f"{name}two replicas{of}{each}, routed by organisation"
    yield one
    yield replace(one, name=two, replicas=2, goal=(one.name, Goal(1.8, "x", True)), found=[])


CASES = (
    Case("memory", "memory"),
    Case("SQLite", "sqlite", goal=("memory", Goal(0.4, "x", at_least=True))),
    Case("SQLite, 2 workers", "sqlite", workers=2, goal=("SQLite", Goal(1, "x", at_least=True))),
    Case("PostgreSQL", "postgresql", goal=("memory", Goal(0.25, "x", at_least=True))),
    Case("PostgreSQL, 2 workers", "postgresql", workers=2, goal=("PostgreSQL", Goal(1, "x", at_least=True))),
    Case("memory, 16 organisations", "memory", tenants=16),
    Case("SQLite, 16 organisations", "sqlite", tenants=16, goal=("memory, 16 organisations", Goal(0.4, "x", True))),
    Case(
        "PostgreSQL, 16 organisations",
        "postgresql",
        tenants=16,
        goal=("memory, 16 organisations", Goal(0.25, "x", True)),
    ),
    Case("PostgreSQL, 16 organisations, 2 workers", "postgresql", workers=2, tenants=16),
    *_far(FEW),
    *_far(MORE),
    *_far(MORE, share=0.3),
    *_far(FEW, share=0.25),
    Case(
        "PostgreSQL 2 ms away, two replicas, in turn", "postgresql", replicas=2, connections=FEW, is_mixed=True, **FAR
    ),
    Case("64 connections to memory", "memory", tenants=16, connections=64),
    Case(
        "64 connections to two memories",
        "memory",
        replicas=2,
        tenants=16,
        connections=64,
        goal=("64 connections to memory", Goal(1.8, "x", True)),
    ),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--only", nargs="+", metavar="WORDS", help="the cases whose name has any of them in it")
    parser.add_argument("--beside", metavar="PYTHON", help="the interpreter of an environment with another kit")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    options = parser.parse_args()
    chosen = [each for each in CASES if not options.only or any(words in each.name for words in options.only)]
    if not can_share():
        tell("nobody but root can give a process a share of a core: the cases with one are left out")
        chosen = [each for each in chosen if not each.share]
    others = {each.name: Case(each.name, each.store) for each in chosen} if options.beside else {}
    with private_postgres() as postgres:
        for number in range(options.rounds):
            for case in chosen:
                tell(f"round {number + 1} of {options.rounds}: {case.name}")
                case.found.append(_measured(case, postgres, options.seconds, sys.executable))
                if options.beside:
                    others[case.name].found.append(_measured(case, postgres, options.seconds, options.beside))
    tell("")
    text = f"{_table(chosen, others)}\n\n{facts('stores', f'{options.rounds} rounds of {options.seconds:g} s')}"
    print(text)
    if options.write:
        write("stores", text)


def _measured(case: Case, postgres: Postgres, seconds: float, python: str) -> Figures:
    """On a new store: first the server warms up for a second."""
    with ExitStack() as stack:
        store, others = stack.enter_context(_store(case, postgres))
        servers = [stack.enter_context(served(store, case.workers, python)) for _ in range(case.replicas)]
        for each in servers if case.share else ():
            stack.enter_context(shared(each.process.pid, case.share))
        ports = [each.port for each in servers]
        load(case.connections, 1.0, case.tenants, ports, case.is_mixed)
        groups = {"server": [each.process.pid for each in servers], "database": others}
        before = {name: sum(map(used, pids)) for name, pids in groups.items()}
        found = load(case.connections, seconds, case.tenants, ports, case.is_mixed)
        for name, pids in groups.items():
            found[name] = (sum(map(used, pids)) - before[name]) / max(1, found["calls"]) * 1e6
        return found


@contextmanager
def _store(case: Case, postgres: Postgres) -> Iterator[tuple[str | None, list[int]]]:
    """The URL of a new one, and the processes of the database and of the way to it."""
    if case.store == "memory":
        yield None, []
    elif case.store == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/store.db", []
    else:
        url, pid = postgres.created(f"bench{next(NAMES)}"), postgres.pid
        if not case.delay:
            yield url, [pid]
            return
        with delayed(postgres.port, case.delay) as (port, proxy):
            yield url.replace(f":{postgres.port}/", f":{port}/"), [pid, proxy]


def _table(cases: list[Case], others: dict[str, Case]) -> str:
    by_name = {case.name: case for case in cases}
    head = ["store", "calls/s", "beside", "goal", *(f"{kind}'s processor, us" for kind in KINDS), "p50, ms", "p99, ms"]
    if others:
        head.append("calls/s of the other kit")
    return rows(head, [_row(case, by_name, others) for case in cases])


def _row(case: Case, by_name: dict[str, Case], others: dict[str, Case]) -> list[str]:
    rates = _all(case, "rate")
    beside, goal = _beside(case, by_name)
    failed = sum(_all(case, "failed"))
    cells = [
        f"{case.name} ({failed:.0f} failed)" if failed else case.name,
        spread(rates),
        beside,
        goal,
        *(spread(_all(case, kind)) for kind in KINDS),
        spread(_all(case, "p50")),
        spread(_all(case, "p99")),
    ]
    return [*cells, spread(_all(others[case.name], "rate"))] if others else cells


def _beside(case: Case, by_name: dict[str, Case]) -> tuple[str, str]:
    if case.goal is None:
        return "", ""
    name, goal = case.goal
    if not name:
        return "", goal.told(_all(case, "rate"))
    if name not in by_name:
        return "", ""
    ratio = ratios(_all(case, "rate"), _all(by_name[name], "rate"))
    return f"{spread(ratio, 'x')} of {name}", goal.told(ratio)


def _all(case: Case, name: str) -> list[float]:
    return [figures[name] for figures in case.found]


if __name__ == "__main__":
    main()
