"""Owns the one TLS context of every client in the tests: none speaks TLS, and loading the system's authorities took
26 ms for each of thousands of clients. Refuses to verify anything: a call to https fails."""

from __future__ import annotations

import ssl

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
