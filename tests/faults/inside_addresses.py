"""Owns addresses that lead inside, as attackers write them, and a listener that counts who comes. Refuses to ask."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

HOSTS = (
    "127.0.0.1", "localhost", "localhost.", "127.1", "127.0.1", "0", "0.0.0.0", "2130706433", "0x7f000001", "0x7f.1",
    "0177.0.0.1", "017700000001", "127.0.0.1.", "127.127.127.127", "[::1]", "[::]", "[::ffff:127.0.0.1]",
    "[0:0:0:0:0:ffff:7f00:1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "LOCALHOST", "①②⑦.⓪.⓪.①",
    "example.com@127.0.0.1", "127.0.0.1#@example.com", "127.0.0.1%00.example.com", "a.rebind.test",
)  # fmt: skip
"""By which a listener on this machine is reached, each with its port."""
FARTHER = (
    "169.254.169.254", "169.254.170.2", "metadata.google.internal", "100.100.100.200", "10.0.0.1", "172.16.0.1",
    "192.168.0.1", "192.168.1.1", "100.64.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "[fe80::1]", "[fc00::1]",
    "[fd00:ec2::254]", "[ff02::1]", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "kubernetes.default.svc",
    "host.docker.internal", "router.lan",
)  # fmt: skip
OTHER_SCHEMES = (
    "file:///etc/passwd", "file://localhost/etc/passwd", "FILE:/etc/hostname", "\\\\127.0.0.1\\share\\x",
    "//127.0.0.1/x", "gopher://127.0.0.1:{port}/_x", "dict://127.0.0.1:{port}/info", "ftp://127.0.0.1:{port}/x",
    "ldap://127.0.0.1:{port}/",
    "tftp://127.0.0.1:{port}/x", "jar:http://127.0.0.1:{port}/x!/y", "netdoc:///etc/passwd", "sftp://127.0.0.1:{port}/",
    "unix:/var/run/docker.sock", "data:text/html,<img src=http://127.0.0.1:{port}/>",
)  # fmt: skip


def inside(port: int) -> list[str]:
    """At least 150 addresses; those of this machine end at the listener on `port`."""
    roots = [f"{scheme}://{host}:{port}" for scheme in ("http", "https") for host in HOSTS]
    here = [f"{root}/{path}" for root in roots for path in ("x", "a/b?c=d")]
    far = [f"{scheme}://{host}/latest/meta-data/" for scheme in ("http", "https") for host in FARTHER]
    return here + far + [each.replace("{port}", str(port)) for each in OTHER_SCHEMES]


class Listener:
    """Counts connections; what is sent does not matter."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._socket.getsockname()[1])
        self.hits = 0

    def listen(self) -> None:
        while True:
            try:
                came, _ = self._socket.accept()
            except OSError:
                return
            self.hits += 1
            came.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@contextmanager
def listening() -> Iterator[Listener]:
    """A listener until the block ends."""
    listener = Listener()
    threading.Thread(target=listener.listen, daemon=True).start()
    try:
        yield listener
    finally:
        listener.close()
