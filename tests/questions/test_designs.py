"""Designs fill the cube evenly, are repeatable, and say what they cannot do."""

from __future__ import annotations

import numpy as np
import pytest

from momentsim.errors import MomentsimError
from momentsim.questions.designs import DESIGNS, DesignName, unit_points


@pytest.mark.parametrize("design", DESIGNS)
def test_points_lie_in_the_cube_and_come_again(design: DesignName) -> None:
    points = unit_points(design, 64, 5, seed=3)
    assert points.shape == (64, 5)
    assert ((points > 0) & (points < 1)).all()
    assert (points == unit_points(design, 64, 5, seed=3)).all()
    assert (points != unit_points(design, 64, 5, seed=4)).any()


@pytest.mark.parametrize("design", DESIGNS)
def test_every_strip_of_every_dimension_has_one_point(design: DesignName) -> None:
    strips = np.sort(np.floor(unit_points(design, 32, 7, seed=1) * 32), axis=0)
    assert (strips == np.arange(32)[:, None]).all()


def test_what_cannot_be_designed_is_said() -> None:
    with pytest.raises(MomentsimError, match="take 64 or 128"):
        unit_points("sobol", 100, 2, seed=1)
    with pytest.raises(MomentsimError, match="at least 1 point"):
        unit_points("latin", 0, 2, seed=1)
