"""What a customer is worth, how a change of the bond moves that, and what rest between contacts adds to it.

Worth is margins on the pay dates to come, for somebody who lives on among the usual contacts: it is that of
`rules.outlook`, worked out here from tables by pay date. Each change books survival x (worth after - worth before),
for churn (margins at the usual wallet) and for the wallet (what it brings beyond) apart. An account by segment has
what was earned and what customers are worth in the end, less what they were worth in the beginning and all that was
booked within the horizon: what is left is what rest between contacts gave.
"""

from __future__ import annotations

import math
from typing import Final

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import DAY, MONTH, PRICED_NORMS
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World
from momentsim.rules.loyalty import (
    ein,
    fade,
    hazard_integral,
    is_near,
    is_near_exponent,
    lasting,
    near_ein,
    near_exp,
    shown_of_target,
)
from momentsim.rules.outlook import dates_behind, harm_beyond_usual, months_of_half_year

_LN2 = math.log(2.0)
MOST_LEAVING: Final = 50.0
"""The largest usual hazard in a month that worth is reckoned with."""

_NORM_STEP = 8.0 / (PRICED_NORMS - 1)
"""Usual prices are known from -4 to 4 SD."""


@compiled_inside
def open_booking(w: World) -> None:
    """Nothing has been booked yet to what happens now."""
    booking = tables.booking(w)
    booking["churn"] = 0.0
    booking["wallet"] = 0.0
    booking["within_12m"] = 0.0


@compiled_inside
def keeps_accounts(w: World) -> bool:
    """Whether what customers live through changes what they are worth."""
    settings = tables.settings(w)
    return bool(settings["memory_on"] != 0 and settings["score_only"] == 0)


@compiled_inside
def usual_grievance(w: World, segment: int) -> float:
    """With which customers of this segment start, and to which they go back."""
    return float(tables.segments(w, segment)["grievance"] * int(tables.settings(w)["grievances_on"] != 0))


@compiled_inside
def usual_rate(w: World, row: int) -> float:
    """Hazard of a customer at displacement 0 among the usual contacts, per microsecond.

    Bounded where hardly anybody is left on a pay date: beyond, survival is 0 and what changes it has no number.
    """
    person = tables.customers(w, row)
    rate = person["rate"] * tables.segments(w, person["segment"])["usual_over_rest"]
    return float(min(rate, MOST_LEAVING / MONTH))


@compiled_inside
def usual_harm(w: World, row: int, grievance: float) -> float:
    """By how much this grievance of a customer raises that hazard."""
    usual = usual_grievance(w, tables.customers(w, row)["segment"])
    return harm_beyond_usual(tables.effects(w)["churn_per_grievance"], grievance, usual)


@compiled_apart
def book_change(
    w: World, row: int, now: int, behaviour_after: float, target_after: float, grievance_after: float
) -> None:
    """Book survival to now times (worth after - worth before) a change of the bond.

    Behaviour, wallet target and grievance are those right after the change; the customer's own, brought up to date
    to now, those before it. Exact for every change, whatever has fallen together in it. Where the target changes the
    wallet has been brought to now.
    """
    person = tables.customers(w, row)
    behaviour = person["behaviour"]
    target = person["wallet_target"]
    grievance = person["grievance"]
    if behaviour == behaviour_after and target == target_after and grievance == grievance_after:
        return
    first = first_pay_date_after(w, now)
    if first >= tables.outlook(w)["monthly"]:
        return
    dates = tables.sizes(w)["pay_dates"]
    rate = usual_rate(w, row)
    since = float(now - tables.settings(w)["warm_up"])
    fill_faithful_dates(w, 0, first, rate, behaviour, usual_harm(w, row, grievance), since)
    fill_faithful_dates(w, dates, first, rate, behaviour_after, usual_harm(w, row, grievance_after), since)
    wallet, gone_to = wallet_from_tables(w, row, now)
    more_wallet, more_target = 0.0, 0.0
    if target_after != target:
        more_wallet, more_target = carried_to_start(w, 0.0, target_after - target, since)
    ahead = float(tables.pay_dates(w, first)["value"] - now)
    scale = math.exp(-person["hazard"] - rate * ahead) * person["pay"]
    book_sums(w, row, first, rate, scale, wallet, gone_to, more_wallet, more_target)


@compiled_inside
def book_sums(
    w: World,
    row: int,
    first: int,
    rate: float,
    scale: float,
    wallet: float,
    target: float,
    more_wallet: float,
    more_target: float,
) -> None:
    """Sum over dates of what `faithful` and the wallets of both worlds differ by, and book `scale` times that.

    Wallets are gaps at the start (see `wallet_from_start`): those before, and by how much they are more after.
    """
    outlook = tables.outlook(w)
    dates = tables.sizes(w)["pay_dates"]
    monthly = math.exp(-rate * MONTH)
    survival = scale
    churn, wallets, earned = 0.0, 0.0, 0.0
    for date in range(first, outlook["monthly"]):
        counted = survival * tables.pay_weights(w, date)["value"]
        shown = tables.wallet_dates(w, date)
        stays = counted * tables.faithful(w, dates + date)["value"]
        earned = stays - counted * tables.faithful(w, date)["value"]
        churn += earned
        before = wallet * shown["lagged"] + target * shown["shown"]
        wallets += earned * before + stays * (more_wallet * shown["lagged"] + more_target * shown["shown"])
        survival *= monthly
    within = churn + wallets
    if dates > outlook["monthly"]:
        months = months_of_half_year(rate, outlook["growth"])
        half_year = monthly * monthly * monthly
        survival *= half_year * monthly * monthly * months
        half_year *= half_year
        for date in range(outlook["monthly"], dates):
            counted = survival * tables.pay_weights(w, date)["value"]
            shown = tables.wallet_dates(w, date)
            stays = counted * tables.faithful(w, dates + date)["value"]
            earned = stays - counted * tables.faithful(w, date)["value"]
            churn += earned
            before = wallet * shown["lagged"] + target * shown["shown"]
            wallets += earned * before + stays * (
                more_wallet * shown["lagged"] + more_target * shown["shown"]
            )
            survival *= half_year
        if outlook["endless"]:
            churn += earned * dates_behind(rate, outlook["growth"])
    booking = tables.booking(w)
    booking["churn"] += churn
    booking["wallet"] += wallets
    booking["within_12m"] += within
    if tables.centre(w)["in_horizon"] and tables.customers(w, row)["churned"] < 0:
        enter(w, row, -churn, -wallets, -within)


@compiled_inside
def enter(w: World, row: int, churn: float, wallet: float, within_12m: float) -> None:
    """Enter amounts into the account of a customer's segment."""
    account = tables.rested(w, tables.customers(w, row)["segment"])
    account["churn"] += churn
    account["wallet"] += wallet
    account["within_12m"] += within_12m


@compiled_apart
def enter_worth(w: World, row: int, now: int, sign: float) -> None:
    """Enter `sign` times what a customer, up to date, is worth from now on, survival so far included."""
    person = tables.customers(w, row)
    outlook = tables.outlook(w)
    first = first_pay_date_after(w, now)
    rate = usual_rate(w, row)
    since = float(now - tables.settings(w)["warm_up"])
    harm = usual_harm(w, row, person["grievance"])
    fill_faithful_dates(w, 0, first, rate, person["behaviour"], harm, since)
    wallet, target = wallet_from_start(w, row, now)
    ahead = float(tables.pay_dates(w, first)["value"] - now)
    survival = sign * math.exp(-person["hazard"] - rate * ahead) * person["pay"]
    monthly = math.exp(-rate * MONTH)
    churn, wallets, earned = 0.0, 0.0, 0.0
    for date in range(first, outlook["monthly"]):
        shown = tables.wallet_dates(w, date)
        earned = survival * tables.pay_weights(w, date)["value"] * tables.faithful(w, date)["value"]
        churn += earned
        wallets += earned * (wallet * shown["lagged"] + target * shown["shown"])
        survival *= monthly
    within = churn + wallets
    if tables.sizes(w)["pay_dates"] > outlook["monthly"]:
        half_year = monthly**6
        survival *= monthly**5 * months_of_half_year(rate, outlook["growth"])
        for date in range(outlook["monthly"], tables.sizes(w)["pay_dates"]):
            shown = tables.wallet_dates(w, date)
            earned = survival * tables.pay_weights(w, date)["value"] * tables.faithful(w, date)["value"]
            churn += earned
            wallets += earned * (wallet * shown["lagged"] + target * shown["shown"])
            survival *= half_year
        if outlook["endless"]:
            churn += earned * dates_behind(rate, outlook["growth"])
    enter(w, row, churn, wallets, within)


@compiled_inside
def earn(w: World, row: int, now: int) -> None:
    """Enter the margins of the pay dates that pass until now, before the customer is brought up to date."""
    person = tables.customers(w, row)
    first = first_pay_date_after(w, person["touched"])
    last = first_pay_date_after(w, now)
    if last > first and keeps_accounts(w):
        earn_between(w, row, first, last)


@compiled_apart
def earn_between(w: World, row: int, first: int, last: int) -> None:
    """Enter the margins of these dates (the last one excluded), on which nothing has happened since the last touch."""
    person = tables.customers(w, row)
    effects = tables.effects(w)
    about = tables.segments(w, person["segment"])
    half_life = effects["displacement_half_life_d"] * DAY
    mending = effects["grievance_half_life_d"] * DAY
    away = person["behaviour"] - about["behaviour_rest"]
    harm = effects["churn_per_grievance"] * person["grievance"]
    for date in range(first, last):
        elapsed = float(tables.pay_dates(w, date)["value"] - person["touched"])
        left = fade(1.0, elapsed, half_life)
        leaves = person["hazard"] + hazard_integral(
            person["rate"], away, effects["churn_slope"], half_life, elapsed, left, harm, half_life / mending
        )
        earned = person["pay"] * math.exp(-leaves) * tables.pay_weights(w, date)["value"]
        beyond = wallet_on_date(w, row, date)
        enter(w, row, earned, earned * beyond, earned * (1.0 + beyond))


@compiled_inside
def wallet_on_date(w: World, row: int, date: int) -> float:
    """What the wallet is beyond 1 on a pay date until which nothing happens."""
    person = tables.customers(w, row)
    beyond_rest = tables.segments(w, person["segment"])["wallet_rest"] - 1.0
    if is_unmoved(w, row):
        return float(beyond_rest * tables.wallet_dates(w, date)["resting"])
    effects = tables.effects(w)
    lag = effects["wallet_lag_d"] * DAY
    relaxing = effects["wallet_half_life_d"] * DAY
    elapsed = float(tables.pay_dates(w, date)["value"] - person["wallet_at"])
    wallet = person["wallet"] - 1.0 - beyond_rest
    target = person["wallet_target"] - 1.0 - beyond_rest
    return float(beyond_rest + fade(wallet, elapsed, lag) + target * shown_of_target(elapsed, lag, relaxing))


@compiled_inside
def is_unmoved(w: World, row: int) -> bool:
    """Whether nothing has moved the wallet of a customer who was one from the start on."""
    person = tables.customers(w, row)
    is_first = person["wallet_at"] == tables.settings(w)["warm_up"]
    return bool(is_first and person["wallet"] == 1.0 and person["wallet_target"] == 1.0)


@compiled_inside
def wallet_from_start(w: World, row: int, now: int) -> tuple[float, float]:
    """Gaps of wallet and target to 1 at the start from which those of now would have come among the usual contacts.

    So that one table by pay date serves every now. Until now the wallet goes to its rest.
    """
    person = tables.customers(w, row)
    rest = tables.segments(w, person["segment"])["wallet_rest"] if tables.centre(w)["in_horizon"] else 1.0
    wallet, target = person["wallet"], person["wallet_target"]
    elapsed = float(now - person["wallet_at"])
    if elapsed > 0.0:
        lag = tables.effects(w)["wallet_lag_d"] * DAY
        relaxing = tables.effects(w)["wallet_half_life_d"] * DAY
        gap = target - rest
        wallet = rest + fade(wallet - rest, elapsed, lag) + gap * shown_of_target(elapsed, lag, relaxing)
        target = rest + fade(gap, elapsed, relaxing)
    return carried_to_start(w, wallet - 1.0, target - 1.0, float(now - tables.settings(w)["warm_up"]))


@compiled_inside
def wallet_from_tables(w: World, row: int, now: int) -> tuple[float, float]:
    """The same, to a millionth; quicker for a wallet that nothing has moved."""
    if tables.centre(w)["in_horizon"] == 0 or not is_unmoved(w, row):
        return wallet_from_start(w, row, now)
    beyond = tables.segments(w, tables.customers(w, row)["segment"])["wallet_rest"] - 1.0
    day = float(now - tables.settings(w)["warm_up"]) / DAY
    below = int(day)
    low, high = tables.wallet_days(w, below), tables.wallet_days(w, below + 1)
    wallet = low["wallet"] + (high["wallet"] - low["wallet"]) * (day - below)
    target = low["target"] + (high["target"] - low["target"]) * (day - below)
    return float(beyond * wallet), float(beyond * target)


@compiled_inside
def carried_to_start(w: World, wallet: float, target: float, since: float) -> tuple[float, float]:
    """Gaps at the start that are these so long `since`."""
    lag = tables.effects(w)["wallet_lag_d"] * DAY
    relaxing = tables.effects(w)["wallet_half_life_d"] * DAY
    before = fade(wallet, -since, lag) + target * shown_of_target(-since, lag, relaxing)
    return float(before), float(fade(target, -since, relaxing))


@compiled_inside
def usual_change(w: World, row: int, reason: int, now: int) -> tuple[float, float, float]:
    """What the usual contact of a reason would have changed now for this customer.

    By churn, by the wallet, and both within 12 months after the horizon.
    """
    person = tables.customers(w, row)
    segment = person["segment"]
    month = float(now - tables.settings(w)["warm_up"]) / MONTH
    early = int(month)
    norm = min(max((person["norm"] + 4.0) / _NORM_STEP, 0.0), PRICED_NORMS - 1.000001)
    low = int(norm)
    later, higher = month - early, norm - low
    scale = math.exp(-person["hazard"]) * person["pay"]
    churn, wallet, within = 0.0, 0.0, 0.0
    for step in range(2):
        weight = later if step else 1.0 - later
        one = tables.usual_price(w, reason, segment, early + step, low)
        other = tables.usual_price(w, reason, segment, early + step, low + 1)
        churn += weight * (one["churn"] * (1.0 - higher) + other["churn"] * higher)
        wallet += weight * (one["wallet"] * (1.0 - higher) + other["wallet"] * higher)
        within += weight * (one["within_12m"] * (1.0 - higher) + other["within_12m"] * higher)
    return scale * churn, scale * wallet, scale * within


@compiled_apart
def book_usual(w: World, row: int, reason: int, segment: int, kind: int, now: int) -> None:
    """A moment of one who has just left does not happen; as an expectation they live on, and it is the usual one."""
    if keeps_accounts(w):
        churn, wallet, within = usual_change(w, row, reason, now)
        tally = tables.tally(w, reason, segment, kind)
        tally["usual_price"] += churn + wallet
        tally["usual_wallet"] += wallet
        tally["booked_12m"] += within


@compiled_inside
def fill_faithful_dates(
    w: World, start: int, first: int, rate: float, behaviour: float, harm: float, since: float
) -> None:
    """How behaviour and harm change survival to each pay date from `first` on; the rows of dates are from `start` on.

    A factor of exp(rate / k x (Ein(z) - Ein(z f) - h x (L(z) - f^p L(z f)))), f the share of a displacement that is
    left on the date and f^p that of a grievance (see `hazard_integral`). Now is `since` after the start, from which
    tables count. The usual case is without a branch or a call, so that the processor works on two dates at a time.
    """
    effects = tables.effects(w)
    half_life = effects["displacement_half_life_d"] * DAY
    mending = effects["grievance_half_life_d"] * DAY
    strength = rate * half_life / _LN2
    z = effects["churn_slope"] * behaviour
    ratio = half_life / mending
    growing = fade(1.0, -since, half_life)
    at_start = z * growing
    whole = ein(z) - harm * lasting(z, ratio)
    farthest = 1.1 * abs(z) + 1.2 * abs(harm) / ratio  # where z is near; fading only brings it nearer
    if ratio == 2.0 and is_near(z) and is_near_exponent(strength * farthest):
        fill_near_dates(w, start, first, strength, at_start, harm * growing * growing, whole)
        return
    harm_at_start = fade(harm, -since, mending)
    dates = tables.sizes(w)["pay_dates"]
    if is_near(z):
        terms = terms_of_lasting(w)
        for date in range(first, dates):
            shown = at_start * tables.faded_dates(w, date)["value"]
            grief = harm_at_start * tables.mended_dates(w, date)["value"]
            left = near_ein(shown) - grief * near_lasting(terms, shown)
            tables.faithful(w, start + date)["value"] = math.exp(strength * (whole - left))
    else:
        for date in range(first, dates):
            shown = at_start * tables.faded_dates(w, date)["value"]
            grief = harm_at_start * tables.mended_dates(w, date)["value"]
            left = ein(shown) - grief * lasting(shown, ratio)
            tables.faithful(w, start + date)["value"] = math.exp(strength * (whole - left))


@compiled_inside
def fill_near_dates(
    w: World, start: int, first: int, strength: float, z: float, harm: float, whole: float
) -> None:
    """The same near 0, where a grievance fades as the square of a displacement; z and harm as at the start.

    Ein(z f) - h f^2 L(z f) is then one power series in f, with coefficients c. On half-yearly dates f is so small that
    five of its nine terms are good to 1e-12.
    """
    terms = terms_of_lasting(w)
    z2 = z * z
    z4 = z2 * z2
    c1 = z
    c2 = -z2 / 4.0 - harm * terms[0]
    c3 = z2 * z / 18.0 - harm * terms[1] * z
    c4 = -z4 / 96.0 - harm * terms[2] * z2
    c5 = z4 * z / 600.0 - harm * terms[3] * z2 * z
    c6 = -z4 * z2 / 4320.0 - harm * terms[4] * z4
    c7 = z4 * z2 * z / 35280.0 - harm * terms[5] * z4 * z
    c8 = -z4 * z4 / 322560.0 - harm * terms[6] * z4 * z2
    c9 = -harm * terms[7] * z4 * z2 * z
    monthly = tables.outlook(w)["monthly"]
    for date in range(first, monthly):
        f = tables.faded_dates(w, date)["value"]
        left = ((((((((c9 * f + c8) * f + c7) * f + c6) * f + c5) * f + c4) * f + c3) * f + c2) * f + c1) * f
        tables.faithful(w, start + date)["value"] = near_exp(strength * (whole - left))
    for date in range(max(first, monthly), tables.sizes(w)["pay_dates"]):
        f = tables.faded_dates(w, date)["value"]
        left = ((((c5 * f + c4) * f + c3) * f + c2) * f + c1) * f
        tables.faithful(w, start + date)["value"] = near_exp(strength * (whole - left))


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
    """Index of the first pay date after now, at most that of the first half-yearly one."""
    passed = max(now - tables.settings(w)["warm_up"], 0) // MONTH
    return int(min(passed, tables.outlook(w)["monthly"]))
