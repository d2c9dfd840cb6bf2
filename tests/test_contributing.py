"""CONTRIBUTING.md and the index of decisions say what is there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "momentsim"
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
DECISIONS = ROOT / "docs" / "decisions"
BEHAVIOURS = re.findall(r"^\| (.+) \| `(\S+)` \| `(\w+)` \|$", CONTRIBUTING, re.MULTILINE)
STATUS = re.compile(r"holds(, changed by \d+(, \d+)*)?|replaced by \d+")


def test_the_behaviours_of_the_table_are_read() -> None:
    assert len(BEHAVIOURS) == 24


@pytest.mark.parametrize(("behaviour", "file", "name"), BEHAVIOURS)
def test_a_behaviour_is_where_it_is_said_to_be(behaviour: str, file: str, name: str) -> None:
    defined = rf"^((def|class) {name}\b|{name}\b.* = |  +{name}: \{{)"  # the last in YAML
    assert re.search(defined, (PACKAGE / file).read_text("utf-8"), re.MULTILINE), behaviour


def test_every_path_exists() -> None:
    named = set(re.findall(r"`([\w./]+/[\w.]*|\w+\.(?:py|md|json|toml|yaml))`", CONTRIBUTING))
    assert len(named) > 20
    assert [
        path for path in sorted(named) if not any((base / path).exists() for base in (ROOT, PACKAGE))
    ] == []


def test_every_decision_is_listed_with_its_title_and_a_status() -> None:
    index = (DECISIONS / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| \[(\d+)\. [^]]+\]\((\S+)\) \| .+ \| (.+) \|$", index, re.MULTILINE)
    notes = sorted(path.name for path in DECISIONS.glob("[0-9]*.md"))
    assert [file for _number, file, _status in rows] == notes
    for number, file, status in rows:
        assert int(file[:4]) == int(number)
        assert (DECISIONS / file).read_text("utf-8").startswith(f"# {number}. ")
        assert STATUS.fullmatch(status), f"{file}: {status}"


def test_links_of_documents_lead_somewhere() -> None:
    broken = [
        f"{document.relative_to(ROOT)}: {link}"
        for document in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md"))
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text("utf-8"))
        if "://" not in link and not (document.parent / link).exists()
    ]
    assert broken == []


@pytest.mark.slow
@pytest.mark.parametrize(("options", "collected"), [((), False), (("--all",), True)])
def test_slow_tests_run_when_asked_for(options: tuple[str, ...], collected: bool) -> None:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--collect-only",
        "-q",
        "-n",
        "0",
        *options,
        "tests/golden/test_folders.py",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert ("test_every_table_is_that_of_yesterday" in done.stdout) is collected


def test_the_oldest_versions_are_those_of_the_project() -> None:
    command = [sys.executable, str(ROOT / ".ci" / "oldest")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    declared = (ROOT / "pyproject.toml").read_text("utf-8").lower()
    constraints = [line.split("==") for line in done.stdout.splitlines()]
    assert {"numpy", "pandas", "pyyaml", "pytest"} <= {name for name, _version in constraints}
    for name, version in constraints:
        assert re.search(rf'"{name}(\[\w+\])?>={re.escape(version)}\b', declared), name
