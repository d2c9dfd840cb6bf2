"""What `momentsim new` writes: good to run, and its variants do what its comments say."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

import momentsim as ms
from momentsim.errors import MomentsimError
from momentsim.scenario import load_all
from momentsim.scenario.new import PLAIN, STARTS, new


class Claim(NamedTuple):
    """A variant changes a measure upwards or downwards."""

    variant: str
    measure: str
    up: bool
    item: str = "all"


REPLICATIONS = {PLAIN: 16, "helpdesk": 6, "outage": 4, "airline": 5, "webshop": 4, "bank": 3}
CLAIMS = {
    PLAIN: [
        Claim("moved", "service_level", True),
        Claim("more_agents", "service_level", True),
        Claim("more_agents", "net_benefit", False),
        Claim("announced", "service_level", True),
    ],
    "helpdesk": [
        Claim("staggered_lunch", "service_level", True),
        Claim("staggered_lunch", "net_benefit", True),
        Claim("early_help", "net_benefit", False),
        Claim("locked_out_first", "service_level", True, "locked_out"),
        Claim("locked_out_first", "service_level", False, "how_to"),
    ],
    "outage": [
        Claim("message", "net_benefit", True),
        Claim("message", "blocked_share", False),
        Claim("vague_message", "blocked_share", True),
        Claim("on_call_people", "wait_mean_s", False),
        Claim("more_lines", "abandoned_share", True),
        Claim("more_lines", "net_benefit", False),
    ],
    "airline": [
        Claim("web", "net_benefit", True),
        Claim("reserves", "customers_lost_expected", False),
        Claim("reserves", "net_benefit", True),
        Claim("reserves", "cost_total", True),
        Claim("more_lines", "abandoned_share", True),
        Claim("more_lines", "net_benefit", False),
    ],
    "webshop": [
        Claim("way_out", "net_benefit", True),
        Claim("way_out", "service_level", False),
        Claim("better_bot", "net_benefit", True),
        Claim("more_people", "net_benefit", False),
        Claim("bot_for_all", "customers_lost_expected", True),
    ],
    "bank": [
        Claim("freedom", "net_benefit", True),
        Claim("training", "net_benefit", False),
        Claim("authority", "customers_lost_expected", False),
        Claim("more_people", "net_benefit", False),
    ],
}


@pytest.mark.parametrize("like", (PLAIN, *STARTS))
def test_a_start_passes_every_check_and_is_a_screen(like: str, tmp_path: Path) -> None:
    path = tmp_path / "my_centre.yaml"
    path.write_text(new("my_centre", like), "utf-8")
    loaded = load_all(path)
    assert loaded[None].scenario.name == "my_centre"
    assert all(made.warnings == () for made in loaded.values())
    assert 2 <= len(loaded) - 1 <= 4
    assert {claim.variant for claim in CLAIMS[like]} == set(loaded) - {None}
    lines = path.read_text("utf-8").split("\n")
    assert len(lines) < 70 and max(map(len, lines)) <= 110
    assert all(f"`{name}`" in path.read_text("utf-8") for name in loaded if name is not None)


def test_a_start_needs_a_name_and_a_known_likeness() -> None:
    with pytest.raises(MomentsimError, match="'my centre' is not a name, use letters, digits, _ and -"):
        new("my centre")
    with pytest.raises(
        MomentsimError, match="there is no start like 'hotel', choose one of helpdesk, outage"
    ):
        new("mine", "hotel")


@pytest.mark.slow
@pytest.mark.parametrize("like", CLAIMS)
def test_variants_do_what_the_comments_say(like: str, tmp_path: Path) -> None:
    """Each claimed difference is seven standard errors or more: by chance one fails in less than one of a million."""
    path = tmp_path / f"{like}.yaml"
    path.write_text(new(like, like), "utf-8")
    names = list(dict.fromkeys(claim.variant for claim in CLAIMS[like]))
    table = ms.compare(path, names, replications=REPLICATIONS[like]).table
    for claim in CLAIMS[like]:
        of_item = (table["scope"] == "all") if claim.item == "all" else (table["item"] == claim.item)
        row = table[(table["case"] == claim.variant) & (table["measure"] == claim.measure) & of_item].iloc[0]
        assert (row["difference"] > 0) == claim.up, (claim, row["difference"])
        assert row["low"] > 0 or row["high"] < 0, claim
