"""Yesterday's numbers: the only way to change them is `python tests/golden/golden_update.py`, with a changelog line.

Written under "Changes results" in CHANGELOG.md: what changed, and why it is right.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import momentsim as ms

FOLDER = Path(__file__).parent
QUICKSTART = FOLDER.parents[1] / "scenarios" / "quickstart.yaml"
REPLICATIONS = 3

CASES: dict[str, dict[str, object]] = {
    "quickstart": {},
    "quickstart_behaviour_off": {"behaviour": "off"},
}
"""Name of each golden file, and the overrides of the scenario."""


def numbers(overrides: dict[str, object]) -> dict[str, float | None]:
    """Every measure for all customers together; None where it has no meaning."""
    result = ms.run(ms.load(QUICKSTART, overrides=overrides), replications=REPLICATIONS, log="none")
    rows = result.summary[result.summary["scope"] == "all"]
    return {
        str(name): None if math.isnan(value) else float(value)
        for name, value in zip(rows["measure"], rows["value"], strict=True)
    }


def file_of(name: str) -> Path:
    """The golden file of a case."""
    return FOLDER / f"{name}.json"


def main() -> None:
    """Write all golden files anew."""
    for name, overrides in CASES.items():
        file_of(name).write_text(json.dumps(numbers(overrides), indent=1) + "\n", encoding="utf-8")
        print(f"wrote {file_of(name).name}")


if __name__ == "__main__":
    main()
