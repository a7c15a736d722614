"""A service is whole: its folders, rows and schemas fit together, and whoever adds one is told what is missing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from importlib import import_module, resources
from pathlib import Path

import pytest

import contracts
import mockserver
from contracts.contract import error_of
from contracts.judging.model import Frame, Operation, Service
from contracts.tables import COLLECTIONS, OPERATIONS, RULES, SERVICES
from contracts.tables import FOLDERS as LISTED
from mockserver.services.side import Side
from mockserver.services.table import SIDES
from tests.kit.paths import ROOT

CONTRACTS = Path(contracts.__file__).parent / "services"
MOCKSERVER = Path(mockserver.__file__).parent / "services"
FOLDERS = sorted(file.parent.name for file in CONTRACTS.glob("*/service.py"))

RULES_OF_ANOTHER = {("flow_service", "ZO-CON-01")}
"""Flow Service answers where Zoho doesn't take a connection's credentials, and the rule about that is Zoho's."""

NAMES = {"zoho-accounts": "Zoho's accounts servers", "zoho-crm": "CRM"}
"""What the table of docs/server.md calls a service whose base path is a pattern of hosts."""

each_folder = pytest.mark.parametrize("folder", FOLDERS)


def nothing_to_do(sentences: list[str]) -> None:
    """Fails with the sentences themselves, which pytest would cut in a comparison of lists."""
    assert not sentences, "; ".join(sentences)


def side_of(folder: str) -> Side:
    found = [side for side in SIDES if side.name == folder]
    assert found, f"add a line for {folder} to mockserver/services/table.py"
    return found[0]


def services_of(folder: str) -> tuple[Service, ...]:
    return side_of(folder).services


def rows_of(folder: str) -> list[Operation]:
    return [row for row in OPERATIONS if row.service in services_of(folder)]


@each_folder
def test_a_service_has_its_files(folder: str) -> None:
    here = {
        f"contracts/services/{folder}/operations.py": CONTRACTS / folder / "operations.py",
        f"contracts/services/{folder}/errors.py": CONTRACTS / folder / "errors.py",
        f"mockserver/services/{folder}/side.py": MOCKSERVER / folder / "side.py",
        f"tests/services/{folder}/__init__.py": ROOT / "tests" / "services" / folder / "__init__.py",
    }
    nothing_to_do([f"write {name}" for name, path in here.items() if not path.is_file()])
    assert any((ROOT / "tests" / "services" / folder).glob("test_*.py")), f"write a test in tests/services/{folder}/"


@each_folder
def test_both_tables_list_a_service(folder: str) -> None:
    listed = import_module(f"contracts.services.{folder}.operations").OPERATIONS
    assert [row.id for row in listed if row not in OPERATIONS] == [], f"add a line for {folder} to contracts/tables.py"
    ours = services_of(folder)
    lacking = [f"name {row.service.id} in the services of SIDE" for row in listed if row.service not in ours]
    nothing_to_do(lacking)


@each_folder
def test_every_action_is_carried_out_and_asked_for(folder: str) -> None:
    actions, words = side_of(folder).actions(), {row.action for row in rows_of(folder)}
    file = f"mockserver/services/{folder}/side.py"
    nothing_to_do([f"add {word!r} to the actions in {file}" for word in sorted(words - {*actions})])
    unused = [f"take {word!r} out of {file}, or name it in an operation" for word in sorted({*actions} - words)]
    nothing_to_do(unused)


def frames_of(folder: str) -> Iterator[tuple[str, str]]:
    """Schema and package of every frame and every documented body."""
    for row in rows_of(folder):
        for rule in (*row.body_rules, *row.drafts, *row.judges_again):
            if isinstance(rule, Frame):
                yield rule.schema, rule.package
    for service in services_of(folder):
        for collection in service.collections:
            yield from ((rule.schema, rule.package) for rule in collection.frame if isinstance(rule, Frame))
            yield from collection.schemas


@each_folder
def test_every_schema_is_there(folder: str) -> None:
    missing = [
        f"write schemas/{name}.json in the folder of {package}"
        for name, package in sorted(set(frames_of(folder)))
        if not resources.files(package).joinpath("schemas", f"{name}.json").is_file()
    ]
    nothing_to_do(missing)


@each_folder
def test_every_answer_that_an_operation_returns_is_described(folder: str) -> None:
    described = {"Item"}  # a whole resource: the collection's row describes it
    for each in (folder, "gateway"):
        file = CONTRACTS / each / "answers.json"
        described |= set(json.loads(file.read_text("utf-8"))) if file.is_file() else set()
    missing = [
        f"describe {name}, which {row.id} returns, in contracts/services/{folder}/answers.json"
        for row in rows_of(folder)
        for name in row.returns
        if name not in described
    ]
    nothing_to_do(missing)


@each_folder
def test_what_a_service_can_meet_has_an_error_of_its_own(folder: str) -> None:
    """Two services of one folder share their rules and divide the errors between them, so the folder is looked at."""
    rules = f"the errors of contracts/services/{folder}/service.py, or answer the rule by another in its answers"
    errors = {error.id for service in services_of(folder) for error in service.errors}
    wrong = [
        f"{rule.id} is answered by {error_of(service, rule).id}: add that to {rules}"
        for service in services_of(folder)
        for rule in service.rules
        if error_of(service, rule).id not in errors
    ]
    nothing_to_do(wrong)


@each_folder
def test_trouble_is_answered_by_an_error_of_the_service(folder: str) -> None:
    wrong = [
        f"{service.id}: add {error}, the trouble of {status}, to its errors"
        for service in services_of(folder)
        for status, error in service.troubles.items()
        if error not in {each.id for each in service.errors}
    ]
    nothing_to_do(wrong)


@each_folder
def test_every_rule_that_a_row_names_is_the_services(folder: str) -> None:
    wrong = []
    for service in services_of(folder):
        rules = {rule.id for rule in service.rules}
        named = {**dict.fromkeys(service.breaches.values(), "breaches"), **dict.fromkeys(service.answers, "answers")}
        own = [row for row in rows_of(folder) if row.service is service]
        named |= {rule: f"refuses of {row.id}" for row in own for rule in row.refuses}
        wrong += [
            f"{service.id}: {where} names {rule}; correct it, or add the rule to the service's rules"
            for rule, where in named.items()
            if rule not in rules and not (rule in RULES and (folder, rule) in RULES_OF_ANOTHER)
        ]
    nothing_to_do(wrong)


@each_folder
def test_a_service_needs_folders_that_are_there(folder: str) -> None:
    needs = [need for service in services_of(folder) for need in service.needs]
    nothing_to_do([f"correct needs={need!r}: there is no such service" for need in needs if need not in FOLDERS])


@each_folder
def test_the_readme_says_where_a_service_is(folder: str) -> None:
    table = (
        (ROOT / "docs" / "server.md").read_text("utf-8").partition("| URL below that address |")[2].partition("\n\n")[0]
    )
    missing = [
        f"add a row for {service.id} to the table of URLs in docs/server.md"
        for service in services_of(folder)
        if f"`{service.base_path}/" not in table and NAMES.get(service.id, service.id) not in table
    ]
    nothing_to_do(missing)


def test_no_two_services_share_a_base_path() -> None:
    count = Counter(service.base_path for service in SERVICES)
    nothing_to_do([f"give one of the services at {path} another" for path, times in count.items() if times > 1])


def test_no_two_collections_share_a_name() -> None:
    count = Counter(row.name for service in SERVICES for row in service.collections)
    nothing_to_do([f"name one of the collections {name!r} otherwise" for name, times in count.items() if times > 1])
    assert len(COLLECTIONS) == count.total()


def test_both_tables_list_the_same_folders() -> None:
    advice = "each folder with a service.py has one line in contracts/tables.py and one in mockserver/services/table.py"
    assert sorted(LISTED) == FOLDERS, advice
    assert [side.name for side in SIDES] == list(LISTED), advice
