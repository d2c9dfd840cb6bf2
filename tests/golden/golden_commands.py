"""The commands whose tables are compared, each in a process of its own, as it would be by itself.

`python tests/golden/golden_commands.py NAME...` runs them in the working folder. The processes are forked from one
that has loaded what all of them need, which would take longer than most commands; and figures are not drawn, since
nobody compares them here. Where nothing is compiled yet it compiles both clocks, whose machine code has most parts in
common. Nothing of the tests is needed.
"""

from __future__ import annotations

import multiprocessing
import shlex
import sys
from collections.abc import Sequence
from typing import Final

COMMANDS: Final = {
    "quickstart": "run scenarios/quickstart.yaml -n 3",
    "airline": "run scenarios/airline_ice_storm.yaml -n 1",
    "car": "run scenarios/car_aftersales.yaml -n 2 --set horizon=21d",
    "card": "run scenarios/premium_card.yaml -n 2 --set horizon=14d",
    "bank": "run scenarios/retail_bank.yaml -n 2 --set horizon=7d",
    "quickstart_simpy": "run scenarios/quickstart.yaml -n 1 --clock simpy",
    "car_simpy": "run scenarios/car_aftersales.yaml -n 1 --variant detect_and_recover --set horizon=4d --clock simpy",
    "playbook": "run scenarios/airline_ice_storm.yaml -n 1 --playbook scenarios/playbooks/reserves_when_long.py",
    "replay": "run scenarios/airline_ice_storm.yaml -n 1 --levers playbook/levers.csv",
    "compare": "compare scenarios/retail_bank.yaml empathy_training heart pushy_selling -n 3 --set horizon=7d",
    "worlds": "compare scenarios/car_aftersales.yaml pledges --worlds 8 -n 2 --set horizon=7d",
    "sweep": "sweep scenarios/quickstart.yaml -n 3"
    " --vary workforce.groups.team.heads=8..10:1 --vary waiting.lines=12,40",
    "sobol": "sweep scenarios/quickstart.yaml -n 2 --design sobol --points 8"
    " --vary workforce.groups.team.heads=8..12 --vary demand.volumes.question.per_day=2000..2600",
    "staff": "staff scenarios/quickstart.yaml --goal 80/20 -n 4",
    "shifts": "shifts shop.yaml --group team",
    "worth": "worth scenarios/premium_card.yaml customer_voice -n 2 --set horizon=7d",
    "levers": "compare scenarios/utility_outage.yaml on_call_people told_at_once -n 2",
}
"""Results folders and the commands that make them, in this order: `replay` reads what `playbook` pulled."""

OF_THE_ENGINE: Final = (
    "quickstart", "airline", "car", "card", "bank", "quickstart_simpy", "car_simpy", "levers",
)  # fmt: skip
"""Commands that together call every compiled function which any of these calls, on both clocks, with levers pulled by
plan and by trigger; the others ask the same engine more often, or tell it the same from outside."""

SIMPY: Final = " --clock simpy"
"""What a command on this clock ends with. It runs on the compiled clock first, which finds out in a second what
customers are used to there; both clocks find the same."""


def run_commands(names: Sequence[str]) -> None:
    """Run each in turn into a folder of its name. Raises SystemExit where one fails."""
    load_all_without_figures()
    compile_both_clocks()
    for name in names:
        if (command := COMMANDS[name]).endswith(SIMPY):
            run_apart(f"{command.removesuffix(SIMPY)} --clock compiled", out=f"{name}_compiled")
        run_apart(command, out=name)


def run_apart(command: str, *, out: str) -> None:
    """Run one in a process of its own, into a folder. Raises SystemExit where it fails."""
    process = multiprocessing.get_context("fork").Process(target=run_command, args=(command, out))
    process.start()
    process.join()
    if process.exitcode:
        sys.exit(f"{out} ended with {process.exitcode}: momentsim {command}")


def load_all_without_figures() -> None:
    """Load what commands load when they run; from now on a figure is drawn as a file without content."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    import momentsim.cli.show_run
    import momentsim.questions.answers
    import momentsim.runs.run  # noqa: F401
    from momentsim.report import second_process

    FigureCanvasAgg.print_png = lambda *_canvas, **_options: None  # type: ignore[method-assign]
    vars(second_process)["default_workers"] = lambda: 1  # else a run starts a second process to draw in


def compile_both_clocks() -> None:
    """Compile what is not in the cache, as the first command on each clock would."""
    from momentsim import load
    from momentsim.runs.compiling import compile_if_cold
    from momentsim.runs.progress import SILENT

    loaded = load("scenarios/quickstart.yaml")
    compile_if_cold(loaded, loaded, "compiled", SILENT)
    compile_if_cold(loaded, loaded, "simpy", SILENT)


def run_command(command: str, out: str) -> None:
    """What `momentsim` does; raises SystemExit at its end."""
    from momentsim.cli import main

    sys.argv = ["momentsim", *shlex.split(command), "--out", out, "--no-xlsx", "--quiet"]
    main()


if __name__ == "__main__":
    run_commands(sys.argv[1:])
