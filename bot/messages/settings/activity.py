"""The activity list: who changed what, when, from what and to what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.periods import period_named
from bot.domain.schedules import POSTED_KINDS
from bot.domain.settings.settings import Section
from bot.domain.workspaces import WorkspaceSettings
from bot.messages.blockkit import ids
from bot.messages.blockkit.blocks import bullets, paragraph, rich_text
from bot.messages.blockkit.pager import pager
from bot.messages.blockkit.view import View
from bot.messages.boards.controls import period_name
from bot.messages.settings.labels import section_title, setting_name, setting_value, subject, who
from bot.messages.text.markup import safe, shortened
from bot.messages.text.phrases import points

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.admin import Activity, ActivityPage
    from bot.messages.text.words import Words

_VALUE_SHOWN = 200
_SETTINGS = frozenset(WorkspaceSettings.__dataclass_fields__)


def activity_view(words: Words, page: ActivityPage, groups: Mapping[str, str]) -> View:
    """Return one page of the list; `groups` has the names of user groups by their ids."""
    lines = [_line(words, activity, groups) for activity in page.activities]
    empty = words.text("Nothing has been changed yet.")
    return View(
        title=words.text("Activity"),
        close=words.text("Close"),
        blocks=(
            rich_text(bullets(lines) if lines else paragraph(empty)),
            *pager(
                words,
                page.page,
                has_older=page.has_older,
                newer_id=ids.ACTIVITY_NEWER,
                older_id=ids.ACTIVITY_OLDER,
            ),
        ),
    )


def _line(words: Words, activity: Activity, groups: Mapping[str, str]) -> str:
    if activity.what in {"post_now", "post_missed"}:
        return _post_line(words, activity)
    what = [words.moment(activity.created_at), who(words, activity.actor_id)]
    if activity.what == "ledger_seen":
        person = subject(words, activity.subject_id or "", groups)
        return " · ".join([*what, words.text("Looked at the ledger of {person}", person=person)])
    if activity.what in _SETTINGS:
        what.append(setting_name(words, activity.what))
        before, after = (
            setting_value(words, activity.what, value)
            for value in (activity.before, activity.after)
        )
    else:
        what.append(_act(words, activity.what))
        if activity.subject_id is not None:
            what.append(subject(words, activity.subject_id, groups))
        before, after = (_value(words, value) for value in (activity.before, activity.after))
    what.append(
        words.text(
            "from {before} to {after}",
            before=shortened(before, _VALUE_SHOWN),
            after=shortened(after, _VALUE_SHOWN),
        )
    )
    return " · ".join(what)


def _post_line(words: Words, activity: Activity) -> str:
    """Return what became of a post, which changes nothing from one value to another."""
    after = activity.after if isinstance(activity.after, dict) else {}
    kind = activity.subject_id or ""
    title = section_title(words, Section(kind)) if kind in set(POSTED_KINDS) else safe(kind)
    is_missed = activity.what == "post_missed"
    facts = [
        words.moment(activity.created_at),
        # Translators: who did something, where nobody did: the app itself.
        words.text("Kudos") if is_missed else who(words, activity.actor_id),
        words.text("{post} missed, because Kudos was not running", post=title)
        if is_missed
        else words.text("{post} posted by hand", post=title),
        _period(words, str(after.get("period", ""))),
    ]
    return " · ".join(fact for fact in facts if fact)


def _period(words: Words, key: str) -> str:
    """Return the week or the month of a post, by its key."""
    try:
        period = period_named(key)
    except ValueError:
        return ""
    return period_name(words, period)


def _act(words: Words, what: str) -> str:
    """Return what was done, for all that is no setting."""
    acts = {
        "override": words.text("Another allowance"),
        "boost_given": words.text("Boost given"),
        "boost_ended": words.text("Boost ended"),
        "balance_adjusted": words.text("Balance corrected"),
        "kudos_removed": words.text("Kudos taken back"),
    }
    return acts.get(what) or safe(what)


def _value(words: Words, value: Any) -> str:
    if isinstance(value, dict):
        facts = [
            points(words, value["points"]) if "points" in value else "",
            safe(str(value.get("ends_on", ""))),
            safe(str(value.get("reason", ""))),
        ]
        return ", ".join(fact for fact in facts if fact)
    if isinstance(value, int):
        return points(words, value)
    return words.text("none")
