"""`momentsim app`: rooms in which people steer a storm from a browser."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Annotated

import typer

from momentsim.cli.exit_codes import guard
from momentsim.cli.options import SeedOption, SetOption, VariantOption
from momentsim.errors import MomentsimError

NEEDED = ("starlette", "uvicorn", "websockets", "segno")
INSTALL = "python -m pip install 'momentsim[app]'"
PORT = 8731

FileOption = Annotated[
    Path | None,
    typer.Argument(
        metavar="[FILE]",
        help="Scenario file, or the name of a shipped one: its room opens at once. Else a page to choose from.",
        show_default=False,
    ),
]
LanOption = Annotated[
    bool, typer.Option("--lan", help="Let phones on the local network join; asks before it opens an address.")
]
LanAddressOption = Annotated[
    str | None,
    typer.Option(
        "--address", metavar="IP", help="With --lan: which address, where this machine has several."
    ),
]
PortOption = Annotated[
    int, typer.Option("--port", metavar="N", min=0, max=65535, help="Port; 0 takes any that is free.")
]
NoOpenOption = Annotated[bool, typer.Option("--no-open", help="Print the address and open no browser.")]
ResumeOption = Annotated[
    Path | None,
    typer.Option("--resume", metavar="DIR", help="Go on with a workshop: its folder in workshops/."),
]
HostOption = Annotated[
    list[str] | None,
    typer.Option(
        "--allowed-host",
        metavar="NAME",
        help="Another name under which browsers may ask, like laptop.local. Can be repeated.",
    ),
]
YesOption = Annotated[bool, typer.Option("--yes", help="With --lan: do not ask, for scripts.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("app")(guard(open_app))


def open_app(
    file: FileOption = None,
    variant: VariantOption = None,
    overrides: SetOption = None,
    seed: SeedOption = None,
    lan: LanOption = False,
    address: LanAddressOption = None,
    port: PortOption = PORT,
    no_open: NoOpenOption = False,
    resume: ResumeOption = None,
    allowed_hosts: HostOption = None,
    yes: YesOption = False,
) -> None:
    """Play a storm together: wall, console and phones in browsers, branches, and what each hour cost."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise MomentsimError(f"momentsim app needs more than is installed ({', '.join(missing)}): {INSTALL}")
    changes = (variant, overrides, seed)
    if file is None and any(change is not None and change != [] for change in changes):
        raise MomentsimError("--variant, --set and --seed change a scenario: name its FILE as well")
    if file is not None and resume is not None:
        raise MomentsimError("--resume goes on with the scenario of its folder, leave FILE out")
    if address is not None and not lan:
        raise MomentsimError("--address says where phones join, which takes --lan")
    from momentsim.app.jobs_process import JobsProcess
    from momentsim.app.library import Library
    from momentsim.app.network import lan_address
    from momentsim.app.opening import asked_room, resumed_room, room_maker
    from momentsim.app.serve import ServerSettings, serve
    from momentsim.app.spare_memory import spare_memory

    library = Library(Path.cwd())
    first = None if resume is None else resumed_room(library, resume)
    if file is not None:
        first = asked_room(library, file, variant, tuple(overrides or ()), seed)
    there = lan_address(address) if lan else None
    if there is not None and not yes:
        _ask_for(there, port)
    served = ServerSettings(port, there, tuple(allowed_hosts or ()), not no_open, first)
    spare_memory()
    jobs = JobsProcess()
    make_room = room_maker(Path("workshops"), jobs.ask, jobs.leave)
    try:
        serve(served, library, make_room, lambda words: print(words, flush=True))
    finally:
        jobs.close()


def _ask_for(address: str, port: int) -> None:
    """Ask once before others can reach this machine."""
    where = f"http://{address}:{port}" if port else f"http://{address}"
    if not sys.stdin.isatty():
        raise MomentsimError(
            f"--lan would let everybody on this network reach {where}; without a terminal add --yes"
        )
    question = f"Everybody on this network will reach {where} until you end it with Ctrl-C. Go on?"
    if not typer.confirm(question, default=True, err=True):
        raise typer.Exit
