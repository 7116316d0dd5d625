"""Settings come from the environment, and a wrong one is refused in words that name it."""

from pathlib import Path

import pytest

from deploy.identity import registration_of
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


PROVIDER = {
    "THROUGHLINE_OIDC_ISSUER": "https://id.example",
    "THROUGHLINE_OIDC_CLIENT_ID": "throughline",
    "THROUGHLINE_ADDRESS": "https://clinic.example",
}


def test_an_identity_provider_is_named_with_all_that_belongs_to_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert registration_of(read_settings()) is None
    for name, value in PROVIDER.items():
        monkeypatch.setenv(name, value)
    found = registration_of(read_settings())
    assert found is not None
    assert (found.title, found.client_secret, found.acr) == ("id.example", None, ())
    assert found.address_back == "https://clinic.example/sign-in/return"
    secret = tmp_path / "secret"
    secret.write_text("hunter2\n")
    monkeypatch.setenv("THROUGHLINE_OIDC_CLIENT_SECRET_FILE", str(secret))
    monkeypatch.setenv("THROUGHLINE_OIDC_ACR", "phr phrh")
    found = registration_of(read_settings())
    assert found is not None
    assert (found.client_secret, found.acr) == ("hunter2", ("phr", "phrh"))
    assert "hunter2" not in repr(read_settings())
    secret.write_text("")
    found = registration_of(read_settings())
    assert found is not None
    assert found.client_secret is None


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"THROUGHLINE_ADDRESS": ""}, "THROUGHLINE_ADDRESS"),
        ({"THROUGHLINE_OIDC_CLIENT_ID": ""}, "THROUGHLINE_OIDC_CLIENT_ID"),
        ({"THROUGHLINE_OIDC_ISSUER": ""}, "THROUGHLINE_OIDC_ISSUER"),
        ({"THROUGHLINE_OIDC_ISSUER": "http://id.example"}, "THROUGHLINE_OIDC_ISSUER"),
        ({"THROUGHLINE_OIDC_ISSUER": "id.example"}, "THROUGHLINE_OIDC_ISSUER"),
        ({"THROUGHLINE_ADDRESS": "http://clinic.example"}, "THROUGHLINE_ADDRESS"),
        ({"THROUGHLINE_OIDC_CLIENT_SECRET_FILE": "/nowhere/secret"}, "THROUGHLINE_OIDC_CLIENT_SECRET_FILE"),
        ({"THROUGHLINE_OIDC_CA_FILE": "/nowhere/ca.pem"}, "THROUGHLINE_OIDC_CA_FILE"),
    ],
)
def test_half_an_identity_provider_or_one_without_tls_is_refused(
    monkeypatch: pytest.MonkeyPatch, change: dict[str, str], named: str
) -> None:
    for name, value in {**PROVIDER, **change}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsAreWrong, match=named):
        read_settings()
