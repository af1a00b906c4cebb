"""Both runtimes give the same unit vectors; batches, the converted model and the hot path are as promised."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kb_ingest import embedder
from kb_ingest.converted import ConvertedModel, at_hand
from kb_ingest.cpu import matrix_precision
from kb_ingest.embedder import Runtime

TEXTS = ["Reset the hub", "", "word " * 400, "Zurücksetzen 🔑", "The lock's batteries are empty."]


def test_openvino_agrees_with_sentence_transformers() -> None:
    fast, reference = embedder.load().encode(TEXTS), embedder.load(runtime=Runtime.TORCH).encode(TEXTS)
    tolerance = 1e-5 if matrix_precision() == "f32" else 2e-2
    assert np.abs(fast - reference).max() < tolerance
    assert np.linalg.norm(fast, axis=1) == pytest.approx(1, abs=1e-5)


def test_text_gets_the_same_vector_alone_and_in_a_batch() -> None:
    loaded = embedder.load()
    together = loaded.encode(TEXTS)
    alone = np.concatenate([loaded.encode([text]) for text in TEXTS])
    assert np.abs(together - alone).max() < (1e-6 if matrix_precision() == "f32" else 1e-2)
    assert loaded.encode(TEXTS[:1]).tobytes() == loaded.encode(TEXTS[:1]).tobytes()


def test_no_texts_give_no_rows() -> None:
    assert embedder.load().encode([]).shape == (0, 384)


def test_encoding_with_a_converted_model_does_not_import_torch() -> None:
    embedder.load().encode(["converts the model where it is not yet"])
    code = (
        "import sys; from kb_ingest import embedder; embedder.load().encode(['a']); "
        "print([name for name in ('torch', 'sentence_transformers', 'transformers') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_batches_hold_every_row_once_within_the_budget() -> None:
    lengths = [7, 300, 2, 90, 2, 33, 1000]
    found = list(embedder.batches(lengths, 256))
    assert sorted(row for batch in found for row in batch) == list(range(7))
    assert all(len(batch) == 1 or max(lengths[row] for row in batch) * len(batch) <= 256 for batch in found)
    assert [2, 4, 0] in [sorted(batch, key=lambda row: lengths[row]) for batch in found]


def test_a_text_is_padded_by_its_own_length_alone() -> None:
    assert [embedder.padded_length(length) for length in (1, 16, 17, 250)] == [16, 16, 32, 256]
    for batch in embedder.batches([3, 15, 16, 17, 31, 200, 256], 4096):
        assert len({embedder.padded_length([3, 15, 16, 17, 31, 200, 256][row]) for row in batch}) == 1
    ids, mask = embedder.padded([[101, 5, 102], [101, 102]])
    assert ids.shape == mask.shape == (2, 16)
    assert mask.sum(axis=1).tolist() == [3, 2]


def test_damaged_converted_model_is_made_again(tmp_path: Path) -> None:
    made: list[Path] = []

    def convert(graph: Path) -> None:
        made.append(graph)
        graph.write_text("graph")

    model = ConvertedModel(tmp_path, "m")
    assert model.path(convert).read_text() == "graph"
    assert model.path(convert) == tmp_path / "m" / "model.xml"
    assert len(made) == 1
    (tmp_path / "m" / "model.xml").write_text("grapf")
    assert model.path(convert).read_text() == "graph"
    assert len(made) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["m"]


def test_where_nothing_can_be_kept_the_converted_model_is_made_for_this_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def convert(graph: Path) -> None:
        graph.write_text("graph")

    (tmp_path / "file").write_text("")
    with at_hand(tmp_path / "file" / "models", "m", convert) as graph:
        assert graph.read_text() == "graph"
    assert not graph.exists()
    assert "ANSWERDESK_MODEL_CACHE_DIR" in caplog.text


def test_other_weights_under_the_packaged_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other")
    with pytest.raises(embedder.ModelDamaged):
        embedder._convert(tmp_path, tmp_path / "model.xml")


def test_precision_follows_the_processor(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("flags\t\t: fpu avx2 amx_bf16\n")
    assert matrix_precision(cpuinfo) == "bf16"
    cpuinfo.write_text("flags\t\t: fpu avx2\n")
    assert matrix_precision(cpuinfo) == "f32"
    assert matrix_precision(tmp_path / "none") == "f32"


def test_a_text_has_the_same_bytes_alone_and_among_others() -> None:
    texts = ["Where is my order?", "How do I reset the hub?", "camera offline", "a much longer question " * 12]
    together = embedder.load().encode(texts)
    alone = [embedder.load().encode([text])[0] for text in texts]
    assert [row.tobytes() for row in together] == [row.tobytes() for row in alone]


REACHES = """
import sys
told = ("urllib.Request", "socket.connect")
sys.addaudithook(lambda event, about: event in told and print(event, about[0], flush=True))
"""
ENCODES = f"""
from pathlib import Path
from kb_ingest import embedder
embedder.load(cache_dir=Path({str(embedder.default_cache_dir())!r})).encode(["hello"])
"""


@pytest.mark.parametrize(("program", "reports"), [(ENCODES, False), ("import openvino.tools.ovc\n", True)])
def test_the_runtime_reports_to_nobody(program: str, reports: bool, tmp_path: Path) -> None:
    """Negative control: OpenVINO by itself reports its import to Google Analytics, but not where `CI` is set."""
    env = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "PYTHONPATH": str(Path(embedder.__file__).parents[1])}
    wait = "import threading\n[each.join(5) for each in threading.enumerate() if each is not threading.main_thread()]\n"
    run = subprocess.run(
        [sys.executable, "-c", REACHES + program + wait], capture_output=True, text=True, env=env, timeout=120
    )
    assert run.returncode == 0, run.stderr
    assert ("google-analytics" in run.stdout) is reports
    assert bool(run.stdout) is reports
    assert bool(list(tmp_path.rglob("openvino_ga_cid"))) is reports
