"""Word of mouth in expectation: delighted customers bring others, let-down ones keep them away.

Only deviations from the reference operation count: there a known share of moments are delights and let-downs, and
what they tell is in the baseline already. Telling is in proportion to the stakes, as wallet events are: hardly
anybody tells of an address change.
"""

from __future__ import annotations

import math

from momentsim.compiler.decorators import compiled_apart
from momentsim.contract.trace import MomentClass
from momentsim.engine.customers import brand
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World
from momentsim.rules.word_of_mouth import joins_by_bad, joins_by_good


@compiled_apart
def spread_word(w: World, slot: int, label: int, now: int) -> None:
    """Book the joins that this moment is expected to bring (below 0: to prevent), and their value.

    Only where customers are won at all. Of a firm that is thought less of, good news persuades less and bad more.
    """
    case = tables.cases(w, slot)
    if tables.settings(w)["word_of_mouth_on"] == 0 or tables.segments(w, case["segment"])["joining"] <= 0.0:
        return
    effects = tables.effects(w)
    reason = tables.reasons(w, case["reason"])
    good = joins_by_good(
        effects["tell_good"], effects["reach_good"], effects["listener_prospect"],
        effects["purchase_up"], effects["prior_purchase"],
    )  # fmt: skip
    bad = joins_by_bad(
        effects["tell_bad"], effects["reach_bad"], effects["listener_prospect"],
        effects["purchase_down"], effects["prior_purchase"],
    )  # fmt: skip
    liking = math.exp(effects["brand_acquisition"] * brand.brand_level(w, now))
    delight = int(label == MomentClass.DELIGHT) * liking - reason["delight_share"]
    let_down = int(label == MomentClass.LET_DOWN) / liking - reason["let_down_share"]
    joins = case["stakes"] * (good * delight - bad * let_down)
    tally = tables.tally(w, case["reason"], case["segment"], case["kind"])
    tally["joins_told"] += joins
    tally["word_of_mouth"] += joins * tables.newcomer(w, case["segment"])
    tables.joinings(w, case["segment"])["told"] += joins
