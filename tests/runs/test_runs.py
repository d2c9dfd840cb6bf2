"""Running scenarios from Python."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import momentsim as ms
from momentsim.errors import MomentsimError
from momentsim.prepare import reference_operation
from momentsim.runs import reference
from momentsim.runs.progress import Progress
from momentsim.runs.reference import content_key, reference_for

QUICKSTART = Path(__file__).parents[2] / "scenarios" / "quickstart.yaml"
SHORT = {"horizon": "4 h", "demand.volumes.question.per_day": 2400}


def carry_on(_share: float) -> bool:
    return True


def test_results_have_the_promised_tables() -> None:
    result = ms.run(ms.load(QUICKSTART, overrides=SHORT), replications=2, log="all")
    assert list(result.summary.columns) == [
        "measure", "scope", "item", "value", "low", "high", "unit", "replications",
    ]  # fmt: skip
    assert set(result.contacts["replication"]) == {1, 2}
    assert set(result.moments["replication"]) == {1, 2}
    assert result.intervals.columns[0] == "interval_start"
    assert list(result.ledger.columns) == ["line", "owner", "reason", "segment", "amount", "low", "high"]
    assert len(result.agents) == 18
    assert not result.interrupted
    assert result.replications == (1, 2)


def test_serial_and_threads_give_the_same_bits() -> None:
    loaded = ms.load(QUICKSTART, overrides=SHORT)
    serial, threads = (ms.run(loaded, replications=6, workers=workers, log="all") for workers in (1, 4))
    pd.testing.assert_frame_equal(serial.summary, threads.summary, check_exact=True)
    pd.testing.assert_frame_equal(serial.contacts, threads.contacts, check_exact=True)
    for one, other in zip(serial.digests.values(), threads.digests.values(), strict=True):
        for name in one._fields:
            assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_more_replications_leave_the_first_ones_as_they_are() -> None:
    loaded = ms.load(QUICKSTART, overrides=SHORT)
    few, many = (ms.run(loaded, replications=count, log="none") for count in (2, 4))
    for number in (1, 2):
        assert np.array_equal(few.digests[number].waits, many.digests[number].waits)
    assert not np.array_equal(many.digests[3].waits, many.digests[4].waits)


def test_without_a_log_there_are_no_contacts() -> None:
    result = ms.run(ms.load(QUICKSTART, overrides=SHORT), replications=1, log="none")
    with pytest.raises(MomentsimError, match="kept no log"):
        _ = result.contacts


def test_progress_is_told_and_never_goes_back() -> None:
    class Seen(Progress):
        def __init__(self) -> None:
            self.stages: list[str] = []
            self.shares: list[float] = []

        def stage(self, name: str) -> None:
            self.stages.append(name)
            self.shares = []

        def share(self, done: float) -> None:
            self.shares.append(done)

    seen = Seen()
    ms.run(ms.load(QUICKSTART, overrides=SHORT), replications=5, progress=seen, workers=1)
    assert seen.stages == ["reference", "prepare", "simulate"]
    assert seen.shares == sorted(seen.shares)
    assert seen.shares[-1] == pytest.approx(1.0)


def test_the_pilot_is_shared_by_variants_that_change_the_operation_only() -> None:
    base = ms.load(QUICKSTART, overrides=SHORT)
    crowded = ms.load(QUICKSTART, overrides={**SHORT, "workforce.groups.team.heads": 6})
    harder = ms.load(QUICKSTART, overrides={**SHORT, "moments.question.resolution": "60 %"})
    keys = [content_key(reference_operation(loaded, base)) for loaded in (base, crowded, harder)]
    assert keys[0] == keys[1] != keys[2]


def test_the_pilot_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "_cache", {})
    loaded = ms.load(QUICKSTART, overrides=SHORT)
    first = reference_for(loaded, loaded, clock="compiled", on_progress=carry_on)
    monkeypatch.setattr(reference, "simulate", None)
    assert reference_for(loaded, loaded, clock="compiled", on_progress=carry_on) is first


def test_without_memory_the_reference_is_neutral() -> None:
    loaded = ms.load(QUICKSTART, overrides={**SHORT, "behaviour.memory": "off"})
    found = reference_for(loaded, loaded, clock="compiled", on_progress=carry_on)
    assert found.of("question").centre == 0.0
    assert found.of("question").spread == 1.0


def test_overrides_as_mapping_or_list() -> None:
    one = ms.load(QUICKSTART, overrides={"waiting.lines": 30})
    other = ms.load(QUICKSTART, overrides=["waiting.lines=30"])
    assert one.content_hash == other.content_hash != ms.load(QUICKSTART).content_hash


@pytest.mark.slow
def test_save_writes_a_whole_folder(tmp_path: Path) -> None:
    result = ms.run(ms.load(QUICKSTART, overrides=SHORT), replications=2)
    place = ms.save(result, tmp_path / "kept")
    assert {"summary.csv", "contacts.parquet", "manifest.json"} <= {path.name for path in place.iterdir()}
