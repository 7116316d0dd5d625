"""Base template and macros, rendered with invented content: quiet under the policy, one next step, nothing unnamed."""

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.api.gallery import PAGES, ROOT, environment, render

HOOKS = {"cell-measure", "cell-with", "field-full", "gates", "step-later"}
VOID = {"meta", "link", "input", "br", "img", "hr"}


class Page(HTMLParser):
    """The elements of a page with their attributes, and which tags were left open or closed twice."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.misnested: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.misnested.append(tag)

    def having(self, attribute: str) -> list[str]:
        return [attributes[attribute] or "" for _, attributes in self.elements if attribute in attributes]


@pytest.fixture(scope="module", params=PAGES)
def page(request: pytest.FixtureRequest) -> Page:
    return Page(render(request.param))


def test_elements_nest(page: Page) -> None:
    assert page.misnested == []
    assert page.open == []


def test_nothing_inline_that_the_policy_would_refuse(page: Page) -> None:
    assert page.having("style") == []
    assert [name for _, attributes in page.elements for name in attributes if name.startswith("on")] == []
    assert [tag for tag, attributes in page.elements if tag == "script" and not attributes.get("src")] == []
    assert [tag for tag, _ in page.elements if tag == "style"] == []


def test_at_most_one_filled_button_outside_dialogs(page: Page) -> None:
    filled = [
        (tag, attributes) for tag, attributes in page.elements if "filled" in (attributes.get("class") or "").split()
    ]
    in_dialogs = sum(1 for tag, _ in page.elements if tag == "dialog")
    assert len(filled) - in_dialogs <= 1


def test_ids_are_unique_and_every_reference_finds_its_element(page: Page) -> None:
    ids = page.having("id")
    assert len(ids) == len(set(ids))
    for attribute in ("aria-describedby", "aria-labelledby", "for"):
        for value in page.having(attribute):
            assert set(value.split()) <= set(ids), (attribute, value)


def test_every_unsafe_form_of_the_shell_carries_the_token(page: Page) -> None:
    finds = [
        attributes
        for tag, attributes in page.elements
        if tag == "form" and attributes.get("action") in ("/find", "/sign-out", "/sign-out/everywhere")
    ]
    tokens = [attributes for _, attributes in page.elements if attributes.get("name") == "_csrf"]
    assert all(attributes.get("method") == "post" for attributes in finds)
    assert len(tokens) >= len(finds)


def test_the_theme_and_the_zone_are_told() -> None:
    assert '<html lang="en" data-theme="dark">' in render("caseload", "dark")
    assert '<html lang="en">' in render("caseload")
    assert "Times: America/Los_Angeles" in render("caseload")


PATIENT = {"name": "<b>Ana</b>", "born": "", "reference": "", "phase": "", "href": None}


def macro(file: str, name: str) -> Any:
    """A macro as a function from Python values to markup."""
    return getattr(environment().get_template(f"macros/{file}.html").module, name)


def test_what_people_wrote_is_escaped() -> None:
    html = macro("banner", "patient_banner")(PATIENT, ["<i>"])
    assert "<b>Ana</b>" not in html
    assert "&lt;i&gt;" in html


@pytest.mark.parametrize(
    ("allergies", "words"),
    [
        (["latex"], "Allergy: latex"),
        (["latex", "nuts"], "Allergies: latex, nuts"),
        ([], "No allergies recorded"),
        (None, "Allergies not asked"),
    ],
)
def test_the_banner_says_what_is_known_of_allergies(allergies: list[str] | None, words: str) -> None:
    banner = macro("banner", "patient_banner")
    assert words in banner(PATIENT, allergies)
    assert "llerg" not in banner(PATIENT, allergies, shows_allergies=False)


def test_a_true_error_is_invalid_and_described_by_its_sentence() -> None:
    html = macro("forms", "number_field")("most_mg", "Most", 150, "mg", "per session", "150 mg is too little.")
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="most_mg-hint most_mg-error"' in html
    assert 'id="most_mg-error"' in html


def test_a_value_over_its_limit_is_marked_but_not_invalid() -> None:
    limits = [{"must": "below", "value": 160, "sentence": '{value} is not below this plan\'s "160".'}]
    html = macro("forms", "number_field")("systolic", "Systolic", 168, over=True, limits=limits)
    assert "is-over" in html
    assert "aria-invalid" not in html
    assert [json.loads(value) for value in Page(html).having("data-limits")] == [limits]


def test_typed_text_comes_back() -> None:
    assert 'value="a&#34;b"' in macro("forms", "text_field")("a", "A", 'a"b')
    assert ">two\nlines</textarea>" in macro("forms", "text_area")("a", "A", "two\nlines")
    choices = [("0", "no"), ("1", "yes")]
    assert '<option value="0" selected>' in macro("forms", "select_field")("a", "A", choices, 0)
    assert macro("forms", "radio_list")("a", "A", choices, 0).count("checked") == 1
    assert macro("forms", "radio_list")("a", "A", choices).count("checked") == 0
    assert macro("forms", "checkbox_list")("a", "A", choices, ["1"]).count("checked") == 1


def test_no_gate_is_without_its_reason() -> None:
    html = render("episode")
    assert "No. 2 of 4 gates are blocked." in html
    assert html.count("Missing:") == 2
    assert "2 gates are open" in html


def test_at_most_two_flags_are_shown_and_the_rest_counted() -> None:
    shown = [("urgent", "A", "#a"), ("attention", "B", "#b"), ("open", "C", "#c"), ("info", "D", "#d")]
    html = macro("tags", "flags")(shown, "#all")
    assert Page(html).having("href") == ["#a", "#b", "#all"]
    assert "+2" in html


def test_the_meter_has_as_many_bars_as_bands() -> None:
    html = macro("score", "meter")(3, 5, "moderate")
    assert (html.count("bar-filled"), html.count("bar-empty")) == (3, 2)
    assert "moderate" in html


def test_every_class_in_the_pages_is_styled_or_a_known_hook() -> None:
    stylesheet = (ROOT / "api" / "static" / "throughline.css").read_text()
    styled = set(re.findall(r"\.([a-zA-Z][\w-]*)", stylesheet))
    used = {name for page in PAGES for value in Page(render(page)).having("class") for name in value.split()}
    assert used - styled == HOOKS


def test_a_long_list_of_allergies_leaves_room_for_the_page_and_is_there_in_whole() -> None:
    banner = environment().get_template("macros/banner.html").module.patient_banner  # type: ignore[attr-defined]
    patient = {"name": "Ana Whitfield", "born": "11 Mar 1984", "reference": "KAP-0012", "phase": "", "href": ""}
    many = [f"allergen {number}" for number in range(20)]
    assert "banner-long" not in banner(patient, ["latex"])
    shown = Page(str(banner(patient, many)))
    assert "banner banner-long" in shown.having("class")
    assert shown.having("tabindex") == ["0"], "what scrolls can be reached without a mouse"
    assert all(one in str(banner(patient, many)) for one in many)
