"""``python -m mockserver.control.docs FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path

from mockserver.control.docs import main

if __name__ == "__main__":
    main(Path(sys.argv[1]))
