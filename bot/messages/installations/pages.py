"""What is read in the browser by whoever installs Kudos, and in Slack where it is not installed.

The pages are plain HTML: no script, nothing from elsewhere, light or dark as the browser is.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from bot.messages.blockkit.message import Message
from bot.messages.text.markup import link_to

if TYPE_CHECKING:
    from bot.messages.text.words import Words

_STYLE = """\
:root { color-scheme: light dark; --ink: #1d1c1d; --soft: #5a595c; --ground: #fff;
  --act: #2f6f5e; --on-act: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececec; --soft: #b5b3b7; --ground: #17181a; --act: #7cc7b2; --on-act: #10201b; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
  background: var(--ground); color: var(--ink); font: 1.0625rem/1.55 system-ui, sans-serif; }
main { max-width: 30rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 0.75rem; }
p { margin: 0 0 1.25rem; }
.soft { color: var(--soft); font-size: 0.9375rem; }
.act { display: inline-block; padding: 0.7rem 1.2rem; border-radius: 0.5rem; font-weight: 600;
  text-decoration: none; background: var(--act); color: var(--on-act); }
.act:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""The Content-Security-Policy of every page."""


@dataclass(frozen=True)
class Page:
    """A page: a title, some sentences, and one thing to do."""

    title: str
    sentences: tuple[str, ...]
    act: str = ""
    url: str = ""
    soft: str = ""  # said more quietly, below

    def html(self, locale: str = "en") -> str:
        """Return the page; nothing in it is taken for markup."""
        parts = [f"<h1>{escape(self.title)}</h1>"]
        parts += [f"<p>{escape(sentence)}</p>" for sentence in self.sentences]
        if self.act:
            parts.append(f'<p><a class="act" href="{escape(self.url)}">{escape(self.act)}</a></p>')
        if self.soft:
            parts.append(f'<p class="soft">{escape(self.soft)}</p>')
        return (
            f'<!doctype html><html lang="{escape(locale)}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<meta name="robots" content="noindex">'
            f"<title>{escape(self.title)}</title><style>{_STYLE}</style></head>"
            f"<body><main>{''.join(parts)}</main></body></html>"
        )


def install_page(words: Words, authorize_url: str) -> Page:
    """Return the page from which Kudos is installed."""
    return Page(
        words.text("Add Kudos to your workspace"),
        (
            words.text(
                "Kudos lets people in your Slack workspace thank each other, with points that say "
                "how much."
            ),
            words.text(
                "Slack will ask you to agree to what Kudos may do. Some workspaces want an admin "
                "to do this."
            ),
        ),
        words.text("Add to Slack"),
        authorize_url,
        words.text(
            "Kudos keeps the thanks, people's names and time zones. It cannot read your channels."
        ),
    )


def installed_page(words: Words, name: str, open_url: str) -> Page:
    """Return the page for whoever has just installed Kudos."""
    return Page(
        words.text("Kudos is installed"),
        (
            words.text(
                "You can go back to Slack now: type /kudos in any channel of {name}.", name=name
            ),
            words.text(
                "Kudos has sent you a direct message that says where it is set up. Invite it to "
                "the channels in which an emoji on a message should count as thanks."
            ),
        ),
        words.text("Open Slack"),
        open_url,
    )


def not_allowed_page(words: Words) -> Page:
    """Return the page for a workspace that is not on the operator's list."""
    return Page(
        words.text("Kudos was not installed"),
        (
            words.text("Whoever runs this server has chosen for which workspaces it is."),
            words.text(
                "Yours is not among them. Nothing was stored. If it should be, ask them to add it."
            ),
        ),
    )


def refused_page(words: Words, again_url: str) -> Page:
    """Return the page for somebody who did not agree after all."""
    return Page(
        words.text("Kudos was not installed"),
        (words.text("You did not agree, so nothing has changed in your workspace."),),
        words.text("Start again"),
        again_url,
    )


def stale_page(words: Words, again_url: str) -> Page:
    """Return the page for an answer from Slack that this browser did not ask for, or long ago."""
    return Page(
        words.text("Please start again"),
        (
            words.text(
                "This link is older than ten minutes, was used before, or was opened in another "
                "browser."
            ),
        ),
        words.text("Start again"),
        again_url,
    )


def slack_away_page(words: Words, again_url: str) -> Page:
    """Return the page for a moment in which Slack does not answer."""
    return Page(
        words.text("Slack does not answer"),
        (words.text("Kudos is not installed yet. Please try again later."),),
        words.text("Start again"),
        again_url,
    )


def too_many_page(words: Words, again_url: str) -> Page:
    """Returns the page where too many codes were wrong for one more to be tried."""
    return Page(
        words.text("Please try again later"),
        (
            words.text(
                "Too many people came here with a code that is not Slack's. Nothing has changed in "
                "your workspace."
            ),
        ),
        words.text("Try again"),
        again_url,
    )


def storage_away_page(words: Words, again_url: str) -> Page:
    """Return the page for a moment in which nothing can be stored."""
    return Page(
        words.text("Kudos could not save that"),
        (words.text("Its storage does not answer at the moment. Please try again later."),),
        words.text("Start again"),
        again_url,
    )


def being_deleted_page(words: Words, again_url: str) -> Page:
    """Return the page for a workspace whose data is on its way out."""
    return Page(
        words.text("Please wait a moment"),
        (
            words.text(
                "Everything that Kudos kept of this workspace is being deleted right now. Once "
                "that is done, Kudos can be installed again and starts empty."
            ),
        ),
        words.text("Start again"),
        again_url,
    )


def not_installed(words: Words, install_url: str) -> Message:
    """Return what somebody is told who types a command where Kudos is not installed."""
    sentence = words.text("Kudos is not installed in this workspace any more.")
    if not install_url:
        return Message.of_lines(sentence)
    return Message.of_lines(
        sentence, link_to(install_url, words.text("An admin can install it again"))
    )


def not_ready(words: Words) -> Message:
    """Return what is said in the first moments, before Slack has told about the workspace."""
    return Message.of_lines(
        words.text("Kudos is still getting ready for this workspace."),
        words.text("Nothing was counted. Please try again later."),
    )
