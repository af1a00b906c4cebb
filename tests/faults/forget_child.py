"""Owns the processes that are killed while they forget an article. Started by test_forget_kill.

`forget_child.py forget|versions_first ARTICLE`. For each line `N INDEX` of standard input an eraser is
forked, killed with -9 at the N-th thing it does to a file (0: never); then its count is printed, or `killed`.
`versions_first` is the negative control: it removes what is easy first.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from kb_ingest import build
from kb_ingest.publish import Store

TOUCHES = frozenset({"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree", "os.scandir"})


def main(how: str, article_id: str) -> None:
    for line in sys.stdin:
        number, _, index = line.strip().partition(" ")
        eraser = os.fork()
        if eraser == 0:
            count = _dies_at(int(number))
            if how == "versions_first":
                Store(Path(index)).versions.forget(article_id)
            build.forget(Path(index), article_id)
            _say(str(count[0]))
            os._exit(0)
        _, status = os.waitpid(eraser, 0)
        if os.WIFSIGNALED(status):
            _say("killed")


def _dies_at(number: int) -> list[int]:
    count = [0]

    def hook(event: str, _given: tuple[object, ...]) -> None:
        if event in TOUCHES:
            count[0] += 1
            if count[0] == number:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    return count


def _say(what: str) -> None:
    os.write(1, f"{what}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
