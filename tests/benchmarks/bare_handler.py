"""What the server is measured against: aiohttp that reads the JSON of a body and answers the same to everything."""

from __future__ import annotations

import asyncio
import json
import sys

from aiohttp import web

REPLY = b'{"msg":"","code":"Success","params":null}'


async def answer(request: web.Request) -> web.Response:
    """The same reply to everything, once the body has been read."""
    body = await request.read()
    if body:
        json.loads(body)
    return web.Response(body=REPLY, content_type="application/json")


async def serve() -> None:
    """Listen on any free port, say which, and go on until somebody ends the process."""
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"http://127.0.0.1:{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
