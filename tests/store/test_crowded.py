"""That a server takes no further connection is known by its code, and by its words where no code comes along."""

import psycopg
import pytest

from store.connections import is_crowded

SAID = [
    "sorry, too many clients already",
    "remaining connection slots are reserved for roles with the SUPERUSER attribute",
    "tut mir leid, schon zu viele Verbindungen",
    "zu viele Verbindungen von Rolle »throughline_app«",
    "lo siento, ya tenemos demasiados clientes",
    "demasiadas conexiones para el rol «throughline_app»",
    "désolé, trop de clients sont déjà connectés",
    "trop de connexions pour le rôle « throughline_app »",
    "spiacente, troppi client già connessi",
    "извините, уже слишком много клиентов",
    "現在クライアント数が多すぎます",
    "对不起, 已经有太多的客户",
    "최대 동시 접속자 수를 초과했습니다.",
]
"""As servers of PostgreSQL 15 say it."""


@pytest.mark.parametrize("said", SAID)
def test_a_crowded_server_is_known_in_its_language(said: str) -> None:
    assert is_crowded(psycopg.OperationalError(f"connection failed: FATAL:  {said}"))


def test_where_the_code_comes_along_no_words_are_needed() -> None:
    assert is_crowded(psycopg.errors.TooManyConnections("nada más"))


@pytest.mark.parametrize(
    "other",
    [
        psycopg.OperationalError("connection failed: FATAL:  die Datenbank »care« existiert nicht"),
        psycopg.errors.DiskFull("too little room"),
        ValueError("too many clients"),
    ],
)
def test_other_trouble_is_not_taken_for_it(other: Exception) -> None:
    assert not is_crowded(other)
