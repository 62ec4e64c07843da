"""Keeps the sandbox to this machine: whom it listens to, and what a browser may do with its page.

Any page in the world can have a browser send requests here, under a name of its own that leads to
this machine (DNS rebinding). So only the machine's own names are answered, and only pages that came
from here may ask for anything but themselves.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
ANYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - what somebody may have bound it to
PAGE = ("/", "/archives/", "/static/")
NOTHING = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
# The page has no script or style within its HTML, and shows no picture of another machine.
PAGE_POLICY = (
    f"{NOTHING}; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # A stricter one would have forms of the sandbox's own come without their origin.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def guard(application: web.Application, host: str) -> None:
    """Has the application answer for `host`, where it listens, and for nobody elsewhere."""
    application.middlewares.append(_refusing(host))
    application.on_response_prepare.append(_add_headers)


def _refusing(host: str) -> Middleware:
    @web.middleware
    async def refuse(request: web.Request, handler: Handler) -> web.StreamResponse:
        asked = request.headers.get("Host", "")
        if not _is_of_this_machine(asked, host):
            return _forbidden("The sandbox answers on this machine alone: open http://localhost.")
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc.lower() != asked.lower():
            return _forbidden("The sandbox answers its own page alone.")
        return await handler(request)

    return refuse


def _is_of_this_machine(asked: str, host: str) -> bool:
    try:
        name = urlsplit(f"//{asked}").hostname or ""
    except ValueError:
        return False
    if name in LOOPBACK or name == host.lower():
        return bool(name)
    if host not in ANYWHERE:
        return False
    # Somebody has it listen everywhere on purpose. A number is no name that leads elsewhere.
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    is_page = request.path == PAGE[0] or request.path.startswith(PAGE[1:])
    response.headers.update(HEADERS)
    response.headers["Content-Security-Policy"] = PAGE_POLICY if is_page else NOTHING


def _forbidden(text: str) -> web.Response:
    return web.Response(status=web.HTTPForbidden.status_code, text=text)
