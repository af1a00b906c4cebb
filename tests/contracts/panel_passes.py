"""Owns passes for the panel inside another help desk, of both kinds. Refuses its page: see the browser tests."""

from __future__ import annotations

import re
import time
from typing import Any

import jwt

from tests.served import SERVICE_KEY, Staff


def of_staff(staff: Staff) -> str:
    """What the window that signs in hands to the panel."""
    page = staff.client.get("/assist/sign-in")
    found = re.search(r'data-pass="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


def signed(key: str = SERVICE_KEY, **claims: Any) -> str:
    """What another help desk's own program signs for one of its agents."""
    now = int(time.time())
    return jwt.encode({"sub": "agent-7", "aud": "answerdesk-panel", "exp": now + 600} | claims, key, algorithm="HS256")
