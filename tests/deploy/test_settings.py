"""Settings come from the environment, and a wrong one is refused in words that name it."""

from pathlib import Path

import pytest

from deploy.settings import DatabaseFunctionsAreEnabled, Settings, SettingsAreWrong, read_settings


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start from an environment without any of our variables."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"THROUGHLINE_{name.upper()}", raising=False)
    monkeypatch.delenv("POSTGRES_ENABLE_DB_FUNCTIONS", raising=False)


def test_without_any_variable_the_embedded_database_serves() -> None:
    settings = read_settings()
    assert (settings.data, settings.port, settings.demo, settings.is_embedded) == (Path(".data"), 8000, False, True)


def test_naming_a_database_switches_the_embedded_one_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THROUGHLINE_WORK_DATABASE_URL", "postgresql://work@db/care")
    assert not read_settings().is_embedded


def test_an_empty_variable_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THROUGHLINE_DATABASE_URL", "")
    assert read_settings().is_embedded


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("THROUGHLINE_PORT", "70000"),
        ("THROUGHLINE_DEMO", "perhaps"),
        ("THROUGHLINE_SESSION_SECRET", "too short"),
        ("THROUGHLINE_PROXIES", "*"),
        ("THROUGHLINE_PROXIES", "0.0.0.0/0"),
        ("THROUGHLINE_PROXIES", "proxy.example"),
    ],
)
def test_a_wrong_value_is_refused_by_its_variable_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsAreWrong, match=variable) as refusal:
        read_settings()
    assert value not in str(refusal.value)


def test_database_functions_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGRES_ENABLE_DB_FUNCTIONS", "y")
    with pytest.raises(DatabaseFunctionsAreEnabled, match="POSTGRES_ENABLE_DB_FUNCTIONS is set"):
        read_settings()


def test_secrets_are_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THROUGHLINE_DATABASE_URL", "postgresql://app:hunter2@db/care")
    monkeypatch.setenv("THROUGHLINE_SESSION_SECRET", "hunter2-" * 8)
    assert "hunter2" not in repr(read_settings())
