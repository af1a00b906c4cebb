"""Settings come typed from ANSWERDESK_* and say what they are for."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.errors import BadRequest
from bot.settings import NO_COMPANY, Settings, read_settings

MOST = 40


def test_there_are_at_most_forty_and_each_is_described() -> None:
    assert len(Settings.model_fields) <= MOST
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSWERDESK_SITE_ORIGINS", "https://a.example, https://b.example,")
    assert Settings().site_origins == ("https://a.example", "https://b.example")


def test_keys_do_not_show_when_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSWERDESK_IDENTITY_KEYS", "first-secret-key,second-secret-key")
    settings = Settings()
    assert [key.get_secret_value() for key in settings.identity_keys] == [
        "first-secret-key",
        "second-secret-key",
    ]
    assert "secret-key" not in repr(settings)


def test_the_default_database_lies_in_the_data_folder() -> None:
    assert Settings(data_dir=Path("/somewhere")).database_address == "sqlite:////somewhere/answerdesk.db"


def test_other_peoples_variables_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere")
    assert "elsewhere" not in Settings().database_address


def test_a_limit_of_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSWERDESK_VISITOR_MESSAGES_PER_MINUTE", "0")
    with pytest.raises(ValidationError):
        Settings()


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("ANSWERDESK_DATA_DRI", "ANSWERDESK_DATA_DRI is no setting: did you mean ANSWERDESK_DATA_DIR?"),
        ("answerdesk_identity_requird", "did you mean ANSWERDESK_IDENTITY_REQUIRED?"),
    ],
)
def test_a_variable_that_is_no_setting_is_named_without_its_value(
    monkeypatch: pytest.MonkeyPatch, written: str, told: str
) -> None:
    monkeypatch.setenv(written, "a-secret")
    with pytest.raises(BadRequest) as refused:
        read_settings()
    assert told in refused.value.detail
    assert "a-secret" not in refused.value.detail


@pytest.mark.parametrize("name", ["SERVICE_HOST", "SERVICE_PORT", "PORT_8000_TCP_ADDR"])
def test_what_kubernetes_says_of_a_service_of_that_name_is_no_slip(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"ANSWERDESK_{name}", "10.0.0.1")
    read_settings()


def test_the_settings_that_are_there_are_read_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("answerdesk_company_name", "Lindenbank")
    assert read_settings().company_name == "Lindenbank"


@pytest.mark.parametrize(
    ("name", "written", "told"),
    [
        ("SITE_ORIGINS", "https://a.example/", "must be an origin like https://shop.example"),
        ("SITE_ORIGINS", "https://a.example, shop.example", "'shop.example' must be an origin"),
        ("SITE_ORIGINS", "HTTPS://Other.Example", "small letters"),
        ("FORWARDED_ALLOW_IPS", "nonsense", "'nonsense' must be an address or a network"),
        ("FORWARDED_ALLOW_IPS", "127.0.0.1, *", "'*' must be an address"),
        ("FORWARDED_ALLOW_IPS", "10.0.0.1/8", "must be an address or a network"),
        ("DEFAULT_LANGUAGE", "german", "must be a code like en or pt-BR"),
        ("IDENTITY_AUDIENCE", " ", "must not be empty"),
    ],
)
def test_a_setting_that_cannot_work_is_named_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, name: str, written: str, told: str
) -> None:
    monkeypatch.setenv(f"ANSWERDESK_{name}", written)
    with pytest.raises(BadRequest) as refused:
        read_settings()
    assert refused.value.detail.startswith(f"ANSWERDESK_{name}: ")
    assert told in refused.value.detail


@pytest.mark.parametrize("written", ["", "*", "127.0.0.1", "127.0.0.1, 10.0.0.0/8, ::1,"])
def test_proxies_are_named_by_address(written: str) -> None:
    assert Settings(forwarded_allow_ips=written).forwarded_allow_ips == written


def test_an_empty_company_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSWERDESK_COMPANY_NAME", "")
    assert read_settings().company_name == NO_COMPANY
