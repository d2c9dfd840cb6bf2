"""Addresses, ports and QR codes."""

from __future__ import annotations

import socket
from xml.etree import ElementTree

import pytest

from momentsim.app import network
from momentsim.app.network import LOOPBACK, bind, lan_address, qr_svg, qr_text
from momentsim.errors import MomentsimError

ADDRESS = "http://192.168.1.20:8731/p/K7QF"


def test_sockets_listen_at_all_hosts_on_one_port() -> None:
    sockets = bind([LOOPBACK, "127.0.0.2"], 0)
    try:
        ports = {one.getsockname()[1] for one in sockets}
        assert len(ports) == 1 and [one.getsockname()[0] for one in sockets] == [LOOPBACK, "127.0.0.2"]
        with socket.create_connection((LOOPBACK, ports.pop()), timeout=2.0):
            pass
    finally:
        for one in sockets:
            one.close()


def test_a_port_that_is_taken_is_told_with_what_to_do() -> None:
    (taken,) = bind([LOOPBACK], 0)
    port = taken.getsockname()[1]
    with taken, pytest.raises(MomentsimError) as told:
        bind([LOOPBACK], port)
    assert f"port {port} of 127.0.0.1 cannot be used" in str(told.value)
    assert f"--port {port + 1}" in str(told.value) and "runs already" in str(told.value)


def test_a_machine_in_no_network_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "local_addresses", list)
    with pytest.raises(MomentsimError, match="in no network; join one, or open the hotspot"):
        lan_address(None)


def test_of_several_addresses_one_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "local_addresses", lambda: ["192.168.1.20", "10.8.0.2"])
    assert lan_address(None) == "192.168.1.20" and lan_address("10.8.0.2") == "10.8.0.2"
    with pytest.raises(MomentsimError, match=r"10\.8\.0\.3 is not .*192\.168\.1\.20, 10\.8\.0\.2"):
        lan_address("10.8.0.3")


def test_no_address_is_the_loopback() -> None:
    assert not [address for address in network.local_addresses() if address.startswith("127.")]


def test_a_qr_code_is_an_image_that_a_strict_page_can_take_in() -> None:
    picture = ElementTree.fromstring(qr_svg(ADDRESS))
    assert picture.tag == "{http://www.w3.org/2000/svg}svg" and "viewBox" in picture.attrib
    assert not [node for node in picture.iter() if "style" in node.attrib or "class" in node.attrib]
    assert len(qr_svg(ADDRESS)) < 3000


def test_a_qr_code_fits_a_terminal() -> None:
    lines = qr_text(ADDRESS).splitlines()
    assert 10 < len(lines) < 24 and max(map(len, lines)) < 60
