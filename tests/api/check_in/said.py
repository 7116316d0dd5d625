"""Every text of patients' pages, found by looking through the code and the templates."""

import re
from pathlib import Path

from api.check_in_view import consents, reports

API = Path(reports.__file__).parent.parent
IN_TEMPLATES = re.compile(r"""\bt\(\s*(?:"([^"]+)"|'([^']+)')""")
IN_CODE = re.compile(r'\bwords\(\s*"([^"]+)"')
BY_CODE = (consents.TOUCH, reports.RELATIONSHIPS, reports.SYMPTOMS, reports.URINARY, reports.PARTS)
ASKED = re.compile(r'_yes_no\(setting, "\w+", "([^"]+)"')


def texts() -> set[str]:
    """All of them, in English."""
    templates = [API / "templates/patient.html", API / "templates/macros/check_in.html"]
    templates += sorted((API / "templates/pages/check_in").glob("*.html"))
    code = [*sorted((API / "check_in_view").glob("*.py")), API / "pages/check_in.py"]
    found = {one or other for path in templates for one, other in IN_TEMPLATES.findall(path.read_text("utf-8"))}
    for path in code:
        found |= set(IN_CODE.findall(path.read_text("utf-8"))) | set(ASKED.findall(path.read_text("utf-8")))
    return found | {text for codes in BY_CODE for text in codes.values()}
