"""A line to SQLite, beside a model of what stands in the file; and what it looks at."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.stored.address import address_of
from mockserver.stored.database import Database
from mockserver.stored.line import Asked, Changes, Entry, Found, Line, Version
from mockserver.stored.sqlite import SqliteLine
from tests.kit.depth import examples

PARTS = [f"{number:016x}" for number in range(4)]
NAMES = [f"{number:032x}" for number in range(6)]


@contextmanager
def file(count: int = 1) -> Iterator[list[Database]]:
    """A new one, as so many processes have opened it."""
    with tempfile.TemporaryDirectory() as folder:
        databases = [Database(address_of(f"sqlite:///{folder}/store.db")) for _ in range(count)]
        databases[0].create("f" * 16)
        try:
            yield databases
        finally:
            for each in databases:
                each.close()


def write(database: Database, changes: Changes) -> None:
    with database.line(lambda line: line.open(Asked(PARTS))) as (line, _):
        line.hand_in(changes)()


def found(database: Database, part: str, known: int) -> Found:
    with database.line(lambda line: line.open(Asked(known={part: known}))) as (_, answer):
        return answer


def loaded(database: Database, part: str) -> list[Entry]:
    def all_of(line: Line) -> list[Entry]:
        return [entry for entries in line.load(part) for entry in entries]

    with database.line(all_of) as (_, entries):
        return entries


class Model:
    """All of a file, as one dictionary."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], Entry] = {}
        self.versions: dict[str, Version] = {}
        self.newest = 0
        self._places = itertools.count()

    def changes(self, steps: Mapping[str, Mapping[str, bool]], jump: int, purges: bool) -> Changes:
        """Those of a transaction: which names of which parts are written, and whether they are gone then."""
        versions: dict[str, int] = {}
        purged: dict[str, int] = {}
        entries = []
        for part, names in steps.items():
            self.newest += jump
            before = self.versions.get(part, Version())
            versions[part] = self.newest
            if purges:
                purged[part] = before.version
            for name, gone in names.items():
                entry = Entry(part, name, "records", b"%d" % jump, gone, next(self._places), self.newest)
                entries.append(entry)
                there = self.entries.get((part, name))
                self.entries[part, name] = entry if there is None or there.gone else entry._replace(place=there.place)
            old = {each for each in self.of(part) if purges and each.gone and each.changed <= before.version}
            self.versions[part] = Version(self.newest, before.version if old else before.purged)
            for each in old:
                del self.entries[part, each.name]
        return Changes(versions, entries, purged)

    def of(self, part: str, known: int = -1) -> list[Entry]:
        own = [each for each in self.entries.values() if each.part == part and each.changed > known]
        return sorted(own, key=lambda each: each.place)


CHANGED = st.dictionaries(st.sampled_from(NAMES), st.booleans(), min_size=1)
STEPS = st.dictionaries(st.sampled_from(PARTS), CHANGED, min_size=1)
TRANSACTION = st.tuples(STEPS, st.integers(1, 400), st.booleans(), st.integers(0, 1))


@given(transactions=st.lists(TRANSACTION, min_size=1, max_size=12), data=st.data())
@settings(max_examples=examples(40), deadline=None)
def test_what_is_found_is_what_was_written(transactions: Any, data: st.DataObject) -> None:
    model = Model()
    with file(2) as databases:
        for steps, jump, purges, writer in transactions:
            write(databases[writer], model.changes(steps, jump, purges))
            for reader, part in itertools.product(databases, PARTS):
                assert loaded(reader, part) == model.of(part)
            part = data.draw(st.sampled_from(PARTS))
            changed = [0, *(each.changed for each in model.of(part))]
            known = data.draw(st.sampled_from(changed)) + data.draw(st.integers(0, 1))
            for reader in databases:
                answer = found(reader, part, known)
                assert answer.newest == model.newest
                assert answer.versions == {part: model.versions.get(part, Version())}
                assert sorted(answer.entries) == sorted(model.of(part, known))


@pytest.mark.parametrize("known", [0, 15_000])
def test_what_is_new_of_a_part_is_found_without_looking_at_all(known: int) -> None:
    """Counted in steps of SQLite's machine: others have changed thousands of entries since."""
    own, others = PARTS[0], [f"{number:016x}" for number in range(1, 101)]

    with file() as (database,):
        for newest in range(0, 200 * 101, 101):
            versions = {part: newest + 1 + number for number, part in enumerate((*others, own))}
            entries = [Entry(part, f"{new:032x}", "records", b"x", False, new, new) for part, new in versions.items()]
            write(database, Changes(versions, entries, {}))
        with database.line(lambda line: line) as (line, _):
            assert isinstance(line, SqliteLine)
            steps = itertools.count()
            line._connection.set_progress_handler(lambda: next(steps) < 0, 1)
            answer = line.open(Asked(known={own: known}))
    assert len(answer.entries) == 200 - known // 101
    assert next(steps) < 10_000
