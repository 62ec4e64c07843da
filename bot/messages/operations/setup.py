"""What `kudos init` says to the operator.

For a terminal: nothing here is Slack's markup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.messages.text.words import Words


def needs_a_terminal(words: Words) -> str:
    """Return why nothing is asked."""
    return words.text(
        "`kudos init` asks for tokens without showing them, so it needs a terminal to type in. "
        "Without one, copy .env.example to .env and fill in what is marked NEEDED."
    )


def stopped(words: Words) -> str:
    """Return what tells that nothing was written."""
    return words.text("Stopped. Nothing was written.")


def may_change(words: Words, path: str) -> str:
    """Return the question whether a file may be changed."""
    return words.text(
        "{path} is there already. Put new tokens into it? All other lines stay. [y/N]", path=path
    )


def left_as_it_is(words: Words, path: str) -> str:
    """Return what tells that a file was not changed."""
    return words.text("{path} was left as it is.", path=path)


def make_the_app(words: Words, link: str | None, new_app: str) -> str:
    """Return how the app is made in Slack; the manifest was printed before."""
    lines = [words.text("1. Make the app in Slack.")]
    if link is not None:
        lines += [
            words.text("Open this link, which has the manifest in it, and choose your workspace:"),
            "",
            link,
            "",
            words.text(
                "Or go to {address}, choose “From a manifest”, and paste the lines above.",
                address=new_app,
            ),
        ]
    else:
        lines.append(
            words.text(
                "Go to {address}, choose “From a manifest” and your workspace, and paste the lines "
                "above.",
                address=new_app,
            )
        )
    lines.append(words.text("Press Create, then Install to Workspace, then Allow."))
    return "\n".join(lines)


def where_the_bot_token_is(words: Words) -> str:
    """Return where the first token is found."""
    return words.text(
        "2. Copy the Bot User OAuth Token. It is under OAuth & Permissions and begins with xoxb-."
    )


def where_the_app_token_is(words: Words) -> str:
    """Return where the second token is made."""
    return words.text(
        "3. Make an app-level token under Basic Information, App-Level Tokens, with the scope "
        "connections:write. It begins with xapp-."
    )


def token_asked(words: Words) -> str:
    """Return what stands before the place to paste a token."""
    return words.text("Paste it here, it stays hidden:") + " "


def token_works(words: Words, team: str) -> str:
    """Return what tells that Slack takes a token."""
    if team:
        return words.text("It works in the workspace {name}.", name=team)
    return words.text("It works.")


def scopes_missing(words: Words, scopes: tuple[str, ...]) -> str:
    """Return what the app may not do."""
    return words.text(
        "The app lacks permissions: {scopes}. Put the manifest above into it under App Manifest, "
        "and install it again.",
        scopes=words.join(list(scopes)),
    )


def not_this_kind(words: Words, prefix: str) -> str:
    """Return that something else was pasted."""
    return words.text(
        "That is another kind of token: this one begins with {prefix}.", prefix=prefix
    )


def nothing_pasted(words: Words) -> str:
    """Return that nothing came."""
    return words.text("Nothing was pasted. Ctrl-C stops, and nothing is written then.")


def token_refused(words: Words, reason: str) -> str:
    """Return why Slack does not take a token."""
    return words.text("Slack does not accept it ({reason}). Copy it once more.", reason=reason)


def slack_not_reached(words: Words, reason: str) -> str:
    """Return that nobody could be asked."""
    return words.text(
        "Slack cannot be reached ({reason}). Look at the connection, then paste it again.",
        reason=reason,
    )


def written(words: Words, path: str) -> str:
    """Return where everything is, and what comes next."""
    return "\n".join(
        [
            words.text("{path} has the tokens and a secret key; only you can read it.", path=path),
            words.text("Next: kudos start"),
        ]
    )


def goes_before(words: Words, names: list[str]) -> str:
    """Return that the environment has other values."""
    return words.text(
        "{names} is also set in the environment, which goes before .env. Take it out there.",
        names=words.join(names),
    )


def no_workspace_file(words: Words, path: str) -> str:
    """Returns that a file tells of no people and channels."""
    return words.text("{path} is no workspace in YAML. It has `people` and `channels`.", path=path)


def no_state_file(words: Words, path: str) -> str:
    """Returns that the sandbox cannot keep anything in a file."""
    return words.text("{path} is no file in which the sandbox can keep anything.", path=path)


def sandbox_needs_url(words: Words) -> str:
    """Returns that somebody who installs the app has to be sent back to it."""
    return words.text("--oauth needs --url: where the app listens, such as http://127.0.0.1:3000.")
