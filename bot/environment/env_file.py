"""`.env` before it is read: what a reader would leave out without a word is told."""

from __future__ import annotations

import codecs
import re
from difflib import get_close_matches
from io import StringIO
from typing import TYPE_CHECKING

from dotenv.parser import parse_stream

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from dotenv.parser import Binding

# Of compose.yml, which becomes settings inside of it, and stands in the same file.
OF_COMPOSE = frozenset({"KUDOS_DOMAIN", "POSTGRES_PASSWORD"})
OURS = ("KUDOS_", "SLACK_", "DATABASE_")
ALIKE = 0.8  # how much of a name must be right for the rest to be a slip
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NAMED = re.compile(r"\$\{([^}:]*)\}")  # one with a default, `${NAME:-…}`, always has a value


def faults_of(path: Path, known: Collection[str], environment: Collection[str]) -> list[str]:
    """Returns what is wrong with the file itself, one sentence each; none where there is no file.

    `known` are the names of all settings, `environment` those that are set outside of the file.
    """
    # To read a pipe would wait for whoever writes to it.
    for kind, is_that in (("folder", path.is_dir), ("pipe", path.is_fifo)):
        if is_that():
            return [f"{path} is a {kind}. The settings belong into a file of that name."]
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        where = [path.readlink()] if path.is_symlink() else []
        return [f"{path} is a link to {each}, and there is no such file." for each in where]
    except OSError as error:
        return [f"{path} cannot be read: {error.strerror}."]
    if content.startswith(UTF_16) or b"\0" in content:
        return [f"{path} is written in UTF-16 or is no text. Save it as UTF-8."]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return [f"{path} has a character in line {line} that is not UTF-8. Save it as UTF-8."]
    lines = list(parse_stream(StringIO(text)))
    names = {binding.key for binding in lines if binding.key}
    faults = [f for binding in lines for f in _faults_of_line(binding, names, known, environment)]
    return [f"{path}{fault}" for fault in faults]


def _faults_of_line(
    binding: Binding, names: set[str], known: Collection[str], environment: Collection[str]
) -> Iterator[str]:
    line = binding.original.line
    # The parser counts the empty lines before a setting to it.
    line += len(binding.original.string) - len(binding.original.string.lstrip("\n"))
    if binding.error:
        yield f", line {line}, cannot be read. It must be NAME=value, with quotes closed."
        return
    if binding.key is None:
        return
    if binding.value is None:
        yield f", line {line}, has a name without a value. It must be NAME=value."
    name = binding.key.upper()
    if name.startswith(OURS) and name not in known and name not in OF_COMPOSE:
        meant = get_close_matches(name, sorted(known), n=1, cutoff=ALIKE)
        if meant:
            yield f", line {line}, sets {name}, which is no setting. Is it {meant[0]}?"
    for used in _NAMED.findall(binding.value or ""):
        if used not in names and used not in environment:
            yield f", line {line}, names ${{{used}}}, and nothing of that name is set."
