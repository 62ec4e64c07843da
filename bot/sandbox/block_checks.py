"""The checks that blocks and elements share, and the list of what is wrong."""

from bot.sandbox.model import Json

TEXT_TYPES = frozenset({"plain_text", "mrkdwn"})


class Checker:
    """Collects complaints in Slack's form: words, then a JSON pointer to the place."""

    def __init__(self, surface: str) -> None:
        self.surface = surface  # "message", "modal" or "home"
        self.errors: list[str] = []
        self._focused = ""

    any_length = 1_000_000  # for strings of which Slack names no limit

    def fail(self, pointer: str, complaint: str) -> None:
        """Note one complaint."""
        self.errors.append(f"{complaint} [json-pointer:{pointer}]")

    def focus(self, pointer: str) -> None:
        """Complain about a second element that wants to be the one to type in first."""
        if self._focused:
            self.fail(f"{pointer}/focus_on_load", "only one element can be focused")
        self._focused = pointer

    def known(self, thing: Json, here: str, names: set[str]) -> None:
        """Complain about fields that Slack does not know in a block."""
        for name in sorted(thing.keys() - names - {"type", "block_id"}):
            self.fail(f"{here}/{name}", f"invalid additional property: {name}")

    def string(
        self,
        thing: Json,
        here: str,
        name: str,
        *,
        most: int,
        least: int = 1,
        required: bool = False,
    ) -> None:
        """Check a plain string field."""
        value = thing.get(name)
        if value is None:
            if required:
                self.fail(here, f"missing required field: {name}")
        elif not isinstance(value, str):
            self.fail(f"{here}/{name}", "must be a string")
        else:
            self._length(value, f"{here}/{name}", least, most)

    def text(
        self,
        thing: Json,
        here: str,
        name: str,
        *,
        most: int,
        plain: bool = False,
        required: bool = False,
        inside: bool = True,
    ) -> None:
        """Check a text object: `plain` forbids mrkdwn; `inside` adds the name to the pointer."""
        value = thing.get(name)
        pointer = f"{here}/{name}" if inside else here
        if value is None:
            if required:
                self.fail(here, f"missing required field: {name}")
            return
        if not isinstance(value, dict) or value.get("type") not in TEXT_TYPES:
            self.fail(pointer, "must be a text object of type plain_text or mrkdwn")
            return
        if plain and value["type"] != "plain_text":
            self.fail(f"{pointer}/type", "must be one of: plain_text")
        allowed = {"type", "text"}
        allowed |= {"emoji"} if value["type"] == "plain_text" else {"verbatim"}
        for extra in sorted(value.keys() - allowed):
            self.fail(f"{pointer}/{extra}", f"invalid additional property: {extra}")
        words = value.get("text")
        if isinstance(words, str):
            self._length(words, f"{pointer}/text", 1, most)
        else:
            self.fail(pointer, "missing required field: text")

    def items(
        self, thing: Json, here: str, name: str, *, most: int, least: int = 1, required: bool = True
    ) -> list[object]:
        """Check an array's length and return its items; none if it is no array."""
        value = thing.get(name)
        if value is None:
            if required:
                self.fail(here, f"missing required field: {name}")
            return []
        if not isinstance(value, list):
            self.fail(f"{here}/{name}", "must be an array")
            return []
        if len(value) > most:
            self.fail(f"{here}/{name}", f"no more than {most} items allowed")
        if len(value) < least:
            self.fail(f"{here}/{name}", f"no fewer than {least} items allowed")
        return value

    def image(self, thing: Json, here: str) -> None:
        """Check what an image block and an image element have in common."""
        if ("image_url" in thing) == ("slack_file" in thing):
            self.fail(here, "must have exactly one of image_url and slack_file")
        self.string(thing, here, "image_url", most=3000)
        if not str(thing.get("image_url", "https://")).startswith(("https://", "http://")):
            self.fail(f"{here}/image_url", "must be a valid URL")
        file = thing.get("slack_file")
        if "slack_file" in thing and not (
            isinstance(file, dict) and ("id" in file) != ("url" in file)
        ):
            self.fail(f"{here}/slack_file", "must have exactly one of id and url")
        self.string(thing, here, "alt_text", most=2000, required=True)

    def _length(self, words: str, pointer: str, least: int, most: int) -> None:
        if len(words) > most:
            self.fail(pointer, f"must be less than {most + 1} characters")
        if len(words) < least:
            self.fail(pointer, f"must be more than {least - 1} characters")
