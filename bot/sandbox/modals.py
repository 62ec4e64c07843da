"""Views: the modals that a person has open, and their Home tab."""

from secrets import token_hex

from bot.sandbox.app_messages import invalid_blocks
from bot.sandbox.blocks import check_view, is_too_large
from bot.sandbox.inputs import give_ids, initial_values
from bot.sandbox.manifest import Manifest
from bot.sandbox.model import Json, SlackError, View
from bot.sandbox.triggers import Triggers
from bot.sandbox.workspace import Workspace

MOST_IN_STACK = 3


class Modals:
    """Opens, stacks, updates and closes views. Refusals are SlackError with Slack's names."""

    def __init__(self, workspace: Workspace, manifest: Manifest, triggers: Triggers) -> None:
        self._workspace = workspace
        self._manifest = manifest
        self._triggers = triggers

    def open(self, trigger_id: str, source: Json) -> View:
        """Open a modal in place of whatever the person had open."""
        self._check(source, "modal")
        user_id = self._triggers.redeem(trigger_id)
        for view in self._workspace.stack_of(user_id):
            self._workspace.remove_view(view.id)
        self._workspace.stacks[user_id] = []
        return self._put_on_top(user_id, source)

    def push(self, trigger_id: str, source: Json) -> View:
        """Put a modal on top of those that are open."""
        self._check(source, "modal")
        user_id = self._triggers.redeem(trigger_id)
        stack = self._workspace.stacks.get(user_id, [])
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= MOST_IN_STACK:
            raise SlackError("push_limit_reached")
        return self._put_on_top(user_id, source)

    def push_answer(self, user_id: str, source: Json) -> View:
        """Put a modal on top, as the answer to a submission."""
        self._check(source, "modal")
        if len(self._workspace.stacks.get(user_id, [])) >= MOST_IN_STACK:
            raise SlackError("push_limit_reached")
        return self._put_on_top(user_id, source)

    def update(self, view: View, source: Json, hash_: str | None = None) -> View:
        """Replace what a view shows; what was typed stays where both its ids stay."""
        self._check(source, view.raw["type"], view)
        if hash_ is not None and hash_ != view.raw["hash"]:
            raise SlackError("hash_conflict")
        kept = view.raw["state"]["values"]
        fresh = self._raw(source, view.id)
        fresh["state"] = {"values": initial_values(fresh["blocks"], kept)}
        fresh |= {name: view.raw[name] for name in ("root_view_id", "previous_view_id")}
        view.raw = fresh
        view.errors = {}
        self._save(view)
        return view

    def publish(self, user_id: str, source: Json, hash_: str | None = None) -> View:
        """Show a person their Home tab."""
        if not self._manifest.has_home:
            raise SlackError("not_enabled")
        self._check(source, "home")
        view = self._workspace.home_of(user_id)
        if view is not None:
            return self.update(view, source, hash_)
        view_id = self._new_id()
        view = View(id=view_id, user_id=user_id, raw=self._raw(source, view_id))
        self._workspace.home_ids[user_id] = view_id
        self._save(view)
        self._workspace.save_screen(user_id)
        return view

    def find(self, view_id: str | None, external_id: str | None) -> View:
        """Return an open view. Raises SlackError not_found."""
        for view in self._workspace.views.values():
            if view.id == view_id or (external_id and view.raw["external_id"] == external_id):
                return view
        raise SlackError("not_found")

    def close(self, view: View, *, everything: bool = False) -> list[View]:
        """Close a modal (or all of them) and return what was closed, the top first."""
        stack = self._workspace.stacks.get(view.user_id, [])
        if view.id not in stack:
            return []
        start = 0 if everything or view.raw["clear_on_close"] else stack.index(view.id)
        closed = [self._workspace.views[view_id] for view_id in reversed(stack[start:])]
        del stack[start:]
        for one in closed:
            self._workspace.remove_view(one.id)
        self._workspace.save_screen(view.user_id)
        self._workspace.changes.tell("views", user_id=view.user_id)
        return closed

    def show_errors(self, view: View, errors: dict[str, str]) -> None:
        """Show complaints below inputs of an open modal."""
        view.errors = errors
        self._save(view)

    def set_values(self, view: View, values: Json) -> None:
        """Note what a person has put in so far."""
        view.raw["state"] = {"values": values}
        self._save(view)

    def set_busy(self, view: View, *, is_busy: bool) -> None:
        """Show or end the waiting sign of a modal that is being sent."""
        view.is_busy = is_busy
        if view.id in self._workspace.views:
            self._save(view)

    def _save(self, view: View) -> None:
        self._workspace.save_view(view)
        kind = "home" if view.raw["type"] == "home" else "views"
        self._workspace.changes.tell(kind, user_id=view.user_id)

    def _put_on_top(self, user_id: str, source: Json) -> View:
        stack = self._workspace.stacks.setdefault(user_id, [])
        view_id = self._new_id()
        raw = self._raw(source, view_id)
        if stack:
            raw |= {"root_view_id": stack[0], "previous_view_id": stack[-1]}
        view = View(id=view_id, user_id=user_id, raw=raw)
        stack.append(view_id)
        self._save(view)
        self._workspace.save_screen(user_id)
        return view

    def _check(self, source: Json, type_: str, view: View | None = None) -> None:
        if is_too_large(source):
            raise SlackError("view_too_large")
        errors = check_view(source)
        if not errors and source["type"] != type_:
            errors = [f"must be of type {type_} [json-pointer:/view/type]"]
        if errors:
            raise invalid_blocks("invalid_arguments", errors)
        external_id = source.get("external_id")
        others = (other for other in self._workspace.views.values() if other is not view)
        if external_id and any(other.raw["external_id"] == external_id for other in others):
            raise SlackError("duplicate_external_id")

    def _new_id(self) -> str:
        return f"V{token_hex(5).upper()}"

    def _raw(self, source: Json, view_id: str) -> Json:
        blocks = give_ids(source["blocks"])
        return {
            "id": view_id,
            "team_id": self._workspace.team["id"],
            "type": source["type"],
            "blocks": blocks,
            "private_metadata": source.get("private_metadata", ""),
            "callback_id": source.get("callback_id", ""),
            "state": {"values": initial_values(blocks)},
            "hash": f"{self._workspace.stamps.next()}.{token_hex(4)}",
            "title": source.get("title"),
            "clear_on_close": bool(source.get("clear_on_close")),
            "notify_on_close": bool(source.get("notify_on_close")),
            "close": source.get("close"),
            "submit": source.get("submit"),
            "previous_view_id": None,
            "root_view_id": view_id,
            "app_id": self._workspace.app["id"],
            "external_id": source.get("external_id", ""),
            "app_installed_team_id": self._workspace.team["id"],
            "bot_id": self._workspace.app["bot_id"],
        }
