from __future__ import annotations

import sys
from pathlib import Path

# Test folders are not packages; the builder of made-up traces is shared with the report's tests.
sys.path.insert(0, str(Path(__file__).parent.parent / "measures"))
