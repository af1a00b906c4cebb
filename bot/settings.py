"""Owns every setting and is the only reader of the environment. Refuses to open anything named in it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import BadRequest

DATABASE_FILE = "answerdesk.db"
NO_COMPANY = "Answerdesk"
"""Who the desk says it belongs to until somebody says."""
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""A language as browsers and shops write it: en, pt-BR."""
ORIGIN = re.compile(r"https?://[a-z0-9.-]+(?!:80\b|:443\b)(:[0-9]{1,5})?")
"""As browsers write it: the port only where it is not the usual one."""
AN_ORIGIN = "must be an origin like https://shop.example: small letters, no path, no usual port"
LIKE_A_SETTING = 0.8
"""Likeness of names from which one is taken for a slip of the other: "DATA_DRI" for "DATA_DIR"."""


class Settings(BaseSettings):
    """Typed settings; each is `ANSWERDESK_<NAME>` in the environment. Lists are separated by commas."""

    model_config = SettingsConfigDict(env_prefix="ANSWERDESK_", frozen=True, extra="forbid")

    # --- places ---
    index_dir: Path = Field(
        Path("var/index"), description="folder of the knowledge index that `kb_ingest` builds"
    )
    data_dir: Path = Field(
        Path("var/data"), description="folder of the default database and everything written"
    )
    articles_dir: str = Field(
        "",
        description="folder of articles in git, which is the truth then: the console shows it, tries edits out and "
        "gives patches; empty: the console publishes",
    )
    policies_dir: Path = Field(
        Path("data/policies"), description="sensitive topics, routing, hours, SLA (YAML)"
    )
    cases_dir: Path = Field(
        Path("data/eval"),
        description="evaluation cases (JSONL) that the console shows and every gate asks; never written by the service",
    )
    prompts_dir: Path = Field(Path("prompts"), description="prompts, one YAML file each")
    calibration_file: Path = Field(
        Path("data/calibration/default.json"),
        description="confidence curve and thresholds for a base nobody has labelled; "
        "a base with its own file in `bases/` beside it uses that",
    )
    model_cache_dir: Path = Field(Path("var/models"), description="where the converted encoder is kept")
    database_url: str = Field(
        "", description="SQLAlchemy address of a PostgreSQL database; empty: SQLite in the data folder"
    )

    # --- front doors ---
    host: str = Field("127.0.0.1", description="address the service listens on")
    port: int = Field(8000, ge=0, le=65535, description="port the service listens on")
    site_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="origins of the websites that may embed the widget; empty: only this service's own pages",
    )
    cookie_secure: bool = Field(
        True, description="staff cookie is `__Host-` and Secure; false only for plain HTTP on one machine"
    )
    session_hours: int = Field(12, ge=1, le=168, description="hours until a staff session ends")
    visitor_messages_per_minute: int = Field(
        20, ge=1, description="messages one visitor may send in a minute"
    )
    ip_requests_per_minute: int = Field(
        240, ge=1, description="visitor requests one address may make in a minute"
    )
    ip_streams: int = Field(
        300, ge=1, description="event streams of visitors that one address may have open at a time"
    )
    site_messages_per_minute: int = Field(3000, ge=1, description="messages one website may send in a minute")
    max_message_chars: int = Field(4000, ge=1, le=100_000, description="longest customer or staff message")
    forwarded_allow_ips: str = Field(
        "", description="addresses of reverse proxies whose X-Forwarded-For is believed, by commas"
    )

    # --- keys shared with other systems ---
    identity_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (), description="keys (32 bytes or more) that sign customer identity tokens; two while rotating"
    )
    identity_required: bool = Field(
        False, description="only customers whom a website vouches for may chat; nobody else opens a conversation"
    )
    identity_audience: str = Field("answerdesk", description="`aud` an identity token must carry")
    service_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (), description="bearer keys (32 bytes or more) of other help desks: suggestions, search, files of tickets"
    )
    webhook_url: str = Field("", description="https address that ticket events are sent to; empty: none")
    webhook_secret: SecretStr = Field(
        SecretStr(""), description="Standard Webhooks secret, `whsec_` and Base64"
    )
    connections_file: str = Field(
        "",
        description="YAML file of other systems and their secrets: a Chatwoot or Zendesk, who may send messages in, "
        "which help desks may show the panel of suggestions",
    )

    # --- e-mail ---
    mail_address: str = Field("", description="the desk's own e-mail address; empty: no e-mail")
    mail_inbox: SecretStr = Field(
        SecretStr(""), description="`imaps://user:password@host/folder` that customers' mails come into"
    )
    mail_out: SecretStr = Field(
        SecretStr(""), description="`smtps://` or `smtp://user:password@host:port` that takes our mails"
    )

    # --- models ---
    embedder_model: str = Field(
        "", description="sentence-transformers name or path; empty: the bundled MiniLM"
    )
    embedder_threads: int = Field(0, ge=0, description="threads of the encoder; 0: all cores")
    llm_model: str = Field("", description="`provider:model` for LangChain; empty: extractive answers only")
    llm_base_url: str = Field(
        "", description="address of an OpenAI-compatible server; empty: the provider's own"
    )
    llm_api_key: SecretStr = Field(SecretStr(""), description="key of the language model's server")
    llm_deadline_seconds: float = Field(8.0, gt=0, description="longest wait for the model, then extractive")
    llm_daily_tokens: int = Field(1_000_000, ge=0, description="tokens a day; beyond, answers are extractive")

    # --- how it presents itself ---
    company_name: str = Field(
        NO_COMPANY, description="whose desk it is: in the widget, the console, mails and what the bot says of itself"
    )
    default_language: str = Field(
        "en", description="language of a conversation until its messages tell another"
    )
    log_level: str = Field(
        "INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="least severe log line"
    )

    @field_validator("site_origins", "identity_keys", "service_keys", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """Commas are easier to write in an environment than JSON."""
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("company_name", mode="after")
    @classmethod
    def _named(cls, value: str) -> str:
        """Empty is how a compose file passes on what nobody set."""
        return value if value.strip() else NO_COMPANY

    @field_validator("site_origins", mode="after")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _each(value, lambda one: ORIGIN.fullmatch(one) is not None, AN_ORIGIN)

    @field_validator("forwarded_allow_ips", mode="after")
    @classmethod
    def _proxies(cls, value: str) -> str:
        told = "must be an address or a network, or the whole setting * for whatever stands before this service"
        if value != "*":
            _each(filter(None, map(str.strip, value.split(","))), _is_address, told)
        return value

    @field_validator("default_language", mode="after")
    @classmethod
    def _language(cls, value: str) -> str:
        return _each((value,), lambda one: LANGUAGE.fullmatch(one) is not None, "must be a code like en or pt-BR")[0]

    @field_validator("identity_audience", mode="after")
    @classmethod
    def _audience(cls, value: str) -> str:
        told = "must not be empty, or no customer's token would fit; without this variable it is `answerdesk`"
        return _each((value,), lambda one: bool(one.strip()), told)[0]

    @property
    def database_address(self) -> str:
        """SQLAlchemy URL: the configured one, or the SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir / DATABASE_FILE}"


def _each(values: Iterable[str], fits: Callable[[str], bool], told: str) -> tuple[str, ...]:
    """The values; an error that names the first that does not fit."""
    kept = tuple(values)
    for value in kept:
        if not fits(value):
            raise PydanticCustomError("unusable", "{value} {told}", {"value": repr(value), "told": told})
    return kept


def _is_address(value: str) -> bool:
    try:
        ip_network(value)
    except ValueError:
        return False
    return True


def read_settings(options: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """The environment's settings with those `given`. BadRequest names each that cannot be where it was written:
    as the command's option for one that was given (`options`), else as its variable.
    """
    called = options or {}
    _refuse_slips(os.environ)
    try:
        return Settings(**given)
    except ValidationError as error:
        # Without the value: it may be a secret.
        names = ((str(each["loc"][0]), each["msg"]) for each in error.errors())
        variable = Settings.model_config["env_prefix"]
        wrong = ((called.get(name, name) if name in given else variable + name.upper(), why) for name, why in names)
        raise BadRequest("\n".join(f"{name}: {why}." for name, why in wrong)) from error


def _refuse_slips(variables: Iterable[str]) -> None:
    """BadRequest for a variable that is nearly a setting: what it was to protect would stay open. Whatever else begins
    like one is somebody else's, such as what Kubernetes tells of a service of that name."""
    prefix = Settings.model_config["env_prefix"]
    fields = [field.upper() for field in Settings.model_fields]
    given = [name for name in sorted(variables) if name.upper().startswith(prefix)]
    meant = {name: get_close_matches(name.upper().removeprefix(prefix), fields, 1, LIKE_A_SETTING) for name in given}
    slips = {name: near[0] for name, near in meant.items() if near and name.upper() != prefix + near[0]}
    if slips:
        told = (f"{name} is no setting: did you mean {prefix}{near}?" for name, near in slips.items())
        raise BadRequest("\n".join(told))
