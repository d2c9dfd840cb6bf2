"""Draws: known answers, good statistics, and independence of everything but their names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

from momentsim import draws
from momentsim.compiler.decorators import compiled
from momentsim.draws import Purpose

FALSE_ALARM = 1e-9
"""Threshold of each p value; fewer than 500 are looked at, so a run fails by chance with less than 1e-6."""
COUNT = 200_000

KNOWN_ANSWERS = {  # SplitMix64 of the Java library: seed, first results
    1234567: (6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431),
    0: (0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F, 0xF88BB8A8724C81EC),
}


@compiled
def place_in_sequence(start: np.uint64, place: np.uint64) -> np.uint64:
    """A door to what only compiled code calls."""
    return draws.at(start, place)


@pytest.mark.parametrize("seed", KNOWN_ANSWERS)
def test_known_answers_of_the_sequence(seed: int) -> None:
    found = [int(place_in_sequence(np.uint64(seed), np.uint64(index))) for index in range(4)]
    assert tuple(found) == KNOWN_ANSWERS[seed]


@compiled
def fill(
    key: draws.Key, owners: npt.NDArray[np.uint64], purpose: int, occasion: int, out: npt.NDArray[np.uint64]
) -> None:
    """Raw bits of one draw per owner."""
    for index in range(len(owners)):
        out[index] = draws.bits(key, owners[index], purpose, occasion)


def raw(
    owners: npt.NDArray[np.uint64], *, seed: int = 1, purpose: int = Purpose.TALK, occasion: int = 0
) -> Any:
    out = np.empty(len(owners), np.uint64)
    fill(draws.replication_key(seed, 0), owners, int(purpose), occasion, out)
    return out


def to_unit(bits: npt.NDArray[np.uint64]) -> npt.NDArray[np.float64]:
    return (np.asarray(bits >> np.uint64(11), np.float64) + 0.5) * 2.0**-53


COUNTED = np.arange(COUNT, dtype=np.uint64)
KINDS_OF_OWNERS = {
    "counted": COUNTED,
    "hashed": np.random.default_rng(1).integers(0, 2**64, COUNT, dtype=np.uint64),
    "high_bits": COUNTED << np.uint64(40),
}
"""Owners one after another, owners like hashes, and owners that differ in high bits only."""


@pytest.mark.parametrize("kind", KINDS_OF_OWNERS)
def test_uniformity_of_draws_and_of_all_bits(kind: str) -> None:
    bits = raw(KINDS_OF_OWNERS[kind])
    uniforms = to_unit(bits)
    assert stats.kstest(uniforms, "uniform").pvalue > FALSE_ALARM
    assert stats.chisquare(np.bincount((uniforms * 1000).astype(int), minlength=1000)).pvalue > FALSE_ALARM
    low = np.bincount((bits & np.uint64(255)).astype(int), minlength=256)
    assert stats.chisquare(low).pvalue > FALSE_ALARM
    for index in range(64):
        ones = int(((bits >> np.uint64(index)) & np.uint64(1)).sum())
        assert stats.binomtest(ones, COUNT).pvalue > FALSE_ALARM, index


@pytest.mark.parametrize("kind", KINDS_OF_OWNERS)
def test_neighbours_are_independent(kind: str) -> None:
    uniforms = to_unit(raw(KINDS_OF_OWNERS[kind]))
    for lag in (1, 2, 3, 7, 64):
        independent(uniforms[:-lag], uniforms[lag:])


PAIRS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "purposes": ({"purpose": Purpose.TALK}, {"purpose": Purpose.PATIENCE}),
    "next purposes": ({"purpose": Purpose.REDIAL}, {"purpose": Purpose.REDIAL_DELAY}),
    "occasions": ({"occasion": 1}, {"occasion": 2}),
    "seeds": ({"seed": 1}, {"seed": 2}),
}


@pytest.mark.parametrize("pair", PAIRS)
def test_purposes_occasions_and_seeds_are_independent(pair: str) -> None:
    one, other = (to_unit(raw(COUNTED, **names)) for names in PAIRS[pair])
    independent(one, other)


def independent(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> None:
    """No linear correlation, and no dependence on a 16 x 16 grid."""
    deviation = np.corrcoef(one, other)[0, 1] * np.sqrt(len(one))
    assert 2 * stats.norm.sf(abs(deviation)) > FALSE_ALARM
    grid = np.histogram2d(one, other, bins=16, range=[[0, 1], [0, 1]])[0]
    assert stats.chisquare(grid.ravel()).pvalue > FALSE_ALARM


def test_children_of_an_owner_are_distinct_and_uniform() -> None:
    owner = draws.name_key("customers", "everyone")
    children = np.array([draws.child(owner, ordinal) for ordinal in range(4_000)], np.uint64)
    assert len(np.unique(children)) == len(children)
    assert stats.kstest(to_unit(children), "uniform").pvalue > FALSE_ALARM


# One by one, draws are asked for by the number of a purpose: its name as it is takes the compiler's slow way in.


def test_pairs_agree_with_single_draws_and_are_independent() -> None:
    key = draws.replication_key(3, 1)
    pairs = np.array([draws.uniform_pair(key, np.uint64(n), int(Purpose.QUALITY), 0) for n in range(4_000)])
    single = [draws.uniform(key, np.uint64(n), int(Purpose.QUALITY), 0) for n in range(4_000)]
    assert np.array_equal(pairs[:, 0], single)
    independent(pairs[:, 0], pairs[:, 1])


def test_laws_by_inversion() -> None:
    key = draws.replication_key(3, 1)
    owners = [np.uint64(n) for n in range(4_000)]
    exponentials = [draws.exponential(key, owner, int(Purpose.LIFETIME), 0) for owner in owners]
    normals = [draws.normal(key, owner, int(Purpose.NORM), 0) for owner in owners]
    assert stats.kstest(exponentials, "expon").pvalue > FALSE_ALARM
    assert stats.kstest(normals, "norm").pvalue > FALSE_ALARM
    assert np.array_equal(
        np.argsort(exponentials),
        np.argsort([draws.uniform(key, o, int(Purpose.LIFETIME), 0) for o in owners]),
    )


def test_mirrored_draws_add_up_to_one_exactly() -> None:
    """And so exponentials turn over and normal draws change their sign."""
    key, mirrored = (draws.replication_key(3, 7 + even, antithetic=True) for even in (0, 1))
    for number in range(4_000):
        name = (np.uint64(number * 2**40 + 5), number % 40, number)
        u, v = draws.uniform(key, *name), draws.uniform(mirrored, *name)
        assert u + v == 1.0 and v == 1.0 - u and 0.0 < v < 1.0
        assert tuple(1.0 - u for u in draws.uniform_pair(key, *name)) == draws.uniform_pair(mirrored, *name)
        assert draws.exponential(mirrored, *name) == pytest.approx(-np.log(u), rel=1e-12)
        # 1e-16 of u moves the quantile by as much over the density there
        assert draws.normal(key, *name) + draws.normal(mirrored, *name) == pytest.approx(0.0, abs=1e-9)


def test_hashes_are_not_mirrored() -> None:
    key, mirrored = (draws.replication_key(3, 7 + even, antithetic=True) for even in (0, 1))
    for owner in map(np.uint64, range(100)):
        assert draws.bits(key, owner, 3, 1) == draws.bits(mirrored, owner, 3, 1)
        assert draws.hash_draw(key, owner, 3, 1) == draws.hash_draw(mirrored, owner, 3, 1)
        assert draws.hash_draw(key, owner, 3, 1) == draws.uniform(key, owner, 3, 1)


def test_mirrored_draws_are_uniform_and_independent_of_each_other() -> None:
    mirrored = draws.replication_key(3, 2, antithetic=True)
    one, other = (
        np.array([draws.uniform(mirrored, np.uint64(n), int(purpose), 0) for n in range(5_000)])
        for purpose in (Purpose.TALK, Purpose.PATIENCE)
    )
    assert stats.kstest(one, "uniform").pvalue > FALSE_ALARM
    assert stats.chisquare(np.bincount((one * 100).astype(int), minlength=100)).pvalue > FALSE_ALARM
    independent(one, other)


def test_only_antithetic_even_replications_have_a_mirrored_key_of_another() -> None:
    for odd in (1, 3, 99_999):
        plain = draws.replication_key(1, odd)
        first, second = (draws.replication_key(1, odd + even, antithetic=True) for even in (0, 1))
        assert first == plain and first["mirror"] == 0
        assert second["word"] == plain["word"] and second["mirror"] == np.uint64(2**64 - 1)
        assert draws.replication_key(1, odd + 1)["word"] != plain["word"]
        assert draws.replication_key(1, odd + 1)["mirror"] == 0


def test_normal_quantile_against_scipy() -> None:
    shares = np.concatenate([np.linspace(1e-6, 1 - 1e-6, 20_001), 10.0 ** -np.arange(1, 300, 7)])
    ours = np.array([draws.normal_quantile(float(share)) for share in shares])
    np.testing.assert_allclose(ours, stats.norm.ppf(shares), rtol=2e-14, atol=2e-15)


def test_a_draw_depends_on_its_names_only() -> None:
    """Another purpose, occasion, owner, seed or replication is another draw; the same names are the same draw."""
    key = draws.replication_key(1, 1)
    owner = draws.name_key("a", 1)
    first = draws.uniform(key, owner, Purpose.TALK, 0)
    others = [
        draws.uniform(key, owner, Purpose.TALK, 1),
        draws.uniform(key, owner, Purpose.PATIENCE, 0),
        draws.uniform(key, draws.name_key("a", 2), Purpose.TALK, 0),
        draws.uniform(draws.replication_key(1, 2), owner, Purpose.TALK, 0),
        draws.uniform(draws.replication_key(2, 1), owner, Purpose.TALK, 0),
    ]
    assert draws.uniform(key, draws.name_key("a", 1), Purpose.TALK, 0) == first
    assert len({first, *others}) == 6
    assert draws.name_key("a", "b") != draws.name_key("ab")
    assert draws.name_key("a1") != draws.name_key("a", 1)


def test_purposes_have_own_numbers() -> None:
    """An alias would be a second name of the same draws."""
    assert len(set(Purpose.__members__.values())) == len(Purpose.__members__)
    assert min(Purpose) is Purpose.OWNER
    assert int(Purpose.OWNER) == 0  # as `child` takes it
    assert max(Purpose) < 2**32


UNCOMPILED = """
import json
import numpy as np
from momentsim import draws
from momentsim.compiler.decorators import COMPILING
assert not COMPILING
key = draws.replication_key(5, 2)
names = [(np.uint64(owner * 2**33 + 7), owner % 40, owner % 5) for owner in range(300)]
print(json.dumps({
    "bits": [int(draws.bits(key, *name)) for name in names],
    "uniform": [draws.uniform(key, *name) for name in names],
    "mirrored": [draws.uniform(draws.replication_key(5, 2, antithetic=True), *name) for name in names],
    "normal": [draws.normal(key, *name) for name in names],
    "exponential": [draws.exponential(key, *name) for name in names],
}))
"""


def test_plain_python_gives_the_same_draws() -> None:
    """Bits and uniforms are equal; laws agree to the last places of log."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", UNCOMPILED],
        capture_output=True, text=True, check=True, env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
    )  # fmt: skip
    plain = json.loads(done.stdout)
    key = draws.replication_key(5, 2)
    names = [(np.uint64(owner * 2**33 + 7), owner % 40, owner % 5) for owner in range(300)]
    assert plain["bits"] == [int(draws.bits(key, *name)) for name in names]
    assert plain["uniform"] == [draws.uniform(key, *name) for name in names]
    mirrored = draws.replication_key(5, 2, antithetic=True)
    assert plain["mirrored"] == [draws.uniform(mirrored, *name) for name in names]
    for law in ("normal", "exponential"):
        ours = [getattr(draws, law)(key, *name) for name in names]
        np.testing.assert_allclose(ours, plain[law], rtol=1e-13)
