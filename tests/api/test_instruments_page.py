"""The instruments to read: every band, rule and cut-off stands there with its source and mark."""

from domain.instrument import ids, load
from tests.api.clinic import Clinic
from tests.api.pages_read import Read


def test_every_instrument_is_there_with_its_rules_and_their_sources(clinic: Clinic) -> None:
    html = clinic.coordinator.get("/instruments").text
    words = Read(html).words
    for one in map(load, ids()):
        assert f'id="{one.id}"' in html
        assert one.licence.notice[:40] in words
        assert all(band.label in words for band in one.bands)
    assert "Response Better by 50 % Source: BAO · (S)" in words
    assert "Levels high: yes to 4, 5 or 7; moderate: yes to 3 or 6; low: yes to 1 or 2; else none" in words
    assert "Safety Item 9 from 1 on, whatever the total" in words
    assert (
        "cut-off for women, 3 or more: total 3 or more; 1 of items 2 and 3 at 1 or more Source: AUDITC · (S)" in words
    )
    assert "Reversed Items 4, 5, 10, 18 and 19 count from the other end" in words
    assert "Of items 6 and 7 one is answered" in words
    assert "Up to 1 empty item count as the mean of the others" in words


def test_the_protocol_says_when_each_is_due(clinic: Clinic) -> None:
    words = Read(clinic.therapist.get("/protocol").text).words
    assert "PHQ-9 Every 14 days, the main measure" in words
    assert "AUDIT Once, before the first dose. Source: HULL-BL · (S)" in words
    assert "WAI-SR At the last preparation session, not older than 7 days. What it flags is for the therapist" in words
    assert "EBI After each dosing session, within 1 day; asked no more 3 days later. Source: EBI-FL" in words
