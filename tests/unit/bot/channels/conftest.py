"""Owns both mail servers for the tests of e-mail. Refuses to imitate them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.mail_servers import MailServers, mail_servers


@pytest.fixture
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServers]:
    """Two real servers, empty."""
    with mail_servers(tmp_path_factory.mktemp("mail") / "pymap.log") as running:
        yield running
