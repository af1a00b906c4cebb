"""Promise 25: five times more than can be answered. What can be answered is; the rest is told so at once, and whoever
wants a person gets one; a moment after the rush everything is as before."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.faults.rush import Came, Rush, statuses
from tests.service_process import ROOT, ServiceProcess

TIMES_CAPACITY = 5
RECOVERY_SECONDS = 5.0
MEASURED_SECONDS = 4.0
ADMITTED = 40
"""At work and waiting: on a machine that is busy with other things, these decide how long the last one waits."""

pytestmark = pytest.mark.timeout(600)


@dataclass(frozen=True)
class Seen:
    """Of a rush: answers and handoffs for a second of the service's processor, as a share of those without a rush, as
    other suites may take the processors; seconds until a message after it was answered."""

    capacity: float
    messages: list[Came]
    people: list[Came]
    goodput: float
    recovery: float

    def __str__(self) -> str:
        refused = sorted(came.seconds for came in self.messages if came.status == 503) or [0.0]
        return (
            f"capacity {self.capacity:.0f}/s; at {TIMES_CAPACITY}x {dict(statuses(self.messages))}, people "
            f"{dict(statuses(self.people))}, goodput {self.goodput:.0%}, half of the refusals within "
            f"{refused[len(refused) // 2] * 1000:.0f} ms, recovery {self.recovery:.1f} s"
        )

    @property
    def recovery_limit(self) -> float:
        return max(RECOVERY_SECONDS, 2 * ADMITTED / self.capacity)


def _rushed(service: ServiceProcess, seconds: float) -> Seen:
    service.env["ANSWERDESK_FORWARDED_ALLOW_IPS"] = "127.0.0.1"
    service.start()
    try:
        seen = asyncio.run(_scene(service, seconds))
    finally:
        service.kill()
    print(seen)
    return seen


async def _scene(service: ServiceProcess, seconds: float) -> Seen:
    assert service.process is not None
    process = psutil.Process(service.process.pid)
    rush = Rush(service.port)
    await rush.prepare(600)
    await rush.keep_busy(1)
    before = _processor(process)
    calm = statuses(await rush.keep_busy(MEASURED_SECONDS))[201]
    between = _processor(process)
    messages, people, recovery = await rush.rush(TIMES_CAPACITY * calm / MEASURED_SECONDS, seconds)
    after = _processor(process)
    served = statuses(messages)[201] + statuses(people)[200]
    share = (served / (after - between)) / (calm / (between - before))
    return Seen(calm / MEASURED_SECONDS, messages, people, share, recovery)


def _processor(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _holds(seen: Seen, goodput: float) -> None:
    assert set(statuses(seen.messages)) <= {201, 503, 0}
    assert statuses(seen.messages)[0] < 0.1 * len(seen.messages), "hardly anybody waits in vain"
    assert all(came.retry_after for came in seen.messages if came.status == 503)
    assert statuses(seen.people)[200] >= 0.95 * len(seen.people), "a person is there when answers are refused"
    assert seen.goodput >= goodput
    assert seen.recovery <= seen.recovery_limit


def test_a_rush_is_answered_as_far_as_it_can_be_and_refused_beyond(small_index: Path, tmp_path: Path) -> None:
    _holds(_rushed(ServiceProcess(small_index, tmp_path), seconds=6), goodput=0.6)


@pytest.mark.full
def test_a_long_rush(small_index: Path, tmp_path: Path) -> None:
    _holds(_rushed(ServiceProcess(small_index, tmp_path), seconds=60), goodput=0.8)


@pytest.mark.full
def test_the_harness_sees_a_service_that_lets_everybody_in(small_index: Path, tmp_path: Path) -> None:
    """Negative control: the same service without the limit; the last of a rush of seconds waits for a minute."""
    program = (str(ROOT / "tests" / "faults" / "unbounded_service.py"),)
    seen = _rushed(ServiceProcess(small_index, tmp_path, program=program), seconds=4)
    assert not statuses(seen.messages)[503]
    assert seen.recovery > seen.recovery_limit
    assert statuses(seen.people)[200] < 0.95 * len(seen.people)
