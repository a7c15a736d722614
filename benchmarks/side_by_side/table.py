"""The table of what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from report import Goal, ratios, rows, spread

from side_by_side.load import Figures
from side_by_side.rows import FIXED, KIT, Peer
from side_by_side.running import Running

MANY, ONE = LOADS = (16, 1)
"""Keep-alive connections."""

_LATENCY = Goal(1.5, "x")

_HEAD = (
    "server", "version", f"calls/s, {MANY} connections", "this kit beside it", "goal", "processor time a call, us",
    "p50 with 1 connection, us", "p99, us", "remarks",
)  # fmt: skip


@dataclass
class Result:
    """``rounds`` are the figures by number of connections; ``missing`` says why there are none."""

    peer: Peer
    version: str = ""
    missing: str = ""
    running: Running | None = None
    lets_through: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    rounds: dict[int, list[Figures]] = field(default_factory=dict)

    def all(self, connections: int, name: str) -> list[float]:
        return [figures[name] for figures in self.rounds[connections]]


def table(results: Sequence[Result]) -> str:
    found = {result.peer.name: result for result in results if result.rounds}
    kit = found.get(KIT)
    text = rows(_HEAD, [_row(result, kit) for result in results])
    if kit and FIXED in found:
        latency = ratios(kit.all(ONE, "p50"), found[FIXED].all(ONE, "p50"))
        told = f"{spread(latency, 'x')} that of {FIXED} ({_LATENCY.told(latency)})"
        text += f"\n\nWith one connection this kit's p50 is {told}."
    return text


def _row(result: Result, kit: Result | None) -> list[str]:
    if not result.rounds:
        return [
            result.peer.name,
            result.version,
            "",
            "",
            "",
            "",
            "",
            "",
            f"not measured: {result.missing}".replace("|", "\\|"),
        ]
    rates = result.all(MANY, "rate")
    beside = ratios(kit.all(MANY, "rate"), rates) if kit and kit is not result else []
    return [
        result.peer.name,
        result.version,
        spread(rates),
        spread(beside, "x") if beside else "",
        result.peer.goal.told(beside) if result.peer.goal and beside else "",
        spread(result.all(MANY, "cpu")),
        spread(result.all(ONE, "p50")),
        spread(result.all(ONE, "p99")),
        _remarks(result),
    ]


def _remarks(result: Result) -> str:
    failed = sum(figures["failed"] for rounds in result.rounds.values() for figures in rounds)
    return "; ".join(
        part
        for part in (
            result.peer.note,
            f"lets through what is {', '.join(result.lets_through)}" if result.lets_through else "",
            f"the same {' and '.join(result.same)} each time" if result.same else "",
            f"{failed} calls failed" if failed else "",
        )
        if part
    )
