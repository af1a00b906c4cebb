"""Owns the wiring of the pure pipeline: for batches, the evaluation and the desk alike. Refuses to know the desk: what
only asks the pipeline starts without its imports.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.answering.breaker import Breaker
from bot.answering.language_model import LanguageModel, Server
from bot.answering.llm_rewriter import LlmRewriter, Prompts
from bot.answering.prompts import read_prompt
from bot.answering.token_budget import TokenBudget
from bot.decision.calibration_of_base import for_base
from bot.decision.confidence import read_calibration
from bot.decision.policy import SENSITIVE_FILE, read_sensitive
from bot.decision.screen_fit import SCREEN_FIT_FILE, read_screen_fit
from bot.decision.sensitive import SensitiveScreen
from bot.decision.small_talk_policy import SMALL_TALK_FILE, read_small_talk
from bot.errors import of_system
from bot.one_thread import products_on_one_thread
from bot.own_files import check_files
from bot.respond import Responder
from bot.retrieval.batching import SharedEncoder
from bot.retrieval.encoding import Encoder, Vectors
from bot.retrieval.live_index import LiveIndex
from bot.retrieval.variants import VARIANTS_FILE, read_variants
from bot.settings import Settings
from bot.warm_encoder import load_encoder
from kb_ingest.embedder import Embedder
from kb_ingest.encoded import Encoded, vectors_of
from kb_ingest.vector_cache import VectorCache
from kb_ingest.vectors import of_texts

_log = structlog.get_logger()

SYSTEM_PROMPT = "rewrite_answer"
REQUEST_PROMPT = "rewrite_request"


def build_responder(
    settings: Settings, calibration: Path | None = None, load: Callable[[], Embedder] | None = None
) -> Responder:
    """The pure pipeline alone, for batches and the evaluation; `load` as for `assemble`."""
    check_files(settings, calibration)
    products_on_one_thread()
    live = LiveIndex(settings.index_dir)
    live.current()
    articles = live.current().articles
    fitted = read_calibration(calibration) if calibration else for_base(settings.calibration_file, articles)
    small_talk = read_small_talk(settings.policies_dir / SMALL_TALK_FILE, settings.company_name)
    variants = read_variants(settings.policies_dir / VARIANTS_FILE)
    model = load() if load else load_encoder(settings)
    encoder = SharedEncoder(model)
    policy_texts = PolicyEncoder(model, VectorCache(settings.data_dir / "cache"))
    return Responder(
        live=live,
        encoder=encoder,
        screen=_screen(settings, encoder, policy_texts),
        small_talk=small_talk,
        variants=variants,
        calibration=fitted,
        rewriter=_rewriter(settings) if settings.llm_model else None,
    )


def _rewriter(settings: Settings) -> LlmRewriter:
    """The language model behind the proof; its library is loaded aside, the service does not wait for it."""
    server = Server(
        model=settings.llm_model,
        base_url=settings.llm_base_url,
        api_key=settings.llm_api_key.get_secret_value(),
        deadline_seconds=settings.llm_deadline_seconds,
    )
    folder = settings.prompts_dir
    prompts = Prompts(read_prompt(folder, SYSTEM_PROMPT), read_prompt(folder, REQUEST_PROMPT))
    model = LanguageModel(server)
    model.warm()
    return LlmRewriter(model, prompts, Breaker(), TokenBudget(settings.llm_daily_tokens))


@dataclass(frozen=True, slots=True)
class PolicyEncoder:
    """Encodes the texts of the policy files through a cache on disk, so that a restart is quick; without, where there
    can be none.

    Never given what customers write: that must not reach the disk.
    """

    model: Embedder
    cache: VectorCache

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors in order, shape (n, dimensions)."""
        try:
            rows: Sequence[Encoded] = of_texts(texts, self.model, self.cache).rows
        except OSError as error:
            _log.warning("policy_cache_unusable", why=of_system(error))
            rows = self.model.encode_tokens(texts)
        return vectors_of(rows, self.model.dimensions)


def _screen(settings: Settings, encoder: Encoder, policy_texts: Encoder) -> SensitiveScreen:
    """The policy with the coefficients fitted on it; only sentences added since are encoded at the start."""
    policy = read_sensitive(settings.policies_dir / SENSITIVE_FILE)
    return SensitiveScreen(policy, encoder, policy_texts, read_screen_fit(settings.policies_dir / SCREEN_FIT_FILE))
