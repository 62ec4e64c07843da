"""What Slack's payloads must look like, as far as Kudos reads them.

Slack signs what it sends, and still a payload may be cut, of a later version, or somebody's who has
the secret. What is not shaped like this is turned away at the door, so that nothing behind it needs
to doubt an id. What people fill in, in forms, is doubted where it is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

if TYPE_CHECKING:
    from collections.abc import Mapping

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{1,32}$")]
NamedTeam = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{0,32}$")]  # or left empty
Moment = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,16}(\.[0-9]{1,12})?$")]
Key = Annotated[str, StringConstraints(pattern=r"^[ -~]{1,200}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Address = Annotated[str, StringConstraints(max_length=4_000)]
# What somebody is called, and where: Slack allows 80 characters.
Called = Annotated[str, StringConstraints(max_length=400)]
Zone = Annotated[str, StringConstraints(max_length=64)]
Locale = Annotated[str, StringConstraints(max_length=16)]


class Shape(BaseModel):
    """The fields that are read; there may be others."""

    model_config = ConfigDict(strict=True, extra="ignore")


class CommandPayload(Shape):
    """A slash command."""

    command: Name
    team_id: Id
    user_id: Id
    channel_id: Id
    trigger_id: Key
    response_url: Address
    channel_name: Called | None = None
    text: str | None = None


class Team(Shape):
    """Where somebody acts."""

    id: Id


class User(Shape):
    """Who acts."""

    id: Id
    team_id: NamedTeam | None = None


class Label(Shape):
    """A title, or what stands on a button."""

    text: str


class Element(Shape):
    """What can be filled in."""

    action_id: Name | None = None


class Block(Shape):
    """A part of a view, as we made it."""

    type: Name
    block_id: Name | None = None
    element: Element | None = None


class ViewPayload(Shape):
    """A modal or a Home tab."""

    id: Key
    type: Name
    team_id: NamedTeam | None = None
    app_installed_team_id: NamedTeam | None = None
    hash: Key | None = None
    callback_id: str | None = None
    blocks: list[Block] | None = None


class Option(Shape):
    """One of several things that can be chosen."""

    value: str | None = None


class ActionPayload(Shape):
    """What was pressed or chosen."""

    action_id: Annotated[str, StringConstraints(max_length=255)]
    action_ts: Moment
    value: str | None = None
    selected_option: Option | None = None


class Container(Shape):
    """Where the pressed thing stands."""

    thread_ts: Moment | None = None
    channel_id: Id | None = None
    message_ts: Moment | None = None


class InteractionPayload(Shape):
    """What somebody did on a surface of ours."""

    user: User
    team: Team | None = None
    view: ViewPayload | None = None


class Action(InteractionPayload):
    """A button that was pressed, or a choice that was made."""

    actions: Annotated[list[ActionPayload], Field(min_length=1)]
    trigger_id: Key
    response_url: Address | None = None
    container: Container | None = None


class FormPayload(ViewPayload):
    """A modal with what was filled in."""

    callback_id: Name
    blocks: list[Block]


class GiveForm(FormPayload):
    """The form for giving, which is shown again with other lines."""

    title: Label
    submit: Label
    close: Label
    private_metadata: Any

    @model_validator(mode="after")
    def _has_fields(self) -> Self:
        """What is refused is told at a field, so that there is one, and each has its ids."""
        elements = [block.element for block in self.blocks if block.type == "input"]
        named = [block.block_id for block in self.blocks if block.type == "input"]
        if not named or not all(named) or not all(each and each.action_id for each in elements):
            raise ValueError("blocks")
        return self


class Submission(InteractionPayload):
    """A form that was submitted."""

    view: FormPayload


class Shortcut(InteractionPayload):
    """A shortcut from the menu."""

    callback_id: Name
    trigger_id: Key


class Channel(Shape):
    """Where a message stands."""

    id: Id
    name: Called | None = None


class MessageRef(Shape):
    """A message."""

    user: Id | None = None


class MessageShortcut(Shortcut):
    """A shortcut from the menu of a message."""

    channel: Channel
    message: MessageRef
    message_ts: Moment
    response_url: Address


class AnyEvent(Shape):
    """An event of which nothing is known but its kind."""

    type: Name


class Item(Shape):
    """What a reaction stands on."""

    type: Name
    channel: Id | None = None
    ts: Moment | None = None

    @model_validator(mode="after")
    def _message_has_a_place(self) -> Self:
        if self.type == "message" and (self.channel is None or self.ts is None):
            raise ValueError("place")
        return self


class Reaction(AnyEvent):
    """An emoji that came or went."""

    user: Id
    item: Item
    item_user: Id | None = None
    reaction: Annotated[str, StringConstraints(min_length=1, max_length=128)]
    event_ts: Moment


class Profile(Shape):
    """What somebody calls themselves."""

    team: NamedTeam | None = None
    display_name: Called | None = None
    real_name: Called | None = None


class EnterpriseUser(Shape):
    """In which workspaces of an organization somebody is."""

    teams: list[Id] | None = None


class Person(User):
    """Somebody, as Slack describes them."""

    profile: Profile | None = None
    enterprise_user: EnterpriseUser | None = None
    real_name: Called | None = None
    tz: Zone | None = None
    locale: Locale | None = None


class PersonChanged(AnyEvent):
    """Somebody joined or changed."""

    user: Person


class Group(Shape):
    """A user group with who is in it."""

    id: Id
    users: list[Id] = []


class GroupChanged(AnyEvent):
    """A user group with other people in it."""

    subteam: Group


class LargeGroupChanged(AnyEvent):
    """A user group that is too large to be told of in full."""

    subteam_id: Id


class ChannelIdChanged(AnyEvent):
    """A channel with another id."""

    old_channel_id: Id
    new_channel_id: Id


class ChannelArchived(AnyEvent):
    """A channel that was closed."""

    channel: Id
    user: Id | None = None


class VisibleView(Shape):
    """The view that somebody sees."""

    hash: Key | None = None


class HomeOpened(AnyEvent):
    """Somebody looks at a tab of the app."""

    user: Id
    view: VisibleView | None = None


class Mentioned(AnyEvent):
    """The app's name in a message."""

    user: Id | None = None
    channel: Id
    ts: Moment
    thread_ts: Moment | None = None
    text: str = ""


class Function(Shape):
    """A step of a workflow."""

    callback_id: Name


class Inputs(Shape):
    """What a step was filled in with."""

    receiver: str | list[str] | None = None
    channel: Id | None = None


class FunctionExecuted(AnyEvent):
    """A step that is to run."""

    function: Function
    function_execution_id: Key
    inputs: Inputs | None = None


class Revoked(Shape):
    """Whose tokens are worth nothing any more: people, and the app's own user."""

    bot: list[Id] = []


class TokensRevoked(AnyEvent):
    """Tokens that are worth nothing any more."""

    tokens: Revoked


class TeamAccess(AnyEvent):
    """An organization gives the app to workspaces of its own, or takes it away."""

    team_ids: Annotated[list[Id], Field(max_length=1_000)]


class Authorization(Shape):
    """An installation for which an event is sent."""

    team_id: NamedTeam | None = None
    enterprise_id: NamedTeam | None = None


class Callback(Shape):
    """What every event comes in."""

    team_id: NamedTeam | None = None
    context_team_id: NamedTeam | None = None
    authorizations: list[Authorization] | None = None
    event: dict[str, Any]


class Verification(Shape):
    """Slack asks whether the address is ours."""

    challenge: Called


EVENT_SHAPES: Mapping[str, type[Shape]] = {
    "tokens_revoked": TokensRevoked,
    "team_access_granted": TeamAccess,
    "team_access_revoked": TeamAccess,
    "reaction_added": Reaction,
    "reaction_removed": Reaction,
    "team_join": PersonChanged,
    "user_change": PersonChanged,
    "subteam_updated": GroupChanged,
    "subteam_members_changed": LargeGroupChanged,
    "channel_id_changed": ChannelIdChanged,
    "channel_archive": ChannelArchived,
    "group_archive": ChannelArchived,
    "app_home_opened": HomeOpened,
    "app_mention": Mentioned,
    "function_executed": FunctionExecuted,
}
