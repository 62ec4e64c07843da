"""Who is meant by what stands in the cells of a table. Nobody is ever guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from bot.domain.history_import.faults import BadRowError, RowFault, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

USER_ID = re.compile(r"(?:<@)?([UW][A-Z0-9]{4,30})(?:\|[^<>]*)?>?")
_SEVERAL = re.compile(r"[,;|\n]|\s+&\s+|\s+and\s+")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")


@dataclass(frozen=True, slots=True)
class People:
    """Who is known, by which ids and names."""

    ids: frozenset[str]
    by_name: Mapping[str, frozenset[str]]  # display name, in small letters
    told: Mapping[str, str] = field(default_factory=dict)  # by the operator, in small letters
    keeps_unknown: bool = False  # who is known by no name here is somebody who left
    _former: dict[str, str] = field(default_factory=dict)  # the names of those who left, by id

    def find(
        self, cells: Sequence[str], *, has_own_ids: bool = True, may_lack_name: bool = False
    ) -> str:
        """Returns the id of the one whom the cells name, the surest first.

        Whoever has a Slack id that nobody here has, and a name beside it, is somebody who left;
        unless the ids are another workspace's. Raises `BadRowError` for nobody, and for several.
        """
        texts = [text for text in map(one_line, cells) if text]
        for text in texts:
            if text.casefold() in self.told:
                return self.told[text.casefold()]
        foreign = ""
        for text in texts:
            match = USER_ID.fullmatch(text)
            if match is not None and match[1] in self.ids:
                return match[1]
            foreign = foreign or (match[1] if match is not None else "")
        name = _name_of(texts)
        if foreign and has_own_ids and (name or may_lack_name):
            return self._note_former(foreign, name)
        several = ""
        for text in texts:
            found = self.by_name.get(text.removeprefix("@").casefold(), frozenset())
            if len(found) == 1:
                return next(iter(found))
            several = several or (text if found else "")
        if several:
            raise BadRowError(RowFault.SEVERAL_PEOPLE, several)
        if self.keeps_unknown and texts:
            return self._note_former(foreign or _id_made_of(name), name)
        raise BadRowError(RowFault.UNKNOWN_PERSON, name or "".join(texts[:1]))

    def find_several(self, cells: Sequence[str], *, has_own_ids: bool = True) -> tuple[str, ...]:
        """Returns the ids of all whom the cells name; raises `BadRowError` as `find` does."""
        several = next((cell for cell in cells if _SEVERAL.search(cell)), None)
        if several is None:
            return (self.find(cells, has_own_ids=has_own_ids),)
        sure = People(self.ids, self.by_name, self.told)  # names have commas in them, too
        try:
            return (sure.find(cells, has_own_ids=False),)
        except BadRowError:
            parts = [part for each in _SEVERAL.split(several) if (part := each.strip())]
            return tuple(sure.find([part], has_own_ids=False) for part in parts)

    @property
    def former(self) -> Mapping[str, str]:
        """The names of all who left before anybody here knew them, by id."""
        return self._former

    def _note_former(self, user_id: str, name: str) -> str:
        self._former[user_id] = self._former.get(user_id) or name
        return user_id


def people_of(
    names: Iterable[tuple[str, str]], told: Mapping[str, str], *, keeps_unknown: bool = False
) -> People:
    """Returns who is meant by which name; `names` are ids with display names."""
    ids: set[str] = set()
    by_name: dict[str, set[str]] = {}
    for user_id, name in names:
        ids.add(user_id)
        by_name.setdefault(one_line(name).casefold(), set()).add(user_id)
    sets = {name: frozenset(of_name) for name, of_name in by_name.items()}
    known = {one_line(name).casefold(): user_id for name, user_id in told.items() if user_id in ids}
    return People(frozenset(ids), sets, known, keeps_unknown)


def _name_of(texts: Sequence[str]) -> str:
    """Returns what people call somebody: neither an id nor, where there is better, an address."""
    named = [text for text in texts if USER_ID.fullmatch(text) is None]
    return next((text for text in reversed(named) if _EMAIL.fullmatch(text) is None), "") or next(
        iter(named), ""
    )


def _id_made_of(name: str) -> str:
    """Returns an id like Slack's, the same for a name in every import."""
    return f"ULEFT{sha256(name.casefold().encode(errors='replace')).hexdigest()[:16].upper()}"
