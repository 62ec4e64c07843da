"""The forms behind the buttons of the Home tab: each field with its value and what it does."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bot.domain.settings.emoji import EMOJI_LIMIT
from bot.domain.settings.schedules import MONTHLY_LENGTHS, WEEKLY_LENGTHS
from bot.domain.settings.settings import FIELDS, LINES_LIMIT, NAME_LIMIT, Section
from bot.domain.workdays import COUNTRY_LIMIT
from bot.domain.zones import ZONE_LIMIT
from bot.messages.blockkit import inputs
from bot.messages.blockkit.blocks import context, header
from bot.messages.blockkit.ids import ADMIN_SAVE
from bot.messages.blockkit.view import View
from bot.messages.settings.labels import choices, chosen, section_title, setting_hint, setting_label
from bot.messages.settings.schedule_labels import parts_offered
from bot.messages.text.markup import channel_link, plain, safe

if TYPE_CHECKING:
    from bot.domain.workspaces import Workspace
    from bot.messages.blockkit.blocks import Block
    from bot.messages.text.words import Words

SETTING = "setting"  # with a setting's name after it, the id of its field
_OPTIONAL = frozenset(
    {
        "pair_cap",
        "pair_cap_thanks",
        "values",
        "reaction_worth",
        "points_name_one",
        "points_name_many",
        "announcement_channel_id",
        "channel_ids",
        "weekly_channel_id",
        "weekly_zone",
        "monthly_channel_id",
        "monthly_country",
        "monthly_zone",
        "admin_ids",
    }
)
_TYPED = {
    "values": LINES_LIMIT,
    "reaction_worth": LINES_LIMIT,
    "points_name_one": NAME_LIMIT,
    "points_name_many": NAME_LIMIT,
    "currency_emoji": EMOJI_LIMIT,
    "weekly_zone": ZONE_LIMIT,
    "monthly_zone": ZONE_LIMIT,
    "monthly_country": COUNTRY_LIMIT,
}
_ONE_CHANNEL = frozenset({"announcement_channel_id", "weekly_channel_id", "monthly_channel_id"})
_TIMES = frozenset({"weekly_time", "monthly_time", "digest_time"})
_LIMITED = {"weekly_length": WEEKLY_LENGTHS, "monthly_length": MONTHLY_LENGTHS}
_POSTED = frozenset({Section.WEEKLY, Section.MONTHLY})
_RADIO_MOST = 3


def settings_view(words: Words, section: Section, workspace: Workspace) -> View:
    """Return the form for a section, with what is set now."""
    values = asdict(workspace.settings)
    zone = workspace.time_zone
    return View(
        title=words.text("Settings"),
        submit=words.text("Save"),
        close=words.text("Cancel"),
        callback_id=ADMIN_SAVE,
        private_metadata=json.dumps({"section": section}),
        blocks=(
            header(section_title(words, section)),
            *([_fallback(words, workspace)] if section in _POSTED else []),
            *[_field(words, name, values[name], zone) for name in FIELDS[section]],
        ),
    )


def _fallback(words: Words, workspace: Workspace) -> Block:
    """Return where a post without a channel of its own goes: a hint could not name a channel."""
    channel_id = workspace.settings.announcement_channel_id
    if channel_id is None:
        return context(
            words.text("There is no announcement channel yet, so choose a channel for it here.")
        )
    return context(
        words.text("The announcement channel is {channel}.", channel=channel_link(channel_id))
    )


def _field(words: Words, name: str, value: Any, time_zone: str) -> Block:
    return inputs.field(
        setting_label(words, name),
        _element(words, name, value),
        hint=setting_hint(words, name, time_zone),
        optional=name in _OPTIONAL,
    )


def setting_id(name: str) -> str:
    """Return the id of a setting's field."""
    return f"{SETTING}:{name}"


def _element(words: Words, name: str, value: Any) -> Block:
    action_id = setting_id(name)
    options, parts = choices(words, name), parts_offered(words, name)
    if options:
        as_radio = len(options) <= _RADIO_MOST and name != "locale"
        return inputs.choice(action_id, options, initial=chosen(value), as_radio=as_radio)
    if parts:
        return inputs.checkboxes(action_id, parts, initial=value)
    if name in _TYPED:
        return _typed(action_id, name, value)
    return _picked(action_id, name, value)


def _picked(action_id: str, name: str, value: Any) -> Block:
    """Return a field in which one picks a time, channels, people or a number."""
    if name in _TIMES:
        return inputs.time_input(action_id, initial=value)
    if name in _ONE_CHANNEL:
        return inputs.channels_select(action_id, initial=[value] if value else [], most=1)
    if name == "channel_ids":
        return inputs.channels_select(action_id, initial=value)
    if name == "admin_ids":
        return inputs.people_select(action_id, initial=value)
    least, most = _LIMITED.get(name, (None, None))
    return inputs.number_input(action_id, initial=value, minimum=least, maximum=most)


def _typed(action_id: str, name: str, value: Any) -> Block:
    """Return a field with a value as one types it."""
    limit = _TYPED[name]
    if name == "values":
        typed = "\n".join(value)
    elif name == "reaction_worth":
        typed = "\n".join(f":{each}: {worth}" for each, worth in value.items())
    elif name == "currency_emoji":
        typed = f":{value}:"
    else:
        typed = value or ""
    is_list = limit == LINES_LIMIT
    return inputs.text_input(
        action_id, initial=plain(safe(typed)), multiline=is_list, max_length=limit
    )
