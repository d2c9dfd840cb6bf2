"""What a customer is worth to the outlook date, and by how much a change of the bond moves that.

Value is earned on the pay dates: margin/12 x spend x wallet x survival, the customer living on without contacts. Both
worlds, with the change and without it, are summed side by side over the same dates; what fades or dies in a month is
a constant factor, because pay dates are a month apart.
"""

from __future__ import annotations

import math

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import DAY, MONTH
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World
from momentsim.rules.loyalty import (
    ein,
    fade,
    is_near,
    is_near_exponent,
    lasting,
    near_ein,
    near_exp,
    shown_of_target,
)

_LN2 = math.log(2.0)


@compiled_apart
def value_of_bond(
    w: World, row: int, now: int, behaviour_after: float, target_after: float, grievance_after: float
) -> float:
    """Survival to now times (expected value to the outlook after - before) a change of the bond.

    Behaviour, wallet target and grievance are those right after the change; the customer's own, brought up to date
    to now, those before it. Exact for every change, whatever has fallen together in it.
    """
    person = tables.customers(w, row)
    behaviour = person["behaviour"]
    target = person["wallet_target"]
    grievance = person["grievance"]
    if behaviour == behaviour_after and target == target_after and grievance == grievance_after:
        return 0.0
    dates = tables.sizes(w)["pay_dates"]
    first = first_pay_date_after(w, now)
    if first >= dates:
        return 0.0
    ahead = float(tables.pay_dates(w, first)["value"] - now)
    about = tables.segments(w, person["segment"])
    rest = about["behaviour_rest"]
    rate = person["rate"]
    fill_faithful_dates(w, 0, dates - first, rate, behaviour - rest, grievance, ahead)
    fill_faithful_dates(w, dates, dates - first, rate, behaviour_after - rest, grievance_after, ahead)
    total = sum_over_dates(w, row, dates - first, first, target_after)
    return float(math.exp(-person["hazard"] - rate * ahead) * person["pay"] * total)


@compiled_inside
def sum_over_dates(w: World, row: int, count: int, first: int, target_after: float) -> float:
    """Wallet x faithfulness after - before, by survival from the first date on; `faithful` holds both worlds.

    The wallet is carried from when it was last written (`wallet_at`) to the first date; the change comes now.
    """
    person = tables.customers(w, row)
    effects = tables.effects(w)
    dates = tables.sizes(w)["pay_dates"]
    rest = tables.segments(w, person["segment"])["wallet_rest"]
    lag = effects["wallet_lag_d"] * DAY
    relaxing = effects["wallet_half_life_d"] * DAY
    elapsed = float(tables.pay_dates(w, first)["value"] - person["wallet_at"])
    relaxed = fade(1.0, elapsed, relaxing)
    gap = person["wallet_target"] - rest
    target = gap * relaxed
    wallet = fade(person["wallet"] - rest, elapsed, lag) + gap * shown_of_target(elapsed, lag, relaxing)
    more_target = 0.0
    more_wallet = 0.0
    if target_after != person["wallet_target"]:  # the wallet has been brought to now
        more_target = (target_after - person["wallet_target"]) * relaxed
        more_wallet = (target_after - person["wallet_target"]) * shown_of_target(elapsed, lag, relaxing)
    monthly = math.exp(-person["rate"] * MONTH)
    survival = 1.0
    total = 0.0
    for date in range(count):
        lagged = tables.lagged_months(w, date)["value"]
        shown = tables.shown_months(w, date)["value"]
        before = rest + wallet * lagged + target * shown
        more = more_wallet * lagged + more_target * shown
        stays = tables.faithful(w, dates + date)["value"]
        total += survival * (before * (stays - tables.faithful(w, date)["value"]) + more * stays)
        survival *= monthly
    return total


@compiled_inside
def fill_faithful_dates(
    w: World, start: int, dates: int, rate: float, away: float, grievance: float, ahead: float
) -> None:
    """How behaviour `away` from rest and a grievance change survival to each pay date; from row `start` on.

    The first date is `ahead` of now. A factor of exp(rate / k x (Ein(z) - Ein(z f) - gG x (L(z) - f^p L(z f)))), f the
    share of a displacement that is left on the date and f^p that of a grievance (see `hazard_integral`). The usual
    case is without a branch or a call, so that the processor works on two dates at a time.
    """
    effects = tables.effects(w)
    half_life = effects["displacement_half_life_d"] * DAY
    mending = effects["grievance_half_life_d"] * DAY
    strength = rate * half_life / _LN2
    z = effects["churn_slope"] * away
    harm = effects["churn_per_grievance"] * grievance
    ratio = half_life / mending
    fading = fade(1.0, ahead, half_life)
    at_first = z * fading
    harm_at_first = harm * (fading * fading if ratio == 2.0 else fade(1.0, ahead, mending))
    whole = ein(z) - harm * lasting(z, ratio)
    farthest = 1.1 * abs(z) + 1.2 * harm / ratio  # where z is near; fading only brings it nearer
    terms = terms_of_lasting(w)
    if is_near(z) and is_near_exponent(strength * farthest):
        for date in range(dates):
            shown = at_first * tables.faded_months(w, date)["value"]
            grief = harm_at_first * tables.mended_months(w, date)["value"]
            left = near_ein(shown) - grief * near_lasting(terms, shown)
            tables.faithful(w, start + date)["value"] = near_exp(strength * (whole - left))
    elif is_near(z):
        for date in range(dates):
            shown = at_first * tables.faded_months(w, date)["value"]
            grief = harm_at_first * tables.mended_months(w, date)["value"]
            left = near_ein(shown) - grief * near_lasting(terms, shown)
            tables.faithful(w, start + date)["value"] = math.exp(strength * (whole - left))
    else:
        for date in range(dates):
            shown = at_first * tables.faded_months(w, date)["value"]
            grief = harm_at_first * tables.mended_months(w, date)["value"]
            left = ein(shown) - grief * lasting(shown, ratio)
            tables.faithful(w, start + date)["value"] = math.exp(strength * (whole - left))


@compiled_inside
def terms_of_lasting(w: World) -> tuple[float, float, float, float, float, float, float, float]:
    """Coefficients of `lasting` near 0 at the ratio of this run, from 1 on; `LASTING_TERMS` of them.

    Read before the loop over dates, which writes to a table, so that the processor need not read them again.
    """
    return (
        float(tables.lasting_terms(w, 0)["value"]),
        float(tables.lasting_terms(w, 1)["value"]),
        float(tables.lasting_terms(w, 2)["value"]),
        float(tables.lasting_terms(w, 3)["value"]),
        float(tables.lasting_terms(w, 4)["value"]),
        float(tables.lasting_terms(w, 5)["value"]),
        float(tables.lasting_terms(w, 6)["value"]),
        float(tables.lasting_terms(w, 7)["value"]),
    )


@compiled_inside
def near_lasting(terms: tuple[float, float, float, float, float, float, float, float], z: float) -> float:
    """`lasting` of z where it is near 0, by Horner's scheme."""
    a, b, c, d, e, f, g, h = terms
    return ((((((h * z + g) * z + f) * z + e) * z + d) * z + c) * z + b) * z + a


@compiled_inside
def first_pay_date_after(w: World, now: int) -> int:
    """Index of the first pay date after now."""
    low = 0
    high = tables.sizes(w)["pay_dates"]
    while low < high:
        middle = (low + high) >> 1
        if tables.pay_dates(w, middle)["value"] <= now:
            low = middle + 1
        else:
            high = middle
    return low
