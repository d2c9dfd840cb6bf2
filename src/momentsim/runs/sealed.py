"""Files that are kept for later: each says what it answers and carries a checksum of all of it.

A first line with the kind of file and the version of its form, a line with the SHA-256 of everything below it, a line
with what it is an answer to, and the content. So a file that was damaged, or copied over another, is known as such.
"""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path
from typing import Final

PROGRAM: Final = "momentsim"
_MOST_SEAL: Final = 4096
"""Bytes that the lines above the content take at most."""


class Unusable(ValueError):
    """A kept file that cannot be used; says why."""


def sealed(kind: str, identity: str, content: bytes) -> bytes:
    """The bytes of a file of this kind that answers `identity`, which is one line."""
    below = identity.encode() + b"\n" + content
    return b"\n".join((_first_line(kind), _checksum(below), below))


def unsealed(file: Path, kind: str, identity: str, *, most: int) -> bytes:
    """The content of a file that is just that, of at most `most` bytes.

    Raises FileNotFoundError where there is none, and Unusable where something else is in its place.
    """
    first, _, rest = _bytes_of(file, most + _MOST_SEAL).partition(b"\n")
    checksum, _, below = rest.partition(b"\n")
    if first != _first_line(kind) or checksum != _checksum(below):
        raise Unusable("it is damaged")
    answers, _, content = below.partition(b"\n")
    if answers != identity.encode():
        raise Unusable("it is of something else")
    return content


def checksum_of(file: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _first_line(kind: str) -> bytes:
    return f"{PROGRAM} {kind}".encode()


def _checksum(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _bytes_of(file: Path, most: int) -> bytes:
    try:
        found = file.stat()
        if not stat.S_ISREG(found.st_mode):
            raise Unusable("it is no file")
        if found.st_size > most:
            raise Unusable("it is too large")
        with file.open("rb") as stream:
            content = stream.read(found.st_size + 1)  # not of `most`, which would be set aside first
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Unusable(f"it cannot be read: {(error.strerror or str(error)).lower()}") from None
    if len(content) > found.st_size:
        raise Unusable("it is still being written")
    return content
