"""What a run that is over hands over: the rows of its trace that are not books or logs already."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from momentsim.compiler.decorators import compiled
from momentsim.contract.plan import NEVER, Plan, Table
from momentsim.contract.trace import ACQUISITION, AGENT_ROW, CUSTOMER, JOINED, LEVER_USE, PROGRAMME_ROW
from momentsim.engine.customers import acquisition
from momentsim.engine.customers.bond import attitude_at_start
from momentsim.engine.state import tables
from momentsim.engine.state.records import CUSTOMER_STATE
from momentsim.engine.state.tables import Tables, World


def customer_rows(world: Tables, start: int) -> Table:
    """The customers touched, as the trace shows them; not those who had to do with the warm-up only."""
    customers = world["customers"][: int(world["centre"]["customers"][0])]
    names = CUSTOMER_STATE.names or ()
    words = customers.view(np.int64).reshape(-1, len(names))  # all fields are words, so all are copied alike
    places = np.array([names.index(name) for name in CUSTOMER.names or () if name in names])
    copied = np.zeros((len(customers), len(CUSTOMER.names or ())), np.int64)
    rows: Table = copied[: copy_shown(customers, words, places, copied)].view(CUSTOMER).reshape(-1)
    fill_beginnings(world.world, rows)
    rows["joined"] = np.where(rows["joined"] > start, rows["joined"] - start, -1)
    rows["touched"] -= start
    rows["churned"][rows["churned"] >= 0] -= start
    return rows


@compiled
def copy_shown(
    customers: npt.NDArray[np.void],
    words: npt.NDArray[np.int64],
    places: npt.NDArray[np.int64],
    copied: npt.NDArray[np.int64],
) -> int:
    """Copy those words of the customers who had to do with more than the warm-up; returns how many these are."""
    count = 0
    for number in range(len(customers)):
        if customers[number]["moments"] > 0 or customers[number]["churned"] >= 0:
            for column in range(len(places)):
                copied[count, column] = words[number, places[column]]
            count += 1
    return count


@compiled
def fill_beginnings(w: World, rows: npt.NDArray[np.void]) -> None:
    """When each customer of the trace became one, and with which attitude; it was drawn, so it need not be kept."""
    for number in range(len(rows)):
        row = rows[number]
        row["attitude_at_start"] = attitude_at_start(w, row["customer"], row["segment"], row["norm"])
        ordinal = row["customer"] - tables.segments(w, row["segment"])["first_customer"]
        row["joined"] = acquisition.joining_time(w, row["segment"], ordinal)


def joined_rows(plan: Plan, world: Tables, start: int) -> Table:
    """The customers won, as the trace shows them."""
    parts = [np.zeros(0, JOINED)]
    for number, (about, joining) in enumerate(zip(plan.segments, world["joinings"], strict=True)):
        rows = np.zeros(int(joining["joined"]), JOINED)
        first = int(about["first_prospect"])
        rows["customer"] = about["first_customer"] + about["customers"] + np.arange(len(rows))
        rows["segment"] = number
        rows["time"] = world["prospects"]["value"][first : first + len(rows)] - start
        parts.append(rows)
    return np.concatenate(parts)


def acquisition_rows(world: Tables) -> Table:
    """How segments won customers, as the trace shows it."""
    rows = np.zeros(len(world["joinings"]), ACQUISITION)
    for name in ACQUISITION.names or ():
        rows[name] = world["joinings"][name]
    return rows


def lever_rows(world: Tables, start: int) -> Table:
    """The levers pulled, as the trace shows them."""
    rows = world["lever_rows"][: int(world["centre"]["lever_rows"][0])].copy()
    rows["time"] -= start
    rows["effective"] -= start * (rows["effective"] < NEVER)
    return rows


def lever_use(world: Tables, start: int) -> Table:
    """What came of the levers, as the trace shows it."""
    rows = np.zeros(len(world["pulled"]), LEVER_USE)
    for name in LEVER_USE.names or ():
        rows[name] = world["pulled"][name]
    rows["began"] -= start * (rows["began"] >= 0)
    return rows


def agent_rows(plan: Plan, world: Tables) -> Table:
    """The agents, as the trace shows them."""
    rows = np.zeros(len(plan.agents), AGENT_ROW)
    rows["agent"] = np.arange(len(rows))
    rows["group"], rows["team"] = plan.agents["group"], plan.agents["team"]
    for name in set(rows.dtype.names or ()) & set(world["agent_state"].dtype.names or ()):
        rows[name] = world["agent_state"][name]
    agents = world["agent_state"]
    rows["strain"] = agents["strain_before"]
    rows["tenure"] = np.where(agents["filled_from"] < 0, plan.settings["horizon"][0] - agents["joined"], -1)
    rows["engagement"] = world["practices"]["engagement"][plan.agents["group"]]
    return rows


def programme_rows(plan: Plan, world: Tables) -> Table:
    """What programmes did, as the trace shows it."""
    rows = np.zeros(len(plan.programmes), PROGRAMME_ROW)
    for name in ("programme", "group"):
        rows[name] = plan.programmes[name]
    for name in ("trained", "gifts", "hired"):
        rows[name] = world["progress"][name]
    return rows
