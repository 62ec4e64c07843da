"""What a view carries for us from its opening to its submission, proof against other hands.

Slack keeps `private_metadata` for us, but it comes back over the network like everything else. It
says where a kudos is posted, so nobody but us may write it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from bot.domain.errors import StaleFormError

SIGN_LENGTH = 32


def sign(key: bytes, owner: str, content: dict[str, Any]) -> str:
    """Return the content as text that only the same owner's view may bring back."""
    text = json.dumps(content, separators=(",", ":"), sort_keys=True)
    return _sign(key, owner, text) + text


def verify(key: bytes, owner: str, text: object) -> dict[str, Any]:
    """Return the content; raises `StaleFormError` if anybody has touched it."""
    if not isinstance(text, str):
        raise StaleFormError
    sign, content = text[:SIGN_LENGTH], text[SIGN_LENGTH:]
    expected = _sign(key, owner, content).encode()
    if not hmac.compare_digest(sign.encode(errors="surrogatepass"), expected):
        raise StaleFormError
    parsed: dict[str, Any] = json.loads(content)
    return parsed


def _sign(key: bytes, owner: str, text: str) -> str:
    message = f"{owner}\n{text}".encode(errors="surrogatepass")
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:SIGN_LENGTH]
