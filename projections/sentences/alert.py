"""Sentences about alerts."""

from domain.episode.alert.acknowledge_alert import AlertAcknowledged
from projections.sentences.saying import Category, Telling, Told, says
from projections.sentences.words import moment, words


@says(AlertAcknowledged, "signed", Category.DECISIONS)
def _(event: AlertAcknowledged, told: Telling) -> Told:
    note = f"Raised {moment(event.raised_at, told)}"
    return Told(f"{told.who} took on the alert: {words(event.kind)}.", note=note)
