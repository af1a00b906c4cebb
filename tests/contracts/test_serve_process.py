"""`python -m bot serve` as an operator runs it: what it loads, how it stops, what it says when it cannot start."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import psutil
import pytest

from tests.loopback import NO_TLS
from tests.served import Served
from tests.service_process import ROOT, ServiceProcess

HEAVY = (
    "torch",
    "sentence_transformers",
    "transformers",
    "langchain",
    "langchain_core",
    "langchain_openai",
    "chainlit",
    "bs4",
    "pypdf",
    "kb_ingest.build",
    "kb_ingest.library",
    "kb_ingest.cleaning",
)
DEMO_ARTICLES = ("reset-hub-1.md", "reset-hub-2.md", "hub-offline.md")


@pytest.fixture(scope="module")
def running(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    """One for who reads what it said and for who stops it, in either order."""
    process = ServiceProcess(small_index, tmp_path_factory.mktemp("running"))
    process.start()
    yield process
    process.stop()


def test_the_serving_process_never_loads_torch_langchain_chainlit_or_the_builder(
    small_index: Path, tmp_path: Path
) -> None:
    """Answers, hands over and suggests first: a lazy import would show."""
    reporting = str(ROOT / "tests" / "contracts" / "module_reporting_service.py")
    process = ServiceProcess(small_index, tmp_path, program=(reporting,))
    process.start()
    with httpx2.Client(base_url=process.url, verify=NO_TLS, trust_env=False, timeout=60) as client:
        opened = client.post("/v1/conversations", json={}).json()
        client.headers["Authorization"] = f"Bearer {opened['token']}"
        for number, text in enumerate(("How do I reset Hub 2?", "I want to talk to a person", "and now?")):
            path = f"/v1/conversations/{opened['id']}/messages"
            client.post(path, json={"client_id": f"m{number}", "text": text}).raise_for_status()
        memory = psutil.Process(process.process.pid).memory_info().rss / 2**20
    assert process.stop() == 0
    loaded = set((tmp_path / "modules.txt").read_text().split())
    assert "openvino" in loaded, "the report is of a process that answered"
    print(f"{len(loaded)} modules, {memory:.0f} MB")
    assert not loaded & set(HEAVY)


def test_sigterm_ends_streams_lets_requests_finish_and_exits_0(running: ServiceProcess) -> None:
    with httpx2.Client(base_url=running.url, verify=NO_TLS, trust_env=False, timeout=60) as client:
        opened = client.post("/v1/conversations", json={}).json()
        client.headers["Authorization"] = f"Bearer {opened['token']}"
        path = f"/v1/conversations/{opened['id']}"
        body = {"client_id": "m1", "text": "How do I reset Hub 2?"}
        with ThreadPoolExecutor(1) as pool, client.stream("GET", f"{path}/events") as stream:
            lines = stream.iter_lines()
            assert next(lines) == ": connected"
            answer = pool.submit(client.post, f"{path}/messages", json=body)
            next(line for line in lines if line == "event: message")  # stored, not answered yet
            began = time.monotonic()
            assert running.stop() == 0
            assert time.monotonic() - began < 15
            assert answer.result().status_code == 201
            assert answer.result().json()["reply"] is not None
            list(lines)


def test_a_misspelt_setting_is_named_with_the_one_that_was_meant(small_index: Path, tmp_path: Path) -> None:
    process = ServiceProcess(small_index, tmp_path, ANSWERDESK_IDENTITY_REQUIERD="true")
    done = subprocess.run(process._command, cwd=ROOT, env=process.env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    told = "ANSWERDESK_IDENTITY_REQUIERD is no setting: did you mean ANSWERDESK_IDENTITY_REQUIRED?\n"
    assert done.stderr == told


def test_it_says_where_to_look_and_what_comes_next(running: ServiceProcess) -> None:
    told = running.log.read_text()
    assert f"{running.url}/help" in told
    assert f"{running.url}/console" in told
    assert "accounts add EMAIL" in told


def test_a_taken_port_is_said_in_one_line(small_index: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = ServiceProcess(small_index, tmp_path)
        process._command[-1] = str(taken.getsockname()[1])
        done = subprocess.run(process._command, cwd=ROOT, env=process.env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert "is in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_an_index_it_says_what_to_run(tmp_path: Path) -> None:
    process = ServiceProcess(tmp_path / "nothing", tmp_path / "data")
    done = subprocess.run(process._command, cwd=ROOT, env=process.env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert f"kb_ingest build --source ARTICLES --index {tmp_path / 'nothing'}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_service_on_the_same_data_is_refused(service: Served, small_index: Path) -> None:
    data = Path(str(service.database.engine.url.database)).parent
    second = ServiceProcess(small_index, data)
    done = subprocess.run(second._command, cwd=ROOT, env=second.env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert "already uses" in done.stderr


@pytest.mark.timeout(300)
def test_the_demo_prints_where_to_look_and_starts_again_quickly(tmp_path: Path) -> None:
    (tmp_path / "kb").mkdir()
    for name in DEMO_ARTICLES:
        shutil.copy(ROOT / "data" / "kb" / "hub" / name, tmp_path / "kb")
    first, first_seconds = _demo(tmp_path)
    second, second_seconds = _demo(tmp_path)
    assert "Building the knowledge index" in first
    assert "Building" not in second
    for text in (first, second):
        assert "/demo" in text
        assert "/docs" in text
        assert "agent@demo.example with the password " in text
        assert "Traceback" not in text
    assert first.partition("Sign in")[2] == second.partition("Sign in")[2], "the sign-in is kept"
    print(f"first {first_seconds:.1f} s, second {second_seconds:.1f} s")
    assert second_seconds < max(20, first_seconds)


def _demo(tmp_path: Path) -> tuple[str, float]:
    command = [
        sys.executable, "-m", "bot", "demo", "--index", str(tmp_path / "index"), "--data", str(tmp_path / "data"),
        "--port", "0", "--source", str(tmp_path / "kb"),
    ]  # fmt: skip
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            break
    seconds = time.monotonic() - began
    process.send_signal(2)
    rest = process.stdout.read()
    assert process.wait(30) == 0, rest
    return "".join([*lines, rest]), seconds
