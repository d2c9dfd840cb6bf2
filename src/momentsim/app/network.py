"""Where the server is reached: addresses of this machine, sockets, and QR codes for phones."""

from __future__ import annotations

import contextlib
import io
import ipaddress
import socket
from collections.abc import Sequence

from momentsim.errors import MomentsimError

LOOPBACK = "127.0.0.1"
_NEIGHBOURS = (
    "192.168.0.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.137.2",
    "10.42.0.2",
    "172.20.10.2",
    "192.168.43.2",
)
"""Addresses of usual networks and hotspots: which of ours the system would send from. Nothing is sent."""
UNREAD_FOR_MS = 30_000
"""How long what was sent may stay unread before the system gives a client up."""


def local_addresses() -> list[str]:
    """IPv4 addresses of this machine in the network it stands in, the likeliest first; without the internet too."""
    found = [address for neighbour in _NEIGHBOURS if (address := _sent_from(neighbour))]
    with contextlib.suppress(OSError):
        found += socket.gethostbyname_ex(socket.gethostname())[2]
    known = [address for address in dict.fromkeys(found) if not ipaddress.ip_address(address).is_loopback]
    return sorted(known, key=lambda address: not ipaddress.ip_address(address).is_private)


def _sent_from(neighbour: str) -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((neighbour, 9))
        except OSError:
            return ""
        return str(probe.getsockname()[0])


def lan_address(wanted: str | None) -> str:
    """The address that phones are to use.

    Raises MomentsimError where there is none, or the one that is wanted is not this machine's.
    """
    addresses = local_addresses()
    if wanted is not None:
        if wanted not in addresses:
            here = ", ".join(addresses) or "none in a network"
            raise MomentsimError(f"--address {wanted} is not an address of this machine; there is {here}")
        return wanted
    if not addresses:
        raise MomentsimError(
            "--lan: this machine is in no network; join one, or open the hotspot of this machine, and try again"
        )
    return addresses[0]


def bind(hosts: Sequence[str], port: int) -> list[socket.socket]:
    """Listening sockets, one for each host; port 0 takes any that is free, the same for all.

    Raises MomentsimError with what to do where the port is taken or not allowed.
    """
    bound: list[socket.socket] = []
    for host in hosts:
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        bound.append(listening)
        with contextlib.suppress(OSError, AttributeError):
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_FOR_MS)
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows, where SO_REUSEADDR would share the port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
            listening.listen()
        except (OSError, OverflowError) as error:
            for one in bound:
                one.close()
            why = error.strerror if isinstance(error, OSError) else "no such port"
            raise MomentsimError(
                f"port {port} of {host} cannot be used ({why}); perhaps momentsim app runs already: "
                f"open its address, or take another port: --port {port + 1 if port < 65535 else 8731}"
            ) from error
        port = int(listening.getsockname()[1])
    return bound


def qr_svg(address: str) -> str:
    """A QR code as an SVG element that a page can take in."""
    import segno

    written = io.BytesIO()
    segno.make(address, micro=False).save(
        written,
        kind="svg",
        xmldecl=False,
        svgns=True,
        nl=False,
        omitsize=True,
        light="#fff",
        border=2,
        svgclass=None,
        lineclass=None,
    )
    return written.getvalue().decode("utf-8")


def qr_text(address: str) -> str:
    """A QR code for the terminal."""
    import segno

    written = io.StringIO()
    segno.make(address, micro=False).terminal(out=written, border=2, compact=True)
    return written.getvalue()
