"""Bugs that are planted to see whether the proofs catch them.

Each is one edit of one file of the package. `old` occurs exactly once in it; a test holds that against the
source as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Mutant:
    """One planted bug."""

    name: str
    file: str
    """Path inside the package."""
    old: str
    new: str
    sentence: str
    cases: tuple[str, ...]
    """Cases that are run against it."""


MUTANTS: Final[tuple[Mutant, ...]] = (
    Mutant(
        "handling_time_3_percent",
        "engine/contact/talk.py",
        '    factor = worker["pace"] *',
        '    factor = 1.03 * worker["pace"] *',
        "Every call takes 3 % longer than its law says.",
        ("erlang_b", "erlang_a_small"),
    ),
    Mutant(
        "patience_after_the_answer",
        "engine/contact/calls.py",
        '    """The caller hangs up, if still waiting for that same call."""\n',
        '    """The caller hangs up, if still waiting for that same call."""\n'
        "    case = tables.cases(w, slot)\n"
        '    if case["serial"] == serial and case["stage"] == MomentStage.TALKING:\n'
        '        counters.count_failed(w, slot, Outcome.ABANDONED, case["answered"] - case["queued"])\n',
        "Patience runs on after the answer: who is talking when it ends is counted as abandoned too.",
        ("erlang_a_small", "conservation"),
    ),
    Mutant(
        "patience_starts_late",
        "engine/contact/calls.py",
        '        post(w, now + ready, EventKind.PATIENCE_ENDS, case["serial"], slot, case["stamp"])\n',
        '        post(w, now + ready + 10_000_000, EventKind.PATIENCE_ENDS, case["serial"], slot, case["stamp"])\n',
        "Patience is counted from the wrong moment: ten seconds after joining the queue.",
        ("erlang_a_small",),
    ),
    Mutant(
        "lost_redial",
        "engine/contact/attempts.py",
        '    if draw_for_attempt(w, slot, Purpose.REDIAL, case["attempt"]) < share:\n',
        '    if case["contact"] % 20 != 0 and draw_for_attempt(w, slot, Purpose.REDIAL, case["attempt"]) < share:\n',
        "One redial in twenty is lost.",
        ("redials", "overload_redials"),
    ),
    Mutant(
        "wrong_tie",
        "engine/order.py",
        "    PATIENCE_ENDS = 9 ",
        "    PATIENCE_ENDS = -1 ",
        "Patience ends before the call that ends at the same microsecond frees an agent.",
        ("ties",),
    ),
    Mutant(
        "last_come_first_served",
        "engine/state/waiting_lists.py",
        '            slot = tables.queue_ends(w, queue, list_number)["first"]\n',
        '            slot = tables.queue_ends(w, queue, list_number)["last"]\n',
        "The caller who waits shortest is answered first.",
        ("erlang_a_small",),
    ),
    Mutant(
        "priorities_reversed",
        "engine/state/initial_state.py",
        "    level_of[priorities] = np.arange(len(priorities))",
        "    level_of[priorities[::-1]] = np.arange(len(priorities))",
        "The lowest priority goes first.",
        ("priorities_patience",),
    ),
    Mutant(
        "head_start_ignored",
        "engine/state/waiting_lists.py",
        '    return int(case["queued"] - tables.reasons(w, case["reason"])["head_start"])\n',
        '    return int(case["queued"])\n',
        "Within one priority it is first come first served, whatever the head start.",
        ("head_start_patience",),
    ),
    Mutant(
        "no_false_alarms",
        "rules/stakes_detector.py",
        "    return sensitivity if stakes >= threshold else 1.0 - specificity\n",
        "    return sensitivity if stakes >= threshold else 0.0\n",
        "The detector never takes a routine moment for a moment of truth.",
        ("heart",),
    ),
    Mutant(
        "hearts_take_first_come",
        "engine/contact/answering.py",
        "    heart = routing.is_heart(w, agent)\n",
        "    heart = 0\n",
        "A heart who comes free takes whoever waits longest.",
        ("heart",),
    ),
    Mutant(
        "balking_ignores_the_queue",
        "engine/contact/calls.py",
        '    ahead = tables.lines(w, case["queue"])["waiting"] + 1\n',
        "    ahead = 1\n",
        "The announced wait does not count the callers ahead.",
        ("balking",),
    ),
    Mutant(
        "one_line_too_many",
        "engine/contact/calls.py",
        '    if centre["in_system"] >= tables.settings(w)["lines"]:\n',
        '    if centre["in_system"] > tables.settings(w)["lines"]:\n',
        "The centre takes one caller more than it has lines.",
        ("insensitive_loss", "redials_chain"),
    ),
    Mutant(
        "redial_too_soon",
        "engine/contact/attempts.py",
        '            w, slot, now, draw_duration(w, law, 1.0, case["key"], Purpose.REDIAL_DELAY, '
        'case["attempt"])\n',
        '            w, slot, now, draw_duration(w, law, 0.5, case["key"], Purpose.REDIAL_DELAY, '
        'case["attempt"])\n',
        "Callers who hear busy or hang up call again after half the time.",
        ("redials_chain",),
    ),
    Mutant(
        "mixture_not_rescaled",
        "rules/durations.py",
        "    return min(max(u / weight, 1e-17), 1.0 - 1e-16)\n",
        "    return min(max(u, 1e-17), 1.0 - 1e-16)\n",
        "A part of a mixture is drawn from its short end only.",
        ("patience_mixture", "one_agent_hyperexponential"),
    ),
    Mutant(
        "weibull_shape_off",
        "prepare/laws.py",
        "law.scale * SECOND, 1.0 / law.shape\n",
        "law.scale * SECOND, 0.9 / law.shape\n",
        "The shape of a Weibull law is a ninth too large.",
        ("patience_weibull",),
    ),
    Mutant(
        "spread_taken_for_sigma",
        "scenario/laws/law_figures.py",
        "        sigma = math.sqrt(math.log1p(cv * cv))\n",
        "        sigma = cv\n",
        "The coefficient of variation is taken for the SD of the logarithm; the mean stays right.",
        ("one_agent_lognormal",),
    ),
    Mutant(
        "line_never_freed",
        "engine/contact/answering.py",
        '    tables.centre(w)["in_system"] -= 1\n',
        '    tables.centre(w)["in_system"] -= int(tables.cases(w, slot)["contact"] % 1000 != 0)\n',
        "One caller in a thousand who hangs up blocks a line for ever.",
        ("erlang_a_lines",),
    ),
    Mutant(
        "one_draw_for_two",
        "engine/contact/patience.py",
        'case["key"], Purpose.PATIENCE, occasion)\n',
        'case["key"], Purpose.TALK, occasion)\n',
        "Patience and handling time share a draw: who has much to say waits longest.",
        ("erlang_a_small",),
    ),
    Mutant(
        "interval_off_by_one",
        "engine/state/counters.py",
        '    case["interval"] = tables.centre(w)["interval"]\n',
        '    case["interval"] = tables.centre(w)["interval"] + 1\n',
        "Contacts count in the interval after their arrival.",
        ("conservation",),
    ),
    Mutant(
        "booked_on_the_first_queue",
        "engine/state/tables.py",
        '    if case["escalated"] | case["message"]:\n',
        '    if case["message"]:\n',
        "A contact that is passed on counts in the queue it came to first.",
        ("conservation", "littles_law", "passed_on"),
    ),
    Mutant(
        "passed_on_at_arrival",
        "engine/contact/transfers.py",
        "    counters.leg_arrives(w, slot, now)\n",
        '    tables.counts(w, slot)["offered"] += 1\n',
        "A contact that is passed on counts in the interval in which it first arrived.",
        ("conservation",),
    ),
    Mutant(
        "closed_is_offered",
        "engine/contact/out_of_hours.py",
        '    tables.counts(w, slot)["closed"] += 1\n',
        '    tables.counts(w, slot)["offered"] += 1\n',
        "Who finds a queue closed counts as offered to it.",
        ("conservation", "opening_hours"),
    ),
    Mutant(
        "closing_time_forgotten",
        "engine/agents/shifts.py",
        "        if not answering.serves_out(w, agent, now):\n            log_out(w, agent, now)\n",
        "        log_out(w, agent, now)\n",
        "Agents go home at closing time although callers still wait.",
        ("opening_hours",),
    ),
    Mutant(
        "run_out_in_the_waits",
        "engine/state/counters.py",
        '        tables.cases(w, slot)["arrived"] < tables.settings(w)["horizon"]\n',
        '        tables.cases(w, slot)["arrived"] >= 0\n',
        "Waits of the run-out are among those of the horizon.",
        ("conservation",),
    ),
    Mutant(
        "warm_up_counted",
        "engine/simulate.py",
        "        first = start // int(",
        "        first = 0 * int(",
        "The tables of intervals begin with the warm-up.",
        ("warm_up", "conservation", "littles_law"),
    ),
    Mutant(
        "warm_up_logged",
        "engine/state/counters.py",
        '    return bool(tables.cases(w, slot)["arrived"] >= tables.settings(w)["warm_up"])\n',
        '    return bool(tables.cases(w, slot)["arrived"] >= 0)\n',
        "Attempts of the warm-up are in the log and in the histograms of waits.",
        ("conservation",),
    ),
    Mutant(
        "queue_books_closed_late",
        "engine/dispatch.py",
        '    for queue in range(tables.sizes(w)["lines"]):\n'
        "        waiting_lists.close_queue_books(w, queue, now)\n"
        "    pulling.dismiss_reserves(w, now)\n"
        '    tables.centre(w)["interval"] += 1\n',
        "    pulling.dismiss_reserves(w, now)\n"
        '    tables.centre(w)["interval"] += 1\n'
        '    for queue in range(tables.sizes(w)["lines"]):\n'
        "        waiting_lists.close_queue_books(w, queue, now)\n",
        "Time waited across the end of an interval is booked into the next one.",
        ("littles_law",),
    ),
    Mutant(
        "wait_of_answered_only",
        "measures/catalogue/service.py",
        'top="wait_answered_s + wait_abandoned_s"',
        'top="wait_answered_s"',
        "The mean wait over all leaves out the waits of those who hung up.",
        ("erlang_a_small",),
    ),
    Mutant(
        "value_without_survival",
        "engine/customers/outlook.py",
        '    scale = math.exp(-person["hazard"] - rate * ahead) * person["pay"]\n',
        '    scale = math.exp(-rate * ahead) * person["pay"]\n',
        "The ledger books the value of customers as if none could have left before.",
        ("ledger",),
    ),
    Mutant(
        "rest_not_earned",
        "engine/customers/bond.py",
        "    outlook.earn(w, row, now)\n",
        "    outlook.usual_rate(w, row)\n",
        "Margins of the pay dates within the horizon are in no account.",
        ("ledger",),
    ),
    Mutant(
        "grievance_forgotten",
        "rules/loyalty.py",
        "    if grievance != 0.0:\n",
        "    if grievance > 100.0:\n",
        "An open grievance does not raise the hazard of leaving.",
        ("ledger",),
    ),
    Mutant(
        "no_rest",
        "prepare/bond.py",
        "        rest=rest,\n        grievance=usual,\n",
        "        rest=0.0,\n        grievance=usual,\n",
        "Attitude goes back to 0, and the cost of contacts is balanced by nothing.",
        ("loyalty_stillness",),
    ),
    Mutant(
        "clock_forgets_kinds",
        "engine/clock_simpy.py",
        "priority = ((((2 * kind + known) << _WIDTH) + owner + 1) << _WIDTH) + stamp + 1",
        "priority = ((owner + 1) << _WIDTH) + stamp + 1",
        "The SimPy clock orders simultaneous events by owner only.",
        ("clocks_quickstart", "clocks_full"),
    ),
    Mutant(
        "shift_end_forgotten",
        "engine/agents/roster.py",
        '        worker["rostered"] = 0\n        shifts.go_home',
        '        worker["rostered"] = int(worker["duty"] == Duty.TALKING)\n        shifts.go_home',
        "Who is talking when the shift ends stays on duty.",
        ("surge",),
    ),
    Mutant(
        "overtime_is_no_work",
        "engine/agents/shifts.py",
        '        worker["shift_ended"] = now\n',
        '        worker["shift_ended"] = now\n        agents.change_duty(w, agent, Duty.OFFLINE, now)\n',
        "Who finishes a call after the shift does not count as busy.",
        ("surge",),
    ),
    Mutant(
        "normal_instead_of_t",
        "measures/statistics.py",
        "    return students_t.quantile(units - 1, confidence)\n",
        "    return students_t.quantile(1000, confidence)\n",
        "Intervals over few replications are as wide as if there were a thousand.",
        ("coverage",),
    ),
    Mutant(
        "mirror_forgotten",
        "draws.py",
        '    return unit(bits(key, owner, purpose, occasion) ^ key["mirror"])\n',
        "    return unit(bits(key, owner, purpose, occasion))\n",
        "Antithetic replications mirror the demand but nothing that happens after it.",
        ("antithetic",),
    ),
    Mutant(
        "members_counted_apart",
        "measures/statistics.py",
        "    if members == 1:\n        return estimated\n",
        "    if members >= 1:\n        return estimated\n",
        "Both replications of an antithetic pair count as independent.",
        ("antithetic",),
    ),
    Mutant(
        "script_ignored_at_stakes",
        "engine/contact/talk.py",
        '        gained -= effects["script_at_stakes"] * practice["script"] * stakes\n',
        '        gained -= effects["script_at_stakes"] * practice["script"] * stakes * (1.0 - stakes)\n',
        "A script costs nothing where everything is at stake.",
        ("encounter",),
    ),
    Mutant(
        "surface_act_for_free",
        "rules/encounter.py",
        "    met = labour * (1.0 - usual_share) if labour > 0.0 else labour * usual_share\n",
        "    met = labour * (1.0 - usual_share) if labour > 0.0 else 0.0\n",
        "Putting on a face costs no quality.",
        ("encounter",),
    ),
    Mutant(
        "bundle_counted_twice",
        "engine/agents/careers.py",
        '        practice["engagement_apart"],\n',
        '        practice["engagement"],\n',
        "What the autonomy of expert teams does to exits comes on top of their published total.",
        ("encounter",),
    ),
    Mutant(
        "pairs_not_common",
        "prepare/blueprint.py",
        "    key = replication_key(blueprint.seed, replication, antithetic=antithetic)\n",
        "    agents = sum(len(group.owners) for group in blueprint.rosters)\n"
        "    key = replication_key(blueprint.seed + agents, replication, antithetic=antithetic)\n",
        "One agent more changes the draws of everybody.",
        ("coverage",),
    ),
    Mutant(
        "unmet_need_forgotten",
        "engine/contact/moment_end.py",
        "    if met == 0:\n        episodes.end_unmet(w, slot)\n",
        "",
        "A need that nobody met leaves nothing behind.",
        ("lived_experience",),
    ),
    Mutant(
        "amount_ignored",
        "engine/customers/compensation.py",
        '        money = rules.generosity(about["amount"], price, effects["generosity_scale"])\n',
        '        money = rules.generosity(price, price, effects["generosity_scale"])\n',
        "Compensation in a crisis does the same whatever is paid.",
        ("lived_experience",),
    ),
    Mutant(
        "only_the_farthest_peak",
        "rules/experience.py",
        "    peak = max(best, 0.0) + min(worst, 0.0)\n",
        "    peak = best if best > -worst else worst\n",
        "Only the episode farthest from 0 is the peak: it hides all others.",
        ("lived_experience",),
    ),
    Mutant(
        "days_forget",
        "prepare/busy_days.py",
        "    weights = correlation ** np.arange",
        "    weights = (0.8 * correlation) ** np.arange",
        "Busy days end sooner than the scenario says.",
        ("day_memory",),
    ),
    Mutant(
        "days_vary_less",
        "prepare/busy_days.py",
        "    weights /= math.sqrt(float(np.sum(weights * weights)))\n",
        "    weights *= 1.0 - correlation\n",
        "Weights of the days before add up to 1, and not their squares: all days are too alike.",
        ("day_memory",),
    ),
)
