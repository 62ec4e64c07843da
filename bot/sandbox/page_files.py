"""Gives out the page: its HTML at `/`, everything else below `/static/`."""

from pathlib import Path

from aiohttp import web

PAGE_FOLDER = Path(__file__).parent / "page"


async def serve_index(_request: web.Request) -> web.StreamResponse:
    """Give the page; permalinks lead to it too."""
    return _file("index.html")


async def serve_static(request: web.Request) -> web.StreamResponse:
    """Give one file of the page's folder, and nothing outside of it."""
    return _file(request.match_info["path"])


def _file(name: str) -> web.StreamResponse:
    path = (PAGE_FOLDER / name).resolve()
    if not path.is_relative_to(PAGE_FOLDER.resolve()) or not path.is_file():
        return web.Response(status=404, text="There is no such file.")
    # Nobody should have to empty a cache to see a change to the page.
    return web.FileResponse(path, headers={"Cache-Control": "no-cache"})
