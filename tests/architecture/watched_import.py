"""Owns a run that imports modules and reports what they did besides. Refuses to run inside the test process.

Usage: watched_import.py ROOT MODULE …   prints one JSON object: the effects, and every module then loaded.
An effect is the project's when a file of ROOT is on the stack above the nearest import: what a library does while it is
itself imported is not counted.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import threading
from types import FrameType

WATCHED = {
    "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.chmod", "os.putenv", "os.listdir", "os.scandir",
    "socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.fork",
    "sqlite3.connect", "tempfile.mkdtemp", "tempfile.mkstemp", "shutil.rmtree",
}  # fmt: skip
IMPORT_MACHINERY = "<frozen importlib"
seen: list[str] = []
root = ""


def guilty(through_libraries: bool = True) -> str:
    """The project file that acts, or an empty text when an import (or, if asked, a library) stands between."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(IMPORT_MACHINERY):
            return ""
        if not through_libraries and "/site-packages/" in file:
            return ""
        if file.startswith(root) and file != __file__ and "/.venv/" not in file:
            return os.path.relpath(file, root)
        frame = frame.f_back
    return ""


def watch(event: str, arguments: tuple[object, ...]) -> None:
    if (event == "open" or event in WATCHED) and (file := guilty()):
        seen.append(f"{file}: {event} {arguments[0]!r}")


def watch_environment() -> None:
    """Reading `os.environ` raises no audit event: its readers are wrapped. Libraries may look for their switches."""
    get, has = os._Environ.__getitem__, os._Environ.__contains__

    def read(self: object, key: str) -> str:
        if file := guilty(through_libraries=False):
            seen.append(f"{file}: reads {key} from the environment")
        return get(self, key)  # type: ignore[arg-type]

    def contains(self: object, key: object) -> bool:
        if file := guilty(through_libraries=False):
            seen.append(f"{file}: looks for {key} in the environment")
        return has(self, key)  # type: ignore[arg-type]

    os._Environ.__getitem__ = read  # type: ignore[method-assign,assignment]
    os._Environ.__contains__ = contains  # type: ignore[method-assign,assignment]


def watch_threads() -> None:
    """Starting a thread raises no audit event in Python 3.11."""
    start = threading.Thread.start

    def started(self: threading.Thread) -> None:
        if file := guilty():
            seen.append(f"{file}: starts a thread")
        start(self)

    threading.Thread.start = started  # type: ignore[method-assign]


if __name__ == "__main__":
    root = os.path.realpath(sys.argv[1]) + os.sep
    sys.dont_write_bytecode = True
    sys.path[0] = root
    watch_environment()
    watch_threads()
    sys.addaudithook(watch)
    for name in sys.argv[2:]:
        importlib.import_module(name)
    print(json.dumps({"effects": seen, "modules": sorted(sys.modules)}))
