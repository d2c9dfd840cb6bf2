"""What a run gave: a small digest per replication, the logs asked for, and the tables made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from momentsim.contract.plan import Names, Table
from momentsim.contract.trace import Trace
from momentsim.errors import MomentsimError
from momentsim.measures.day_kinds import dates_of_horizon, day_kinds_table
from momentsim.measures.digest import Digest
from momentsim.measures.display import Short, ShownAnswer, key_rows
from momentsim.measures.event_log import events_of
from momentsim.measures.facts import Sample, members_of
from momentsim.measures.interval_table import interval_table
from momentsim.measures.ledger import ledger_table
from momentsim.measures.sites import sites_table
from momentsim.measures.summary import summary_columns
from momentsim.measures.tables import agents_of, contacts_of, customers_of, levers_of, moments_of
from momentsim.measures.teams import team_columns, teams_table
from momentsim.runs.logs import TableMaker
from momentsim.runs.precision import PrecisionReached
from momentsim.runs.settings import RunSettings
from momentsim.runs.staffing.plan import Plan
from momentsim.runs.staffing.told import staffing_columns
from momentsim.runs.steering import UNSTEERED, Steering
from momentsim.runs.usual_operation import UsualOperation

if TYPE_CHECKING:
    import pandas as pd

    from momentsim.scenario import LoadedScenario


@dataclass(frozen=True, repr=False)
class Result(ShownAnswer):
    """One scenario, run. `digests` and `traces` are keyed by replication number, in ascending order.

    `pulled` has the levers pulled in each. `traces` holds logged replications unless they went
    straight to disk. A run that was stopped by Ctrl-C is `interrupted` and holds the replications that were
    finished. `reaches` says how precise it is at the last look, if a precision was asked for.
    """

    loaded: LoadedScenario
    identity: str
    settings: RunSettings
    names: Names
    digests: Mapping[int, Digest]
    traces: Mapping[int, Trace]
    pulled: Mapping[int, Table]  # trace.LEVER_ROW
    steering: Steering = UNSTEERED
    plan: Plan = field(default_factory=dict)
    """Heads that were planned, by group; empty where all are written."""
    interrupted: bool = False
    reaches: tuple[PrecisionReached, ...] = ()
    usual: UsualOperation | None = None
    """What customers are used to, and how this run differs from it."""
    seconds: dict[str, float] = field(default_factory=dict)

    def short(self) -> Short:
        """Key measures with their intervals."""
        variant = f", variant {self.loaded.variant}" if self.loaded.variant else ""
        title = f"{self.loaded.scenario.name}{variant}: {len(self.digests)} replications, 95 % intervals"
        more = ".summary, .intervals, .ledger, .contacts, .moments; ms.words, ms.plot, ms.save"
        return Short(title, key_rows(self.summary, ("value", "low", "high")), more)

    @property
    def replications(self) -> tuple[int, ...]:
        """Numbers of the finished replications."""
        return tuple(self.digests)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Tidy measures with intervals: measure, scope, item, value, low, high, unit, replications."""
        import pandas as pd

        return pd.DataFrame(self.summary_columns)

    @cached_property
    def summary_columns(self) -> dict[str, list[Any]]:
        """The columns of the summary."""
        return summary_columns(self.loaded.scenario, self.names, list(self.digests.values()))

    @cached_property
    def intervals(self) -> pd.DataFrame:
        """Measures per interval of the day, mean over replications."""
        return interval_table(self.loaded.scenario, self.names, list(self.digests.values()))

    @cached_property
    def contacts(self) -> pd.DataFrame:
        """Every leg of every attempt of the logged replications held here."""
        return self._log("contacts", contacts_of)

    @cached_property
    def moments(self) -> pd.DataFrame:
        """Every moment of the logged replications held here."""
        return self._log("moments", moments_of)

    @cached_property
    def customers(self) -> pd.DataFrame:
        """Customers touched in the logged replications held here."""
        return self._log("customers", customers_of)

    @cached_property
    def agents(self) -> pd.DataFrame:
        """Agents of the logged replications held here."""
        return self._log("agents", agents_of)

    @cached_property
    def events(self) -> pd.DataFrame:
        """The story of every logged attempt as events, in the columns that vidigi reads."""
        return events_of(self.contacts, self.agents, self.loaded.scenario.start)

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """The loyalty ledger: line, owner, reason, segment, amount, low, high."""
        return ledger_table(self.loaded.scenario, self.names, list(self.digests.values()))

    @cached_property
    def levers(self) -> pd.DataFrame:
        """Every lever pulled in any replication."""
        import pandas as pd

        return pd.concat(
            [
                levers_of(self.loaded.scenario, self.names, rows, replication)
                for replication, rows in self.pulled.items()
            ],
            ignore_index=True,
        )

    @cached_property
    def teams(self) -> pd.DataFrame:
        """Teams beside each other: one row per replication and team."""
        return teams_table(self.loaded.scenario, self.names, list(self.digests.values()))

    @cached_property
    def sites(self) -> pd.DataFrame:
        """What becomes of the customers at home at each site; empty where no attempt goes home first."""
        totals = [digest.sites for digest in self.digests.values()]
        return sites_table(self.names, totals, members_of(self.loaded.scenario))

    @cached_property
    def day_kinds(self) -> pd.DataFrame:
        """How service went on each kind of day; empty where the scenario has none."""
        import numpy as np

        from momentsim.draws import replication_key  # the compiler is loaded only where it is needed
        from momentsim.prepare.busy_days import kinds_of_dates

        scenario = self.loaded.scenario
        dates, antithetic = dates_of_horizon(scenario), scenario.run.antithetic
        keys = [replication_key(scenario.seed, number, antithetic=antithetic) for number in self.digests]
        kinds = np.stack([kinds_of_dates(key, scenario.demand, dates) for key in keys])
        return day_kinds_table(Sample(scenario, self.names, tuple(self.digests.values())), kinds)

    @cached_property
    def staffing(self) -> pd.DataFrame:
        """Planned heads by group and interval; empty where all heads are written."""
        import pandas as pd

        return pd.DataFrame(staffing_columns(self.loaded, self.plan))

    @cached_property
    def team_columns(self) -> dict[str, Any]:
        """The columns of that table, without the data frame."""
        return team_columns(self.loaded.scenario, self.names, list(self.digests.values()))

    def _log(self, name: str, make: TableMaker) -> pd.DataFrame:
        import pandas as pd

        frames = [
            make(self.loaded.scenario, self.names, getattr(trace, name), replication)
            for replication, trace in self.traces.items()
        ]
        if not frames:
            raise MomentsimError("this run kept no log in memory; run it with log='first' or log='all'")
        return pd.concat(frames, ignore_index=True)
