"""What is measured: a row for each figure, with what it is measured beside and the goal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from report import Goal, middle, ratios, spread

from inside import calls, processes

Measure = Callable[[], float]

_SERVE = "{python} -m mockserver serve --port {port}"
_FASTAPI = "{python} -m uvicorn --app-dir {apps} fastapi_app:app --port {port} --no-access-log"
_LIGHT = Goal(5, " ms")
_FIRST = partial(processes.fixture, first=True)
_LATER = partial(processes.fixture, first=False)


@dataclass
class Row:
    """Both sides are measured in turn. ``less``: the figure is what this side takes more than the other.

    Such differences are formed round by round and told with how sure their median is: single ones are mostly noise.

    A goal in ``x`` is one for the ratio.
    """

    name: str
    unit: str
    goal: Goal | None
    measure: Measure
    beside: str = ""
    other: Measure | None = None
    less: bool = False
    rounds: int = 0
    mine: list[float] = field(default_factory=list)
    others: list[float] = field(default_factory=list)
    failed: str = ""

    def turn(self, counts: bool) -> None:
        """Measure both sides once."""
        mine, other = self.measure(), self._other()
        if counts:
            self.mine.append(mine)
            self.others += other

    def _other(self) -> list[float]:
        """The other side's figure; none, and a remark, where it fails."""
        if self.other is None:
            return []
        try:
            return [self.other()]
        except Exception as problem:
            self.beside, self.other = f"{self.beside} fails: {type(problem).__name__}", None
            return []

    def cells(self) -> list[str]:
        if self.failed:
            return [self.name, f"not measured: {self.failed}", "", "", ""]
        mine, unit = self.mine, f" {self.unit}"
        if self.less:
            mine = [with_it - without for with_it, without in zip(self.mine, self.others, strict=True)]
        beside, ratio = self.beside, []
        if self.others and not self.less:
            beside, ratio = f"{self.beside}: {spread(self.others, unit)}", ratios(self.mine, self.others)
        goal = self.goal.told(ratio if self.goal.unit == "x" else mine) if self.goal else ""
        told = (middle if self.less else spread)(mine, unit)
        return [self.name, told, beside, spread(ratio, "x") if ratio else "", goal]


def _plugin(name: str, plugin: str, goal: Goal | None = None, rounds: int = 0, **environment: str) -> Row:
    with_it = partial(processes.empty_session, plugin, **environment)
    without = partial(processes.empty_session, **environment)
    return Row(name, "ms", goal, with_it, "", without, less=True, rounds=rounds)


def table() -> list[Row]:
    return [
        Row("core `handle`, journal on", "us", Goal(20, " us"), calls.handle),
        Row("a check by `jsonschema` alone, for scale", "us", None, calls.jsonschema_alone),
        Row("a check by `jsonschema-rs` alone, for scale", "us", None, calls.jsonschema_rs_alone),
        Row(
            "`requests` through `flow_service_patched`",
            "us",
            Goal(1.15, "x"),
            calls.requests_through_the_kit,
            "a bare `responses` callback",
            calls.requests_through_responses,
        ),
        Row(
            "`httpx` through `FlowServiceTransport`",
            "us",
            None,
            calls.httpx_through_the_kit,
            "`respx`",
            calls.httpx_through_respx,
        ),
        Row(
            "first `flow_service`, set-up and tear-down",
            "ms",
            Goal(120, " ms"),
            partial(_FIRST, "flow_service"),
            "`httpserver`",
            partial(_FIRST, "httpserver"),
        ),
        Row(
            "later `flow_service`, set-up and tear-down",
            "ms",
            Goal(2, " ms"),
            partial(_LATER, "flow_service"),
            "`httpserver`",
            partial(_LATER, "httpserver"),
        ),
        _plugin("plugin in a session that doesn't use it", "flowservice", _LIGHT, 120),
        _plugin("the same, `PYTHONDONTWRITEBYTECODE=1`", "flowservice", _LIGHT, 120, PYTHONDONTWRITEBYTECODE="1"),
        _plugin("pytest-httpserver's plugin, for scale", "pytest_httpserver"),
        _plugin("hypothesis' plugin, for scale", "hypothesispytest"),
        _plugin("schemathesis' plugin, for scale", "schemathesis"),
        Row("`mockserver --help`", "ms", Goal(150, " ms"), processes.help_text),
        Row(
            "`mockserver serve` until the first answer",
            "ms",
            Goal(250, " ms"),
            processes.first_answer(_SERVE),
            "FastAPI on uvicorn",
            processes.first_answer(_FASTAPI),
        ),
        Row(
            "strategy of valid connections",
            "examples/s",
            Goal(900, " examples/s", at_least=True),
            calls.strategy,
            "`hypothesis-jsonschema`",
            calls.hypothesis_jsonschema,
        ),
        Row("client contract, default battery, `-n 2`", "s", Goal(20, " s"), processes.battery, rounds=3),
    ]
