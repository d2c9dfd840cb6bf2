"""A report in a real browser: accessible on a desk and in a hand, alone with itself, and on paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import momentsim as ms
from app.browser.axe import check_accessible
from app.browser.chromium import DESK, HAND, Screens, Watch
from cli.fixtures import MINIMAL

pytestmark = pytest.mark.browser
KINDS = ("run", "compare")
LANGUAGES = ("en", "zh")
SIZES = {"desk": DESK, "hand": HAND}
A4_POINTS = (595.3, 841.9)
SHORTEN = "document.querySelectorAll('tbody tr:nth-child(n+9)').forEach(row => row.remove())"
"""Rows of a table have the same elements; with hundreds of them axe needs twice as long."""


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    """The report of a run and of a comparison, in each language a copy."""
    place = tmp_path_factory.mktemp("reports")
    (place / "small.yaml").write_text(MINIMAL, encoding="utf-8")
    folders = {
        "run": ms.save(ms.run(place / "small.yaml", replications=3), place / "run"),
        "compare": ms.save(ms.compare(place / "small.yaml", replications=3), place / "compare"),
    }
    copies = {}
    for kind, folder in folders.items():
        for language in LANGUAGES:
            made = (folder / "report.html", place / f"{kind}_{language}.html")
            ms.report_on(folder, language=language)
            copies[kind, language] = made[0].replace(made[1])
    return copies


def alone(watch: Watch, file: Path) -> str:
    """Address of a file, which is all that its page may ask for."""
    watch.expect(rf"^left this machine: {re.escape(file.as_uri())}$")
    return file.as_uri()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_report_is_accessible_and_asks_for_nothing(
    reports: dict[tuple[str, str], Path],
    screens: Screens,
    watch: Watch,
    kind: str,
    language: str,
    size: str,
) -> None:
    address = alone(watch, reports[kind, language])
    page = screens.open(SIZES[size], address)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate(SHORTEN)
    check_accessible(page)
    assert watch.asked == {address}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_report_prints_on_a4(
    reports: dict[tuple[str, str], Path], screens: Screens, watch: Watch, kind: str, language: str
) -> None:
    """The size is the page's own; more than the director's page comes out, and not a page for each row."""
    page = screens.open(DESK, alone(watch, reports[kind, language]))
    paper = page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", paper)
    assert 5 < len(boxes) < 40
    for box in boxes:
        assert tuple(map(float, box)) == pytest.approx(A4_POINTS, abs=1.0)
