"""What a patient has typed so far: kept sealed, shown again after the birth date, gone with the answer."""

import orjson

from api.check_in_view.visit import Visit
from api.forms.posted import Posted
from store.check_in_links import FoundLink


def keep_draft(visit: Visit, link: FoundLink, posted: Posted) -> bool:
    """Keep the fields of the form, without what belongs to the form itself."""
    typed = [(name, value) for name, value in posted.pairs() if not name.startswith("_") and value]
    return visit.edge.links.keep_draft(link, orjson.dumps(typed).decode())


def draft_of(visit: Visit, link: FoundLink) -> Posted:
    """What was typed, as a browser would send it."""
    text = visit.edge.links.draft(link)
    return Posted.of((str(name), str(value)) for name, value in orjson.loads(text)) if text else Posted()
