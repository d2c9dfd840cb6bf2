"""The parts of an .xlsx file, read as a stream within limits: a file from anybody may claim any size and any depth.

An .xlsx is a zip of XML. Only parts that are asked for are unpacked, never more of one than it says it has, and a part
is given up as soon as it is too large, too deep, has too many elements, or declares a document type (which entities
need). Nothing is built in memory but what a listener keeps.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Final, NamedTuple
from xml.parsers import expat

from momentsim.errors import Problem, ScenarioError

MAX_PARTS: Final = 5_000
MAX_PART_BYTES: Final = 40_000_000
"""Of one part unpacked."""
MAX_DEPTH: Final = 50
MAX_TOKEN: Final = 2_000_000
"""Bytes of one tag with its attributes."""
CHUNK: Final = 65_536
_UNPACKED: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Ways of packing that Excel uses; others may unpack any amount at once."""
ROOM: Final = "save the sheet with the table as a file of its own, or as CSV"
AGAIN: Final = "open it in Excel or LibreOffice and save it as .xlsx again"

Attributes = dict[str, str]


class Listener(NamedTuple):
    """What is told of a part: beginnings and ends of elements by local name, and text where `text` asked for it."""

    start: Callable[[str, Attributes], bool]
    """Whether the text of this element is wanted."""
    end: Callable[[str, str], None]
    """Name and, where it was wanted, the text."""


@dataclass(frozen=True)
class WorkbookPackage:
    """An opened package; `name` is how messages call the file."""

    name: str
    archive: zipfile.ZipFile

    def names(self) -> list[str]:
        """Every part."""
        return self.archive.namelist()

    def has(self, part: str) -> bool:
        """Whether there is such a part."""
        return part in self.archive.NameToInfo

    def listen(self, part: str, listener: Listener, most: int) -> None:
        """Read a part of at most `most` elements; ScenarioError where it is no such thing."""
        try:
            with self.archive.open(part) as stream:
                if self.archive.getinfo(part).file_size > MAX_PART_BYTES:
                    raise self.refused(f"'{part}' has more than {MAX_PART_BYTES:,} bytes unpacked", ROOM)
                _PartReading(self, part, listener, most).read(stream)
        except (KeyError, EOFError, OSError, RuntimeError, zlib.error, zipfile.BadZipFile):
            raise self.broken(f"'{part}' cannot be unpacked") from None

    def refused(self, what: str, allowed: str) -> ScenarioError:
        """An error about the file as a whole."""
        return ScenarioError([Problem(self.name, 0, 0, "", what, allowed)])

    def broken(self, why: str) -> ScenarioError:
        """The error of a file that is no workbook, or no whole one."""
        return self.refused(f"this is no whole Excel workbook ({why})", AGAIN)


def open_parts(content: bytes, name: str) -> WorkbookPackage:
    """Open the bytes of an .xlsx; raises ScenarioError."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        what = "this is an old Excel file, or one with a password"
        raise ScenarioError([Problem(name, 0, 0, "", what, "save it as .xlsx without a password")])
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OverflowError, OSError, NotImplementedError):
        what = "this is no Excel workbook, or not a whole one"
        raise ScenarioError([Problem(name, 0, 0, "", what, AGAIN)]) from None
    parts = WorkbookPackage(name, archive)
    if len(archive.namelist()) > MAX_PARTS:
        raise parts.refused(f"the file has {len(archive.namelist()):,} parts", f"at most {MAX_PARTS:,}")
    if any(info.compress_type not in _UNPACKED or info.flag_bits & 1 for info in archive.infolist()):
        raise parts.broken("it is packed in a way that Excel does not use")
    return parts


def part_beside(part: str, target: str) -> str:
    """Name of the part that `target` means, as seen from another part."""
    if target.startswith("/"):
        return posixpath.normpath(target).lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))


@dataclass(slots=True)
class _PartReading:
    """One pass over one part."""

    parts: WorkbookPackage
    part: str
    listener: Listener
    most: int
    depth: int = 0
    count: int = 0
    wanted_at: int = 0
    text: list[str] | None = None

    def read(self, stream: IO[bytes]) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.buffer_size = CHUNK
        parser.StartDoctypeDeclHandler = self._no_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        fed = 0
        try:
            while chunk := stream.read(CHUNK):
                parser.Parse(chunk, False)
                fed += len(chunk)
                if fed - parser.CurrentByteIndex > MAX_TOKEN:
                    raise self.parts.broken(f"'{self.part}' has a tag of more than {MAX_TOKEN:,} bytes")
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise self.parts.broken(f"'{self.part}', line {error.lineno}: no XML") from None

    def _no_doctype(self, *_about: object) -> None:
        raise self.parts.broken(f"'{self.part}' declares a document type")

    def _start(self, tag: str, attributes: Attributes) -> None:
        self.depth += 1
        self.count += 1
        if self.count > self.most:
            raise self.parts.refused(f"'{self.part}' has more than {self.most:,} elements", ROOM)
        if self.depth > MAX_DEPTH:
            raise self.parts.broken(f"'{self.part}' is nested too deeply")
        if self.listener.start(tag.rpartition(":")[2], attributes):
            self.text, self.wanted_at = [], self.depth

    def _end(self, tag: str) -> None:
        text = ""
        if self.text is not None and self.depth == self.wanted_at:
            text, self.text = "".join(self.text), None
        self.depth -= 1
        self.listener.end(tag.rpartition(":")[2], text)

    def _characters(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)
