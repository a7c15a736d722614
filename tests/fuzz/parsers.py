"""A fuzz of everything that is parsed: ``python -m tests.fuzz.parsers --inputs 100000 --seed 1``.

The inputs are shared out among the targets (--target takes one). Each input must end in an answer of documented shape
below 500, a file in a value or a `ValueError`, and in time. With --atheris a target is driven by its coverage, where
that package is installed.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

from tests.fuzz.targets import TARGETS, Target

__all__ = ["fuzz", "made"]

PATIENCE = 20.0  # seconds
LONGEST = 60_000  # bytes


def made(target: Target, random: Random) -> bytes:
    """One input: a sound one that was spoilt, or a heap of the language's words; no longer than a URL may be."""
    return _made(target, random)[:LONGEST]


def _made(target: Target, random: Random) -> bytes:
    if random.random() < 0.3:
        parts = [random.choice(target.words) for _ in range(random.choice([1, 3, 8, 20]))]
        return b"".join(parts)
    data = random.choice(target.seeds)
    for _ in range(random.choice([1, 1, 2, 4])):
        data = random.choice(SPOILS)(data, target, random)
    return data


def _spliced(data: bytes, target: Target, random: Random) -> bytes:
    place = random.randrange(len(data) + 1)
    many = random.choice([1, 2, 50, 3000]) if random.random() < 0.05 else 1
    return data[:place] + random.choice(target.words) * many + data[place:]


def _replaced(data: bytes, target: Target, random: Random) -> bytes:
    start = random.randrange(len(data) + 1)
    return data[:start] + random.choice(target.words) + data[start + random.choice([1, 4, 20]) :]


def _cut(data: bytes, _: Target, random: Random) -> bytes:
    start = random.randrange(len(data) + 1)
    return data[:start] + data[start + random.choice([1, 4, 20, 1000]) :]


def _repeated(data: bytes, _: Target, random: Random) -> bytes:
    start = random.randrange(len(data) + 1)
    part = data[start : start + random.choice([1, 5, 30])]
    return data[:start] + part * random.choice([2, 3, 30]) + data[start:]


def _flipped(data: bytes, _: Target, random: Random) -> bytes:
    place = random.randrange(len(data) + 1)
    return data[:place] + bytes([random.randrange(256)]) + data[place + 1 :]


SPOILS: list[Callable[[bytes, Target, Random], bytes]] = [_spliced, _replaced, _cut, _repeated, _flipped]


class TooSlow(Exception):
    """An input that takes for ever."""


@contextmanager
def in_time() -> Iterator[None]:
    """`TooSlow` is raised in what runs too long, where the system has such an alarm."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def fuzz(name: str, inputs: int, seed: int) -> list[tuple[bytes, str]]:
    """What so many inputs of a target have broken: each with its traceback, of which one of a kind is kept."""
    target, random = TARGETS[name], Random(f"{seed} {name}")
    found: dict[str, tuple[bytes, str]] = {}
    for _ in range(inputs):
        data = made(target, random)
        try:
            with in_time():
                target.run(data)
        except Exception as problem:
            where = traceback.extract_tb(problem.__traceback__)[-1]
            found.setdefault(
                f"{type(problem).__name__} {where.filename}:{where.lineno}", (data, traceback.format_exc())
            )
    return list(found.values())


def driven(name: str) -> None:
    """Let atheris drive a target by its coverage, until it is interrupted or finds something."""
    import atheris

    atheris.instrument_all()
    atheris.Setup([sys.argv[0]], TARGETS[name].run)
    atheris.Fuzz()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--target", choices=TARGETS)
    parser.add_argument("--atheris", action="store_true", help="in place of --inputs and --seed; needs --target")
    options = parser.parse_args()
    names = [options.target] if options.target else list(TARGETS)
    if options.atheris:
        driven(names[0])
    problems = 0
    for name in names:
        begin = time.monotonic()
        found = fuzz(name, options.inputs // len(names), options.seed)
        problems += len(found)
        print(f"{name:<18} {options.inputs // len(names):>9} inputs in {time.monotonic() - begin:>6.0f} s", flush=True)
        for data, text in found:
            print(f"  {data[:300]!r}{'...' * (len(data) > 300)} ({len(data)} bytes)\n{text}")
    print(f"{problems} problems")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
