"""The service answers that it is alive."""

from __future__ import annotations

import asyncio

import httpx

from api.app import create_app


async def get(path: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app()), base_url="http://test") as client:
        return await client.get(path)


def test_the_process_answers() -> None:
    assert asyncio.run(get("/healthz")).json() == {"status": "ok"}
