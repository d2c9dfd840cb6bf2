"""Figures as SVG inside a page: the same data give the same bytes, and no two figures share an id."""

from __future__ import annotations

import html
import io
import re
from typing import Final

import matplotlib as mpl
from matplotlib.figure import Figure

from momentsim.report.document.parts import Drawn

_ABOVE: Final = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_METADATA: Final = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_NAMESPACES: Final = re.compile(r' xmlns(:xlink)?="[^"]*"| version="1\.1"')
_IDS: Final = re.compile(r'(\bid="|url\(#|href="#)([^")]+)')


def drawn(figure: Figure, name: str, title: str, text: str) -> Drawn:
    """A figure to be put into a page: `title` is its name and `text` says what is seen, for those who hear it."""
    buffer = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = _METADATA.sub("", _ABOVE.sub("", buffer.getvalue()))
    svg = _IDS.sub(rf"\g<1>{name}-\g<2>", _NAMESPACES.sub("", svg))
    svg = re.sub(
        r'(<svg[^>]*?)( width="[^"]*")',
        r"\1",
        re.sub(r'(<svg[^>]*?)( height="[^"]*")', r"\1", svg, count=1),
        count=1,
    )
    names = f'role="img" aria-labelledby="{name}-name {name}-text"'
    told = f'<title id="{name}-name">{html.escape(title)}</title><desc id="{name}-text">{html.escape(text)}</desc>'
    svg = re.sub(r"<svg([^>]*)>", lambda found: f"<svg {names}{found[1]}>{told}", svg, count=1)
    return Drawn(title, svg, text)
