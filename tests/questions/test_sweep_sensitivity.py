"""Indices against functions whose indices are known, and noise that does not pass for sensitivity."""

from __future__ import annotations

import numpy as np
import pytest

from momentsim.measures.statistics import FloatArray
from momentsim.questions.designs import unit_points
from momentsim.questions.sweep.grid import saltelli
from momentsim.questions.sweep.sensitivity import (
    grid_parts,
    indices,
    rank_coefficients,
    saltelli_parts,
    with_intervals,
)


def ishigami(shares: FloatArray) -> FloatArray:
    """Ishigami and Homma (1990), a = 7, b = 0.1, of numbers in -pi..pi."""
    first, second, third = (np.pi * (2 * shares[:, key] - 1) for key in range(3))
    return np.asarray(np.sin(first) + 7 * np.sin(second) ** 2 + 0.1 * third**4 * np.sin(first), np.float64)


def design(base: int, keys: int) -> FloatArray:
    return saltelli(unit_points("sobol", base, 2 * keys, 1))


def shaped(values: FloatArray, keys: int) -> FloatArray:
    return values.reshape(keys + 2, -1).T


def test_the_ishigami_function() -> None:
    """Its indices are known: 0.3139, 0.4424, 0 by themselves and 0.5576, 0.4424, 0.2437 in all."""
    values = shaped(ishigami(design(4096, 3)), 3)
    found = indices(saltelli_parts, values, np.zeros((0, *values.shape)))
    assert found.first == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)
    assert found.total == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.01)


def test_a_linear_function_on_a_grid_is_exact() -> None:
    """y = 3 a + b over the same values: 9 to 1; a product term belongs to both."""
    a, b = np.meshgrid(np.arange(-2.0, 3.0), np.arange(-2.0, 3.0), indexing="ij")
    quiet = np.zeros((0, *a.shape))
    linear = indices(grid_parts, 3 * a + b, quiet)
    assert linear.first == pytest.approx([0.9, 0.1])
    assert linear.total == pytest.approx([0.9, 0.1])
    product = indices(grid_parts, a * b, quiet)
    assert product.first == pytest.approx([0.0, 0.0])
    assert product.total == pytest.approx([1.0, 1.0])


def test_noise_is_taken_off() -> None:
    """Values with the noise of a mean of 20: without correction it would pass for interaction."""
    random = np.random.default_rng(1)
    a, b = np.meshgrid(np.arange(8.0), np.arange(8.0), indexing="ij")
    truth = a + 0.0 * b
    noise = random.normal(0.0, 8.0, (20, 8, 8))
    values = truth + noise.mean(axis=0)
    influence = noise - noise.mean(axis=0)
    naive = indices(grid_parts, values, influence[:0])
    found = indices(grid_parts, values, influence)
    assert naive.total[1] > 0.2
    assert found.total[1] == pytest.approx(0.0, abs=0.15)
    assert found.first[0] == pytest.approx(1.0, abs=0.15)
    assert found.noise == pytest.approx(64 / 20 / (truth.var() + 64 / 20), abs=0.1)


def test_only_noise_has_no_indices() -> None:
    """Where the variance is no more than that of noise nothing is claimed (half of all seeds: this one)."""
    noise = np.random.default_rng(4).normal(0.0, 1.0, (20, 4, 4))
    values = 0.5 * noise.mean(axis=0)
    found = indices(grid_parts, values, noise - noise.mean(axis=0))
    assert np.isnan(found.first).all()
    assert found.noise == 1.0


def test_constant_values_have_none() -> None:
    found = indices(grid_parts, np.ones((3, 3)), np.zeros((5, 3, 3)))
    assert np.isnan(found.total).all()


def test_intervals_hold_the_known_indices() -> None:
    """Base points drawn again, 256 of them, each of six intervals at 95 %: a fixed seed, no chance involved."""
    values = shaped(ishigami(design(256, 3)), 3)
    found, low, high = with_intervals(saltelli_parts, values, np.zeros((2, *values.shape)), rows=True)
    for name, known in (("first", (0.3139, 0.4424, 0.0)), ("total", (0.5576, 0.4424, 0.2437))):
        for key, value in enumerate(known):
            assert getattr(low, name)[key] - 0.01 <= value <= getattr(high, name)[key] + 0.01
    assert (high.total - low.total < 0.5).all()
    assert found.noise == 0.0


def test_rank_coefficients_of_a_monotone_function() -> None:
    """Ranks see through exp: 4 to 1 in a linear sum, nearly all explained; a third key does nothing."""
    points = unit_points("latin", 400, 3, 1)
    coefficients, explained = rank_coefficients(points, np.exp(4 * points[:, 0] - points[:, 1]))
    assert coefficients[0] == pytest.approx(4 / np.sqrt(17), abs=0.03)
    assert coefficients[1] == pytest.approx(-1 / np.sqrt(17), abs=0.03)
    assert coefficients[2] == pytest.approx(0.0, abs=0.03)
    assert explained > 0.97
    nothing, unknown = rank_coefficients(points, np.ones(400))
    assert np.isnan(nothing).all()
    assert np.isnan(unknown)
