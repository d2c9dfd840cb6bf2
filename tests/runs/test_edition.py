"""Results name the model's edition; one of another edition is refused in words and left as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from momentsim.errors import MomentsimError
from momentsim.runs import reference_store, resume
from momentsim.runs.edition import MODEL_EDITION, edition_of, other_edition
from momentsim.runs.manifest import versions
from momentsim.runs.results_folder import MANIFEST, draft
from momentsim.runs.working_folder import make_way


def result(place: Path, named: dict[str, str]) -> None:
    with draft(place) as folder:
        (folder / MANIFEST).write_text(json.dumps({"identity": "ab", "complete": True, "versions": named}))


def test_results_name_the_edition() -> None:
    assert edition_of({"versions": versions()}) == MODEL_EDITION
    assert other_edition({"versions": versions()}) == ""


@pytest.mark.parametrize("manifest", [{}, {"versions": {"momentsim": "0.1.0"}}, {"versions": 3}])
def test_results_that_name_none_are_of_the_first(manifest: dict[str, object]) -> None:
    assert edition_of(manifest) == 1
    assert "edition 1 of the model" in other_edition(manifest)


def test_a_result_of_another_edition_is_not_replaced(tmp_path: Path) -> None:
    told: list[str] = []
    result(tmp_path / "old", {"momentsim": "0.1.0"})
    before = (tmp_path / "old" / MANIFEST).read_text("utf-8")
    with pytest.raises(MomentsimError, match="two editions are not compared"):
        make_way(tmp_path / "old", told.append)
    assert (tmp_path / "old" / MANIFEST).read_text("utf-8") == before
    result(tmp_path / "new", versions())
    make_way(tmp_path / "new", told.append)
    make_way(tmp_path / "nowhere", told.append)
    assert told == []


def test_what_is_kept_between_runs_names_the_edition() -> None:
    for kind in (resume.KIND, reference_store.KIND):
        assert kind.endswith(f"edition {MODEL_EDITION}")
