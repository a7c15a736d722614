"""How far databases side by side go: ``python benchmarks/shards.py``, a simulation.

Organisations, few of which call much and many little (Zipf), are spread over shards by the hash of their names, as a
load balancer does it. All together get so many calls answered until the busiest shard has all that it can answer.
"""

from __future__ import annotations

import argparse
import hashlib
import random
from collections import Counter
from collections.abc import Sequence

from report import facts, rows, spread, write

SHARDS = (1, 2, 4, 8, 16)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200, help="how often organisations are named anew")
    parser.add_argument("--organisations", type=int, nargs="+", default=[16, 100, 1000])
    parser.add_argument("--skew", type=float, default=0.7, help="Zipf's exponent; 0 is even")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    options = parser.parse_args()
    head = ("shards", *(f"{count:,} organisations" for count in options.organisations))
    body = [
        [str(shards), *(_cell(shards, count, options.rounds, options.skew) for count in options.organisations)]
        for shards in SHARDS
    ]
    text = f"{rows(head, body)}\n\n{facts('shards')}"
    print(text)
    if options.write:
        write("shards", text)


def _cell(shards: int, organisations: int, rounds: int, skew: float) -> str:
    weights = [1 / (place + 1) ** skew for place in range(organisations)]
    return spread([gain(weights, shards, seed) for seed in range(rounds)], "x")


def gain(weights: Sequence[float], shards: int, seed: int) -> float:
    """How many times the calls of one shard all together answer, with organisations that call so much."""
    names = random.Random(seed)
    loads: Counter[int] = Counter()
    for weight in weights:
        digest = hashlib.sha256(names.randbytes(12)).digest()
        loads[int.from_bytes(digest[:8], "big") % shards] += weight  # type: ignore[assignment]
    return sum(weights) / max(loads.values())


if __name__ == "__main__":
    main()
