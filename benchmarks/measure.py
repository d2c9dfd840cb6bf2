"""One command, all tables: this engine beside others, each checked against exact Erlang A; overload; long runs.

    python benchmarks/measure.py                                     about five minutes on two idle cores
    python benchmarks/measure.py --quick                             a tenth of the contacts, no long runs
    python benchmarks/measure.py --markdown benchmarks/README.md     writes the tables there as well

Ciw and salabim come with `pip install -e '.[benchmark]'`; the C loop needs a C compiler. What is missing is left out
and said so. Rates are by processor time, so that what else the machine does is not in them; commands as a whole and
threads are by the clock. Rows of one size run in turn, several passes, and the best pass of each counts: rates of a
shared machine scatter even so, their ratio in one minute much less.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import statistics
from datetime import date
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from long_runs import long_runs
from momentsim.theory.erlang import erlang_a
from programs import OURS, Program, available, missing
from results_table import Results, doing, write_markdown

SIZES = (10, 100, 2_000, 10_000)
ARRIVALS_PER_AGENT_HOUR = 10.0
HANDLING_S, PATIENCE_S = 360.0, 300.0
PASSES = 3
LOADS = (0.5, 1.0, 2.0, 5.0, 10.0)
ENDLESS_LOADS = (2.0, 10.0)
OVERLOAD_AGENTS, OVERLOAD_CONTACTS = 100, 400_000
OVERLOAD_PROGRAMS = ("momentsim", "C, general loop", "lean SimPy")


class Rate(NamedTuple):
    """One program in one centre: contacts a second, share abandoned (of all passes), events a contact or none."""

    per_second: float
    abandoned_share: float
    events_per_contact: float | None


class Centre(NamedTuple):
    """An Erlang-A centre; load 1 is as many erlangs as agents."""

    agents: int
    load: float = 1.0
    patience_s: float = PATIENCE_S

    @property
    def arrivals_per_hour(self) -> float:
        """Contacts an hour."""
        return self.load * ARRIVALS_PER_AGENT_HOUR * self.agents

    def rate(self, program: Program, contacts: int) -> Rate:
        """One program in this centre, the best of several passes."""
        return self.rates([program], {program: contacts})[program]

    def rates(self, programs: list[Program], contacts: dict[Program, int]) -> dict[Program, Rate]:
        """Several programs in turn, pass by pass."""
        doing(
            f"{self.agents:,} agents, load {self.load:g}: {', '.join(program.name for program in programs)}"
        )
        passes: dict[Program, list[dict[str, float]]] = {program: [] for program in programs}
        for seed in range(PASSES):
            for program, done in passes.items():
                centre = (self.arrivals_per_hour, HANDLING_S, self.patience_s, self.agents)
                done.append(program.run(*centre, contacts[program], seed))
        return {program: best(done) for program, done in passes.items()}

    @property
    def abandoned_exactly(self) -> float:
        """Long-run share abandoned."""
        if math.isinf(self.patience_s):
            return 0.0
        return erlang_a(self.arrivals_per_hour, HANDLING_S, self.agents, self.patience_s).abandoned_share


def best(passes: list[dict[str, float]]) -> Rate:
    """The fastest pass, with the mean share abandoned."""
    fastest = max(passes, key=lambda done: done["contacts"] / done["seconds"])
    events = fastest["events"] / fastest["contacts"] if "events" in fastest else None
    shares = [done["abandoned"] / done["contacts"] for done in passes]
    return Rate(fastest["contacts"] / fastest["seconds"], statistics.mean(shares), events)


def side_by_side(scale: float) -> Results:
    """Erlang A at each size, all programs in turn."""
    headings = (
        "program",
        "agents",
        "thousand/s",
        "momentsim is",
        "ns/contact",
        "events/contact",
        "abandoned",
        "exact",
    )
    table = Results(
        f"Plain Erlang A at a load of 1, thousand contacts a second of one core: best of {PASSES} passes in turn",
        headings,
    )
    for agents in SIZES:
        centre = Centre(agents)
        programs = [program for program in available() if agents <= program.most_agents]
        rates = centre.rates(
            programs, {program: max(1000, int(program.contacts * scale)) for program in programs}
        )
        for program, rate in rates.items():
            times = rates[OURS].per_second / rate.per_second
            table.rows.append(
                (
                    program.name,
                    f"{agents:,}",
                    f"{rate.per_second / 1000:,.{0 if rate.per_second > 1e5 else 1}f}",
                    "" if program is OURS else f"{times:,.{0 if times > 20 else 2}f}x as fast",
                    f"{1e9 / rate.per_second:,.0f}",
                    "" if rate.events_per_contact is None else f"{rate.events_per_contact:.2f}",
                    f"{100 * rate.abandoned_share:.2f} %",
                    f"{100 * centre.abandoned_exactly:.2f} %",
                )
            )
    table.note = (
        "momentsim: demand, story with a full log in memory, measures. C: one model only, no draws that belong to "
        "their contact. Few contacts in a pass of a slow program: its share abandoned scatters."
    )
    return table


def overload(scale: float) -> Results:
    """Cost of a contact as the load rises far above what the agents can do."""
    headings = ("program", "load", "patience", "ns/contact", "events/contact", "abandoned", "exact")
    table = Results(f"Overload, {OVERLOAD_AGENTS} agents", headings)
    contacts = int(OVERLOAD_CONTACTS * scale)
    programs = [program for program in available() if program.name in OVERLOAD_PROGRAMS]
    for patience_s, loads in ((PATIENCE_S, LOADS), (math.inf, ENDLESS_LOADS)):
        for load in loads:
            centre = Centre(OVERLOAD_AGENTS, load, patience_s)
            for program, rate in centre.rates(programs, dict.fromkeys(programs, contacts)).items():
                table.rows.append(
                    (
                        program.name,
                        f"{load:g}",
                        "endless" if math.isinf(patience_s) else f"{patience_s:g} s",
                        f"{1e9 / rate.per_second:,.0f}",
                        "" if rate.events_per_contact is None else f"{rate.events_per_contact:.2f}",
                        f"{100 * rate.abandoned_share:.2f} %",
                        f"{100 * centre.abandoned_exactly:.2f} %",
                    )
                )
    table.note = (
        f"Endless patience at a load of 10: of {contacts:,} contacts nine in ten stand in the queue in the end. "
        "Lean SimPy has no event for patience."
    )
    return table


def machine() -> str:
    """Where and when."""
    versions = f"Python {platform.python_version()}"
    left_out = f"; not on this machine: {', '.join(missing())}" if missing() else ""
    return f"Measured on {date.today():%d %B %Y}, {platform.machine()}, {os.cpu_count()} cores, {versions}{left_out}."


def main() -> None:
    """Measure, print, and write where asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of the contacts, no long runs")
    parser.add_argument(
        "--markdown", type=Path, metavar="FILE", help="write the tables there as Markdown too"
    )
    arguments = parser.parse_args()
    scale = 0.1 if arguments.quick else 1.0
    console = Console(width=120)
    console.print(machine())
    # first, since the system counts what its parent holds into the peak memory of a command
    long = [] if arguments.quick else [long_runs(PASSES)]
    Centre(10).rate(OURS, 1000)  # compile before the clock starts
    tables = [measured(scale) for measured in (side_by_side, overload)] + long
    for table in tables:
        table.show(console)
    if arguments.markdown:
        text = "\n\n".join([machine(), *(table.markdown() for table in tables)])
        write_markdown(arguments.markdown, text)
        console.print(f"written: {arguments.markdown}")


if __name__ == "__main__":
    main()
