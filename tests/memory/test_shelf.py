"""Many records that are put on a shelf at once."""

from __future__ import annotations

from mockserver.memory.shelf import Author, Record, Shelf

SOMEBODY = Author("user", "client")


def record(number: int) -> Record:
    times = 1_800_000_000_000, 1_800_000_000_000
    return Record(
        f"id{number}", number, ("org", "prod"), b"{}", "enabled", '"etag"', *times, SOMEBODY, SOMEBODY, {}, ()
    )


def test_what_comes_late_stands_in_the_order_of_creation_and_is_as_large_as_one_by_one() -> None:
    shelf, other = Shelf([record(1)]), Shelf()
    shelf.extend([record(4), record(2), record(3)])
    for number in (1, 4, 2, 3):
        other.put_back(record(number))
    assert list(shelf) == list(other) == ["id1", "id2", "id3", "id4"]
    assert shelf.size == other.size
