"""How a store is read."""

from __future__ import annotations

import gc

from mockserver.stored.reading import uncollected


def test_garbage_is_collected_again_once_the_first_of_all_has_ended() -> None:
    with uncollected():
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
