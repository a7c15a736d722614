"""What a type checker has to find: one mistake in each of these lines."""

from __future__ import annotations

from contracts import Contract
from mockserver import Mock
from pytest_flowservice import FlowService


def mistakes(flow_service: FlowService) -> None:
    print(flow_service.ur)
    flow_service.faults.add(statu=503)
    flow_service.clock.advance("60")
    Mock(Contract("strickt"))
