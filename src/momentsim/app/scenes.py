"""What a client is told once: the scenario in words, and the order of everything that frames hold as numbers."""

from __future__ import annotations

from momentsim import units
from momentsim.app.frames import fields_of
from momentsim.app.series import LEDGER_TITLES, LINES, MONEY
from momentsim.app.setting import Setting
from momentsim.contract.plan import SECOND
from momentsim.runs.glance import LEDGER


def scenario_part(setting: Setting) -> dict[str, object]:
    """Scenario, queues, groups, fields, ledger and lines, as a `welcome` has them."""
    scenario, names = setting.scenario, setting.quiet.names
    plan = setting.quiet.plan
    times = plan.settings[0]
    goal = scenario.waiting.service_level
    description = scenario.description or setting.loaded.question(setting.variant or "")
    return {
        "scenario": {
            "file": setting.file.name,
            "title": title_of(setting),
            "sentence": " ".join(description.split()),
            "start": scenario.start.isoformat(timespec="minutes"),
            "horizon_s": scenario.horizon,
            "end_s": float(times["horizon"] - times["warm_up"] + times["run_out"]) / SECOND,
            "currency": scenario.currency,
            "goal": f"{units.format_share(goal.share)} within {units.format_duration(goal.threshold_s)}",
            "replication": setting.replication,
        },
        "queues": list(names.queues),
        "groups": [
            {"name": name, "title": name.replace("_", " "), "people": int(people)}
            for name, people in zip(names.groups, plan.groups["agents"], strict=True)
        ],
        "fields": [field._asdict() for field in fields_of(scenario)],
        "ledger": [{"name": name, "title": LEDGER_TITLES[name]} for name in LEDGER],
        "lines": [
            line._replace(unit=scenario.currency)._asdict() if line.unit == MONEY else line._asdict()
            for line in LINES
        ],
    }


def title_of(setting: Setting) -> str:
    """Name of the scenario for people, with its variant."""
    name = setting.scenario.name.replace("_", " ")
    title = name[:1].upper() + name[1:]
    return title if setting.variant is None else f"{title}: {setting.variant.replace('_', ' ')}"
