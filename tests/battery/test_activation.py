"""The group of the client contract about destinations, measured by clients."""

from __future__ import annotations

import re
import textwrap

import pytest

from contracts.battery import Activation, ActivationContract, DatasetExport
from contracts.battery.sendings import AUDIENCES, DATASETS, audiences_for, datasets_for, serving
from contracts.battery.settings import PARTS
from contracts.promises import PROMISES
from tests.kit.chain import make
from tests.kit.clients.senders import SENDER_MUTANTS, Sender
from tests.kit.depth import few
from tests.kit.paths import ROOT
from tests.kit.sender import under

HEAD = f"""
import sys
sys.path.append({str(ROOT)!r})
from contracts.battery import Activation, ActivationContract, DatasetExport
from contracts.battery.sendings import AUDIENCES, DATASETS, audiences_for, datasets_for, serving
from tests.kit.clients import senders as clients
from tests.kit.clients.acme import AcmeError


class Whole(ActivationContract):
    errors = AcmeError
    client = clients.Sender

    def activate(self, platform, activation):
        return self.client(platform).activate(activation)

    def export_dataset(self, platform, export):
        return self.client(platform).export(export)
"""

CORRECT = {
    "requests": "class TestIt(Whole): pass",
    "httpx, async": """
        class TestIt(Whole):
            client = clients.AsyncSender
            async def activate(self, platform, activation):
                return await self.client(platform).activate(activation)
            async def export_dataset(self, platform, export):
                return await self.client(platform).export(export)
    """,
    "requests, persistent": "class TestIt(Whole): client = clients.Persistent",
    "requests, with attributes and keys": """
        class TestIt(Whole):
            client = clients.Mapping
            sends = ("attributes", "keys", "mapping")
            destinations = ("amazon-s3-destination", "azure-event-hubs-destination", "sftp-legacy-destination")
    """,
    "requests, to other destinations": """
        class TestIt(Whole):
            destinations = ("azure-event-hubs-destination", "data-landing-zone-destination", "sftp-legacy-destination")
    """,
}
KILLERS = {
    "FS-DST-44": "FC-REQ-11",
    "FS-ETAG-01": "FC-REQ-11",
    "FS-DST-60": "FC-REQ-11",
    "FS-FLOW-08": "FC-REQ-11",
    "FC-REQ-04": "FC-REQ-11",
    "FC-REQ-08": "FC-REQ-11",
    "FC-NET-01": "FC-REQ-11",
    "FC-SEC-04": "FC-SEC-01",
}
"""The rule in the name of the test that tells another one."""


def play(pytester: pytest.Pytester, code: str, *options: str) -> pytest.RunResult:
    pytester.makepyfile(test_client=HEAD + textwrap.dedent(code))
    given = ("-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist", "-q", *options)
    return pytester.runpytest_inprocess(*given)


@pytest.mark.parametrize("style", few(CORRECT, 0, 1))
def test_a_correct_client_passes(pytester: pytest.Pytester, style: str) -> None:
    result = play(pytester, CORRECT[style])
    outcomes = result.parseoutcomes()
    assert outcomes == ({"passed": 24} if "keys" in style else {"passed": 23, "skipped": 1}), result.stdout.str()


FIRST = dict(list(SENDER_MUTANTS.items())[:1])
EACH_THIRD = dict(list(SENDER_MUTANTS.items())[::3])


@pytest.mark.parametrize("bank", few([FIRST, EACH_THIRD, SENDER_MUTANTS], 1, 2), ids=["one", "each third", "all"])
def test_a_mutant_is_caught_by_the_rule_that_it_breaks(
    pytester: pytest.Pytester, bank: dict[str, tuple[str, type[Sender]]]
) -> None:
    """Of each mutant only the tests that tell its rule are run."""
    code = "\n".join(
        f"class Test{name}(Whole):\n    client, timeout = clients.SENDER_MUTANTS[{name!r}][1], 1.5\n"
        f"    destinations, sends = client.destinations, {PARTS if rule == 'FC-ACT-06' else ()}"
        for name, (rule, _) in bank.items()
    )
    wanted = " or ".join(f"(Test{name} and {KILLERS.get(rule, rule)})" for name, (rule, _) in bank.items())
    text = play(pytester, code, "-k", wanted).stdout.str()
    told = set(re.findall(r"^_+ Test(\w+)\..* _+\n(F[SC]-\w+-\d+) ", text, re.MULTILINE))
    assert [(name, rule) for name, (rule, _) in bank.items() if (name, rule) not in told] == []
    assert not re.search("do.not.log", text, re.IGNORECASE)


def test_every_promise_of_the_group_has_a_mutant() -> None:
    own = {id for id in PROMISES if id.startswith("FC-ACT-")}
    assert own <= {rule for rule, _ in SENDER_MUTANTS.values()}


def test_what_a_client_lacks_is_skipped_with_a_reason(pytester: pytest.Pytester) -> None:
    code = """
        class TestNone(ActivationContract): pass
        class TestExport(ActivationContract):
            errors = AcmeError
            def export_dataset(self, platform, export):
                return clients.Sender(platform).export(export)
    """
    result = play(pytester, code, "-k", "FC-ACT or FC-REQ or FC-TEN")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        ["*20 skipped  the client has no activate", "* 1 skipped  the client has no export_dataset"]
    )
    assert result.parseoutcomes() == {"passed": 9, "skipped": 21, "deselected": 18}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("def activates(self, platform, activation): ...", "no such name; nearest: activate"),
        ("def exportDataset(self, platform, export): ...", "no such name; nearest: export_dataset"),
        ("destination = ('sftp-destination',)", "no such name; nearest: destinations"),
        ("destinations = ('sftp-destinatoin',)", "goes to 'sftp-destinatoin'; nearest: sftp-destination"),
        ("destinations = ('airship-attributes-destination',)", "goes to 'airship-attributes-destination'"),
        ("destinations = ()", "none given"),
        ("destinations = 'sftp-destination'", "destinations is a tuple of keys"),
        ("sends = ('key',)", "sends is a tuple of attributes, keys, mapping"),
        ("sends = 'keys'", "sends is a tuple of attributes, keys, mapping"),
    ],
)
def test_a_misspelt_name_is_told_with_the_nearest(line: str, why: str) -> None:
    with pytest.raises((TypeError, ValueError), match=re.escape(why)):
        exec(f"class TestIt(ActivationContract):\n    {line}", {"ActivationContract": ActivationContract})


CARRIED = [(AUDIENCES, key) for key in serving(AUDIENCES)] + [(DATASETS, key) for key in serving(DATASETS)]


@pytest.mark.parametrize(("carried", "key"), CARRIED)
def test_the_bodies_for_every_destination_keep_its_rules(carried: str, key: str) -> None:
    sent = under("default")
    activation: Activation = audiences_for(key, "a flow", "one", "two")
    export: DatasetExport | None = datasets_for(key, "a flow") if carried == DATASETS else None
    given = export or activation
    base = make(sent, "connections", given.base_connection())
    source = make(sent, "sourceConnections", given.source_connection())
    target = make(sent, "targetConnections", given.target_connection(base))
    flow = make(sent, "flows", given.flow(source, target))
    if export is None:
        operations = [*activation.operations(), *activation.operations_beside()]
        assert sent("PATCH", f"/flows/{flow}", operations, if_match="*").status == 200
    warnings = {found["rule"] for row in sent.mock.journal.rows() for found in row["violations"]}
    assert warnings == (
        {"FS-REF-07"} if export is None and activation.profile_mapping else set()
    )  # a set that isn't there
