"""Owns the shape of the product as data: who may import whom. Refuses to read code."""

from __future__ import annotations

# A package may import itself and whatever stands to its left.
PACKAGES_IN_ORDER = ("kb_ingest", "bot", "eval")

# A room of `bot` may import what stands above it. A new room is a fault until it has its line here.
BOT_IN_ORDER = (
    "bot.errors",
    "bot.settings",
    "bot.own_files",
    "bot.access",
    "bot.policy_node",
    "bot.spoken",
    "bot.rounds",
    "bot.storage",
    "bot.events",
    "bot.customers",
    "bot.conversation",
    "bot.retrieval",
    "bot.answering",
    "bot.decision",
    "bot.casebook",
    "bot.respond",
    "bot.turn_note",
    "bot.handoff",
    "bot.specific_extra",
    "bot.desk",
    "bot.promises",
    "bot.allowances",
    "bot.complaints",
    "bot.carry_out",
    "bot.first_words",
    "bot.raised",
    "bot.assist",
    "bot.batch",
    "bot.feedback",
    "bot.gaps",
    "bot.recall",
    "bot.knowledge",
    "bot.publishing",
    "bot.turn",
    "bot.precedents",
    "bot.integrations",
    "bot.channels",
    "bot.unanswered",
    "bot.merging",
    "bot.privacy",
    "bot.warm_encoder",
    "bot.one_thread",
    "bot.pipeline",
    "bot.assemble",
    "bot.api",
    "bot.console",
    "bot.widget",
    "bot.portal",
    "bot.app",
    "bot.allocator",
    "bot.serve",
    "bot.command_line",
    "bot.command_database",
    "bot.serve_cli",
    "bot.copilot",
    "bot.demo",
    "bot.batch_cli",
    "bot.accounts_cli",
    "bot.gaps_cli",
    "bot.customers_cli",
    "bot.retention_cli",
    "bot.outbox_cli",
    "bot.mail_cli",
    "bot.articles_cli",
    "bot.cli",
    "bot.__main__",
)

# The bench measures ours against the usual parts, put together in this one file.
BASELINE = "eval/bench/plain_search.py"

# A library that only these files may import: the place to change when the library changes.
NAMED_IMPORTERS = {
    "faiss": {"kb_ingest/index.py", BASELINE},
    "openvino": {"kb_ingest/embedder.py"},
    "torch": {"kb_ingest/embedder.py"},
    "sentence_transformers": {"kb_ingest/embedder.py", BASELINE},
    "tokenizers": {"kb_ingest/embedder.py"},
    "symspellpy": {"kb_ingest/spelling.py"},
    "tiktoken": {"kb_ingest/tokens.py"},
    "chainlit": {"bot/copilot/"},
    "langchain": {"bot/answering/language_model.py"},
    "langchain_core": {"bot/integrations/langchain.py", "bot/answering/language_model.py"},
    "sqlite3": {"bot/storage/engine.py", "bot/storage/backup.py", "bot/storage/scrub.py"},
    "psycopg": set(),  # SQLAlchemy loads it by name
    "sqlalchemy.create_engine": {"bot/storage/engine.py"},
    "alembic": {"bot/storage/migrate.py", "bot/storage/migrations/"},
    "argon2": {"bot/desk/passwords.py"},
    "jwt": {"bot/customers/identity.py"},
    "standardwebhooks": {"bot/integrations/signatures.py"},
    # Who may reach other machines, each to an address that only the operator's settings name. Whatever is to fetch an
    # address from somebody else (an import, a webhook of the console) does it with `open_client` of http_call.py, which
    # looks at each address (promise 20).
    "httpx2": {"bot/integrations/http_call.py"},
    "httpx": {"bot/answering/language_model.py"},
    "urllib.request": set(),
    "urllib3": set(),
    "requests": set(),
    "aiohttp": set(),
    "ftplib": set(),
    "pypdf": {"kb_ingest/formats/pdf.py"},
    "mammoth": {"kb_ingest/formats/docx.py"},
    "bs4": {"kb_ingest/cleaning/html_markdown.py"},
    "threadpoolctl": {"bot/one_thread.py"},
    "uvicorn": {"bot/serve.py", "bot/copilot/run.py", BASELINE},
    "vaderSentiment": {"bot/handoff/sentiment.py"},
    "py3langid": {"bot/conversation/language.py"},
    "imaplib": {"bot/channels/imap.py"},
    "smtplib": {"bot/channels/smtp.py"},
}

# Inner code is written once, synchronously. These rooms hold streams, sockets and the wrappers around them.
ASYNC_EDGES = (
    "bot/api/",
    "bot/app.py",
    "bot/copilot/",
    "bot/events/hub.py",
    "bot/serve.py",
)

# Functions that pass a mapping of anything between rooms, and why nothing better is possible.
UNTYPED_BY_NATURE = {
    "bot/decision/policy.py: read_yaml": "a file people edit: each caller types what it reads",
    "bot/casebook/fields.py: text": "one object of a file people edit: this is where its texts get their type",
    "bot/casebook/fields.py: texts": "the same",
    "bot/casebook/fields.py: member": "the same",
    "bot/storage/once.py: insert_once": "the columns of whatever table is given, as SQLAlchemy takes them",
}
