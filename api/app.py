"""The app factory. The service proper comes on top of this; here it says that it is alive."""

from __future__ import annotations

from fastapi import FastAPI

__all__ = ["create_app"]


def create_app() -> FastAPI:
    """A new application; nothing is shared between two of them."""
    app = FastAPI(title="两法衔接筛查", docs_url=None, redoc_url=None)

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    return app
