"""Random operations on schemas, datasets and mapping sets, beside a small model that knows what refers to what."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from mockserver import Mock
from tests.kit.depth import examples
from tests.kit.platform import PLAIN, SHORT, catalog, dataset, made, mapping_set, prep, registry, schema
from tests.kit.sender import Sender, core

PICK = st.integers(0, 20)
TITLES = st.sampled_from(["a", "b", "c", "é"])


class Around(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        mock = Mock()
        self.sent = Sender("core", mock, core(mock))
        self.schemas: dict[str, str] = {}
        """Titles by ``$id``."""
        self.datasets: dict[str, str] = {}
        """The schema of each dataset."""
        self.mappings: dict[str, int] = {}
        """The version of each mapping set."""

    @initialize()
    def a_schema_to_start_from(self) -> None:
        self.make_schema("first")

    def schema(self, number: int) -> str:
        known = [*self.schemas, "https://ns.adobe.com/x/schemas/nosuch"]
        return known[number % len(known)]

    @rule(title=TITLES)
    def make_schema(self, title: str) -> None:
        answer = registry(self.sent, "POST", "/tenant/schemas", schema(title))
        if title in self.schemas.values():
            assert answer.code == "XDM-1521-400"
        else:
            self.schemas[made(answer)["$id"]] = title

    @rule(number=PICK, title=TITLES)
    def rename_schema(self, number: int, title: str) -> None:
        id = self.schema(number)
        patch = [{"op": "replace", "path": "/title", "value": title}]
        answer = registry(self.sent, "PATCH", f"/tenant/schemas/{quote(id, safe='')}", patch)
        if id not in self.schemas:
            assert answer.status == 404
        elif title in (other for each, other in self.schemas.items() if each != id):
            assert answer.code == "XDM-1521-400"
        else:
            self.schemas[made(answer, 200)["$id"]] = title

    @rule(number=PICK)
    def delete_schema(self, number: int) -> None:
        id = self.schema(number)
        answer = registry(self.sent, "DELETE", f"/tenant/schemas/{quote(id, safe='')}")
        if id not in self.schemas:
            assert answer.status == 404
        elif id in self.datasets.values():
            assert (answer.status, self.sent.rules) == (400, ["SR-DEL-01"])
        else:
            assert answer.status == 204
            del self.schemas[id]

    @rule(number=PICK)
    def make_dataset(self, number: int) -> None:
        id = self.schema(number)
        (reference,) = made(catalog(self.sent, "POST", "/dataSets", dataset(id)))
        self.datasets[reference.rpartition("/")[2]] = id
        assert [row["rule"] for row in self.sent.violations] == ([] if id in self.schemas else ["CT-NEW-05"])

    @rule(number=PICK)
    def delete_dataset(self, number: int) -> None:
        ids = [*self.datasets, "0" * 24]
        id = ids[number % len(ids)]
        found: Any = made(catalog(self.sent, "DELETE", f"/dataSets/{id}"), 200)
        assert found == ([f"@/dataSets/{id}"] if self.datasets.pop(id, None) else [])

    @rule(number=PICK, replaced=st.booleans())
    def write_mapping_set(self, number: int, replaced: bool) -> None:
        body = mapping_set(self.schema(number))
        id = [*self.mappings, ""][number % (len(self.mappings) + 1)]
        if replaced and id:
            self.mappings[id] += 1
            assert made(prep(self.sent, "PUT", f"/mappingSets/{id}", body), 200)["version"] == self.mappings[id]
        else:
            self.mappings[made(prep(self.sent, "POST", "/mappingSets", body), 200)["id"]] = 0

    @invariant()
    def all_is_as_the_model_has_it(self) -> None:
        rows = made(registry(self.sent, "GET", "/tenant/schemas", accept=SHORT), 200)["results"]
        assert {row["$id"]: row["title"] for row in rows} == self.schemas
        views = made(catalog(self.sent, "GET", "/dataSets?limit=100"), 200)
        assert {id: view["schemaRef"]["id"] for id, view in views.items()} == self.datasets
        sets = made(prep(self.sent, "GET", "/mappingSets?limit=100&start=0"), 200)["data"]
        assert {each["id"]: each["version"] for each in sets} == self.mappings
        for id in self.schemas:
            one = f"/tenant/schemas/{quote(id, safe='')}"
            assert made(registry(self.sent, "GET", one, accept=PLAIN), 200)["$id"] == id


def test_services_and_model_agree() -> None:
    run_state_machine_as_test(
        Around, settings=settings(max_examples=examples(16), stateful_step_count=12, deadline=None)
    )
