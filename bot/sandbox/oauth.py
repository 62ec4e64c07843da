"""Installing by OAuth: the page that asks people, codes and tokens, and the end of all that.

One sandbox is one workspace. It may belong to an organization that has installed the app for all of
its workspaces; then `team` is empty wherever Slack leaves it empty.
"""

from dataclasses import dataclass
from html import escape
from secrets import token_hex
from urllib.parse import urlencode

from aiohttp import web

from bot.sandbox.events import Events
from bot.sandbox.manifest import Manifest
from bot.sandbox.model import Delivery, Json, SlackError
from bot.sandbox.workspace import Workspace

CODE_SECONDS = 600
TOKEN_SECONDS = 43_200
GRACE_SECONDS = 120.0  # in which a refresh token that was used is taken once more
LIVE_TOKENS = 2  # of one installation, where tokens change
# What must say for which workspace it asks, if the token is an organization's.
NEEDS_TEAM = frozenset(
    {"users.list", "users.conversations", "conversations.list", "usergroups.list"}
)
ANYWHERE = frozenset({"auth.test", "auth.teams.list", "auth.revoke", "apps.uninstall", "api.test"})


@dataclass
class Code:
    """What the browser brings to the app, and the app changes for a token."""

    redirect_uri: str
    user_id: str
    scopes: str
    issued_at: float
    is_used: bool = False


@dataclass
class Token:
    """A token of the app; `error` is what Slack says to whoever uses it, if it is no good."""

    text: str
    is_org_wide: bool
    expires_at: float | None = None
    error: str = ""


@dataclass
class RefreshToken:
    """A token for another token: good once, and for a moment longer."""

    text: str
    used_at: float | None = None
    is_revoked: bool = False


class OAuth:
    """Everything that an app needs to be installed by people, and not by hand."""

    def __init__(self, workspace: Workspace, manifest: Manifest, events: Events) -> None:
        self._workspace = workspace
        self._manifest = manifest
        self._events = events
        self._codes: dict[str, Code] = {}
        self.tokens: dict[str, Token] = {}
        self._refresh: dict[str, RefreshToken] = {}
        self.rotates_tokens = False
        self.grace_seconds = GRACE_SECONDS
        self.is_granted = True  # whether the organization has given the app to this workspace

    # -- The page --------------------------------------------------------------------------

    async def show(self, request: web.Request) -> web.Response:
        """Ask somebody whether the app may be installed."""
        asked = request.query
        try:
            self._check_request(asked.get("client_id", ""))
        except SlackError as error:
            return web.Response(text=error.error, status=web.HTTPBadRequest.status_code)
        people = "".join(
            f'<option value="{escape(user.id)}">{escape(user.display_name)}</option>'
            for user in sorted(self._workspace.users.values(), key=lambda one: not one.is_owner)
            if not (user.is_bot or user.is_stranger or user.deleted)
        )
        kept = "".join(
            f'<input type="hidden" name="{name}" value="{escape(asked.get(name, ""))}">'
            for name in ("client_id", "redirect_uri", "scope", "state")
        )
        scopes = "".join(f"<li>{escape(one)}</li>" for one in asked.get("scope", "").split(","))
        name, team = escape(self._manifest.name), escape(self._workspace.team["name"])
        text = (
            f"<!doctype html><title>{name}</title><h1>{name} wants to join {team}</h1>"
            f'<ul>{scopes}</ul><form method="post" action="/oauth/v2/authorize">{kept}'
            f'<select name="user">{people}</select>'
            '<button name="answer" value="allow">Allow</button>'
            '<button name="answer" value="cancel">Cancel</button></form>'
        )
        return web.Response(text=text, content_type="text/html")

    async def answer(self, request: web.Request) -> web.Response:
        """Send the browser back to the app, with a code or without."""
        given = {name: str(value) for name, value in (await request.post()).items()}
        try:
            self._check_request(given.get("client_id", ""))
        except SlackError as error:
            return web.Response(text=error.error, status=web.HTTPBadRequest.status_code)
        back = {"state": given.get("state", "")}
        if given.get("answer") == "allow":
            back["code"] = self.issue_code(
                given.get("redirect_uri", ""), given.get("user", ""), given.get("scope", "")
            )
        else:
            back["error"] = "access_denied"
        raise web.HTTPFound(f"{given.get('redirect_uri', '')}?{urlencode(back)}")

    def issue_code(self, redirect_uri: str, user_id: str, scopes: str) -> str:
        """Return a code, as if somebody had pressed Allow."""
        code = f"{token_hex(6)}.{token_hex(6)}.{token_hex(24)}"
        self._codes[code] = Code(redirect_uri, user_id, scopes, self._workspace.clock.now())
        return code

    def _check_request(self, client_id: str) -> None:
        if not client_id or client_id != self._workspace.app.get("client_id"):
            raise SlackError("invalid_client_id")

    def check_credentials(self, client_id: str, client_secret: str) -> None:
        """Raise SlackError unless it is the app that asks."""
        self._check_request(client_id)
        if client_secret != self._workspace.app.get("client_secret"):
            raise SlackError("bad_client_secret")

    # -- Tokens ----------------------------------------------------------------------------

    def exchange(self, given: Json, client_id: str, client_secret: str) -> Json:
        """Answer oauth.v2.access: a token for a code, or for a refresh token."""
        self.check_credentials(client_id, client_secret)
        if given.get("grant_type") == "refresh_token":
            return self._refreshed(str(given.get("refresh_token", "")))
        code = self._codes.get(str(given.get("code", "")))
        if code is None or self._workspace.clock.now() - code.issued_at > CODE_SECONDS:
            raise SlackError("invalid_code")
        if code.is_used:
            raise SlackError("code_already_used")
        if str(given.get("redirect_uri", "")) != code.redirect_uri:
            raise SlackError("bad_redirect_uri")
        code.is_used = True
        if not self.rotates_tokens:
            for token in self.tokens.values():
                token.error = token.error or "token_revoked"
        self.is_granted = True
        return self._answer(code.scopes, code.user_id)

    def _refreshed(self, text: str) -> Json:
        refresh, now = self._refresh.get(text), self._workspace.clock.now()
        if refresh is None or refresh.is_revoked:
            raise SlackError("invalid_refresh_token")
        if refresh.used_at is not None and now - refresh.used_at > self.grace_seconds:
            raise SlackError("invalid_refresh_token")
        refresh.used_at = refresh.used_at or now
        return self._answer(",".join(sorted(self._manifest.scopes)), "")

    def _answer(self, scopes: str, user_id: str) -> Json:
        app, team = self._workspace.app, self._workspace.team
        enterprise = team.get("enterprise")
        is_org_wide = self.is_org_wide
        body: Json = {
            "access_token": self._issue(is_org_wide),
            "token_type": "bot",
            "scope": scopes,
            "bot_user_id": app["bot_user_id"],
            "app_id": app["id"],
            "team": None if is_org_wide else {"id": team["id"], "name": team["name"]},
            "enterprise": enterprise,
            "is_enterprise_install": is_org_wide,
        }
        if user_id:
            body["authed_user"] = {"id": user_id}
        if self.rotates_tokens:
            refresh = f"xoxe-1-sandbox-{token_hex(24)}"
            self._refresh[refresh] = RefreshToken(refresh)
            body |= {"refresh_token": refresh, "expires_in": TOKEN_SECONDS}
        return body

    def _issue(self, is_org_wide: bool) -> str:  # noqa: FBT001 - of this class alone
        now = self._workspace.clock.now()
        if self.rotates_tokens:
            token = Token(f"xoxe.xoxb-1-sandbox-{token_hex(24)}", is_org_wide, now + TOKEN_SECONDS)
        else:
            token = Token(f"xoxb-sandbox-{token_hex(24)}", is_org_wide)
        self.tokens[token.text] = token
        live = [one for one in self.tokens.values() if not one.error]
        for one in live[:-LIVE_TOKENS] if self.rotates_tokens else []:
            one.error = "token_revoked"
        return token.text

    def knows(self, text: str) -> bool:
        """Return whether a token, a refresh token or a code was issued here, good or not."""
        app = self._workspace.app
        own = {app["bot_token"], app["app_token"]}
        return text in {*own, *self.tokens, *self._refresh, *self._codes} - {""}

    def check(self, text: str, method: str, team_id: str | None) -> bool:
        """Return whether a token was issued here. Raises SlackError if it is no good for that."""
        token = self.tokens.get(text)
        if token is None:
            return False
        if token.error:
            raise SlackError(token.error)
        if token.expires_at is not None and token.expires_at <= self._workspace.clock.now():
            raise SlackError("token_expired")
        if token.is_org_wide and method not in ANYWHERE:
            if team_id is None and method in NEEDS_TEAM:
                raise SlackError("missing_argument")
            if team_id not in {None, self._workspace.team["id"]}:
                raise SlackError("team_not_found")
            if not self.is_granted:
                raise SlackError("team_access_not_granted")
        return True

    def accept(self, other: "OAuth") -> None:
        """Take the tokens of another workspace of the same organization for one's own."""
        self.tokens, self._refresh = other.tokens, other._refresh  # noqa: SLF001 - of its own kind

    def revoke(self, text: str) -> None:
        """Make one token worthless; that of an app that was installed by hand stays."""
        if text in self.tokens:
            self.tokens[text].error = "token_revoked"

    @property
    def token(self) -> str:
        """The token that was issued last."""
        return list(self.tokens)[-1]

    # -- The organization ------------------------------------------------------------------

    @property
    def is_org_wide(self) -> bool:
        """Whether the app is installed by the organization."""
        return bool(self._workspace.app.get("is_org_wide"))

    def identity(self, text: str) -> Json:
        """Return what auth.test says otherwise where the token is an organization's."""
        token, enterprise = self.tokens.get(text), self._workspace.team.get("enterprise")
        if token is None or not token.is_org_wide or enterprise is None:
            return {"enterprise_id": enterprise["id"]} if enterprise else {}
        return {
            "team": enterprise["name"],
            "team_id": enterprise["id"],
            "enterprise_id": enterprise["id"],
            "is_enterprise_install": True,
        }

    def teams(self) -> list[Json]:
        """Return the workspaces that the organization has given the app to."""
        team = self._workspace.team
        return [{"id": team["id"], "name": team["name"]}] if self.is_granted else []

    async def set_granted(self, is_granted: bool) -> Delivery | None:  # noqa: FBT001 - says what
        """Give the app to this workspace, or take it away, and tell the app."""
        self.is_granted = is_granted
        name = "team_access_granted" if is_granted else "team_access_revoked"
        return self._events.fire_for_app({"type": name, "team_ids": [self._workspace.team["id"]]})

    # -- The end ---------------------------------------------------------------------------

    async def uninstall(
        self, order: tuple[str, ...] = ("tokens_revoked", "app_uninstalled")
    ) -> list[Delivery]:
        """Take the app away: its tokens are worth nothing, and it is told, in this order."""
        for token in self.tokens.values():
            token.error = "account_inactive"
        for refresh in self._refresh.values():
            refresh.is_revoked = True
        bodies: dict[str, Json] = {
            "tokens_revoked": {"tokens": {"oauth": [], "bot": [self._workspace.bot_user_id]}},
            "app_uninstalled": {},
        }
        told = (self._events.fire_for_app({"type": name} | bodies[name]) for name in order)
        return [delivery for delivery in told if delivery is not None]
