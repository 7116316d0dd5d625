"""The page on which a patient is referred: who they are, why, and what is known so far."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from api.confirming import held, let_go
from api.edge import Edge
from api.formats import clock
from api.forms.fields import Area, Hidden, Reading, Text
from api.forms.form import Body, Form
from api.forms.lists import Codes, Radio
from api.forms.order import order_in
from api.forms.posted import Posted, PostedForm
from api.forms.section import Section, section
from api.forms.shown import shown_form
from api.forms.times import Day
from api.forms.trouble import Trouble, to_mend, trouble_of
from api.late import HOLD, TYPED, hold_and_sign_out, viewer_in_time
from api.notice import Notice, leave_notice
from api.referrals import Referral, admit, known_patients, require_referrer
from api.scene import network_scene
from api.shell import home_of, page
from api.viewer import EdgeOf, Viewer, ViewerOf
from domain.episode.referral.refer import PatientHasAnOpenEpisode
from domain.refusal import Refused
from projections import READ_MODELS
from projections.sentences.check_in_link import LANGUAGES
from store.admission import KnownPatient
from store.errors import KeyWasUsedForAnother

router = APIRouter(include_in_schema=False)
ANOTHER = "another"
PLACE = "/refer"


@router.get("/refer")
def ask(request: Request, viewer: ViewerOf, edge: EdgeOf) -> HTMLResponse:
    require_referrer(viewer)
    waits = held(request, edge, viewer, place=PLACE, person_id=None)
    return _page(request, edge, viewer, waits, None, came_back=TYPED if waits else "")


@router.post("/refer", response_model=None)
def answer(request: Request, edge: EdgeOf, posted: PostedForm) -> Response:
    """To the new episode, or the form again."""
    viewer = viewer_in_time(request, edge, posted, place=PLACE)
    require_referrer(viewer)
    if posted.one(HOLD):
        return hold_and_sign_out(request, edge, viewer, posted, place=PLACE)
    asked_before = posted.one("known")
    form, scene = refer_form(()), network_scene(edge, viewer)
    sections = form.sections(scene)
    filled = order_in(form, sections, posted, Reading(viewer.zone, scene.now))
    if filled.mistakes:
        return _page(request, edge, viewer, posted, to_mend(filled.mistakes, sections, posted, filled.empty))
    try:
        referral = Referral.model_validate(filled.body | _which(asked_before))
        if known := known_patients(edge, viewer, referral, posted.one("_key")):
            return _page(request, edge, viewer, posted, Trouble(409), known)
        admitted = admit(edge, viewer, referral, posted.one("_key"))
    except KeyWasUsedForAnother:
        return _page(request, edge, viewer, posted, Trouble(409, sentence="This referral was recorded already."))
    except PatientHasAnOpenEpisode as refused:
        return _page(request, edge, viewer, posted, Trouble(409, sentence=refused.message))
    except (Refused, ValidationError) as error:
        return _page(request, edge, viewer, posted, trouble_of(error, form, sections, posted, scene))
    let_go(edge, viewer, PLACE, posted)
    edge.waiting.wait_until(admitted.receipt.position, READ_MODELS)
    href = f"/episodes/{admitted.episode_id}"
    back = RedirectResponse(href, 303)
    said = f"Recorded at {clock(scene.now, viewer.zone)}: referral of {admitted.reference}."
    leave_notice(back, Notice(said, [(f"{href}#event-1", "See it in the timeline")]), edge.secret, scene.now)
    return back


def refer_form(known: Sequence[KnownPatient], answered: str = "") -> Form:
    """With the question which person it is, where somebody of that name and birth date is known, or its answer."""
    return Form(
        decision="refer",
        title="Refer a patient",
        button="Refer",
        sections=lambda scene: [*_which_person(known, answered), *_referral()],
    )


def _which_person(known: Sequence[KnownPatient], answered: str) -> list[Section]:
    if not known:
        return [section(Hidden(name="known", seed=answered))] if answered else []
    options = [(str(one.patient_id), f"Yes: refer {one.reference} again") for one in known]
    choice = Radio(name="known", label="Is this the same person?", options=[*options, (ANOTHER, "No, somebody else")])
    return [section(choice, heading="A patient of this name and birth date is known")]


def _referral() -> list[Section]:
    return [
        section(
            Text(name="name", label="Name", missing="Write the patient's name."),
            Day(name="birth_date", label="Birth date", missing="Write the birth date."),
            Text(name="contact", label="Contact", hint="Telephone or address to write to", optional=True),
            Radio(
                name="language",
                label="Language",
                hint="In which check-ins are written to the patient",
                options=[(one.value, words) for one, words in LANGUAGES.items()],
                inline=True,
                optional=True,
            ),
            heading="The patient",
        ),
        section(
            Area(name="reason", label="Reason", hint="The care team reads this", missing="Say why you refer."),
            Codes(name="diagnoses", label="Diagnoses", hint="ICD-10, such as F33.2", optional=True),
            Area(name="medicines_note", label="Medicines", optional=True, rows=2),
            Area(name="allergies_note", label="Allergies", optional=True, rows=2),
            Area(name="risk_note", label="Risk notes", optional=True, rows=2),
            Day(name="alliance_since", label="In therapy with you since", optional=True),
            heading="The referral",
        ),
    ]


def _which(chosen: str) -> Body:
    if chosen == ANOTHER:
        return {"is_another_person": True}
    return {"patient_id": chosen} if chosen else {}


def _page(
    request: Request,
    edge: Edge,
    viewer: Viewer,
    posted: Posted | None,
    trouble: Trouble | None,
    known: Sequence[KnownPatient] = (),
    *,
    came_back: str = "",
) -> HTMLResponse:
    home = home_of(viewer)
    shown = shown_form(
        refer_form(known, posted.one("known") if posted else ""),
        network_scene(edge, viewer),
        posted=posted,
        trouble=trouble,
        action="/refer",
        back=home,
    )
    beside = f"Signs as {viewer.name}, now. Prescribers find the patient in their worklist."
    status = trouble.status if trouble else 200
    return page(request, "pages/refer.html", viewer, status, shown=shown, beside=beside, came_back=came_back)
