"""Owns the content security policies of the widget's pages. Refuses inline script and every other host."""

from __future__ import annotations

from collections.abc import Iterable

_CLOSED = "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'"


def frame_policy(site_origins: Iterable[str]) -> str:
    """The chat page: talks to this service only, may be framed by the configured sites only.

    Trusted Types forbid every sink that turns text into markup, so no message can become one.
    """
    ancestors = " ".join(("'self'", *site_origins))
    return (
        f"{_CLOSED}; connect-src 'self'; frame-ancestors {ancestors}; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


def shop_policy() -> str:
    """The demo pages: as strict as another website may be; the loader and the panel must work under it."""
    return f"{_CLOSED}; img-src 'self'; font-src 'self'; frame-src 'self'; frame-ancestors 'none'"
