"""Every component and page layout with invented content, written as static files for looking at.

Run `python -m tests.api.gallery FOLDER` and serve the folder.
"""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api import charts
from api.formats import full_date, signed, to_dial, unbroken_ranges
from tests.api.gallery_charts import CORNER_CASES, REPLAY_LINE, TIME_LINE, TRAJECTORY

ROOT = Path(__file__).parents[2]
GALLERY_PAGES = ROOT / "tests" / "api" / "gallery_pages"
PAGES = tuple(sorted(page.stem for page in GALLERY_PAGES.glob("*.html")))

VIEWERS = {
    "worklist": ("Dr. Alma Rivera", "prescriber", "Worklist"),
    "form": ("Dr. Alma Rivera", "prescriber", "Worklist"),
    "coordination": ("Tom Okafor", "coordinator", "Coordination"),
    "replay": ("June Park", "compliance", "Replay"),
}
NOTICE = {
    "text": "Recorded at 09:42: integration session.",
    "links": [("#", "See it in the timeline"), ("#", "Correct it")],
}


def render(page: str, theme: str | None = None) -> str:
    """One page of the gallery, with the real base, macros and charts."""
    return environment().get_template(f"{page}.html").render(**_shell(page), **_words(), **_drawings(), theme=theme)


def environment() -> Environment:
    loader = ChoiceLoader([FileSystemLoader(ROOT / "api" / "templates"), FileSystemLoader(GALLERY_PAGES)])
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters |= {"unbroken": unbroken_ranges, "dial": to_dial}
    return made


def write(folder: Path) -> None:
    """All pages in both themes, beside the real stylesheet, script and vendored files."""
    shutil.copytree(ROOT / "api" / "static", folder / "static", dirs_exist_ok=True)
    for page in PAGES:
        (folder / f"{page}.html").write_text(render(page))
        (folder / f"{page}-dark.html").write_text(render(page, "dark"))


def _shell(page: str) -> dict[str, Any]:
    """What every page hands to the base template."""
    name, role, home = VIEWERS.get(page, ("Dr. Mara Lindqvist", "therapist", "Caseload"))
    viewer = {
        "name": name,
        "role_word": role,
        "network_name": "Bay KAP Network",
        "network_href": None,
        "pages": [("#", home, page == home.lower(), 0)],
    }
    return {
        "viewer": None if page == "sign_in" else viewer,
        "demo": True,
        "zone_name": "America/Los_Angeles",
        "notice": NOTICE if page == "worklist" else None,
        "csrf_token": "token",
        "version": "0.1.0",
        "idle_seconds": 900 if page == "caseload" else None,
        "stay_href": "/stay",
        "now_words": "Thu 12 Mar 2026, 09:42",
        "full_date": full_date,
    }


def _words() -> dict[str, Any]:
    content: dict[str, Any] = _marked(json.loads((GALLERY_PAGES / "content.json").read_text()))
    for row in content["caseload"]:
        totals = tuple(row["totals"])
        row["sparkline"] = charts.draw_sparkline(charts.Sparkline(row["reference"], "PHQ-9", 0, 27, totals, 10))
        row["first"] = totals[0] if len(totals) > 1 else None
        row["last"] = totals[-1]
        row["change"] = signed(totals[-1] - totals[0])
    return content


def _drawings() -> dict[str, Any]:
    return {
        "change": charts.change(TRAJECTORY),
        "score_rows": charts.rows(TRAJECTORY),
        "trajectory": charts.draw_trajectory(TRAJECTORY, "phq9"),
        "time_line": charts.draw_time_line(TIME_LINE, "course"),
        "replay_line": charts.draw_time_line(REPLAY_LINE, "replay", charts.REPLAY_SIZES),
        "charts": [
            (name, charts.draw_trajectory(trajectory, f"piece-{place}"))
            for place, (name, trajectory) in enumerate(CORNER_CASES.items())
        ],
    }


def _marked(value: Any) -> Any:
    """The gallery's own sentences may hold markup; what pages show of people never does."""
    match value:
        case dict():
            return {key: _marked(one) for key, one in value.items()}
        case list():
            return [_marked(one) for one in value]
        case str() if "<" in value:
            return Markup(value)  # noqa: S704 - written in this repository
        case _:
            return value


if __name__ == "__main__":
    write(Path(sys.argv[1]))
