"""`throughline keys`: a key is added, everything comes under it, the old one goes when nothing needs it any more."""

from tests.deploy.conftest import CommandLine

ADA = ("patient", "register", "--network", "harbour", "--name", "Ada Example", "--birth-date", "1984-03-11")


def founded(throughline: CommandLine) -> CommandLine:
    throughline.answer("network", "create", "harbour", "--title", "Harbour", "--zone", "America/New_York")
    throughline.answer("network", "adopt-protocol", "harbour")
    throughline.answer(*ADA)
    return throughline


def test_a_rotation_from_beginning_to_end(throughline: CommandLine) -> None:
    founded(throughline)
    assert throughline.answer("keys", "add")["key"] == "2"
    before = {row["key"]: (row["is_newest"], row["data_keys"]) for row in throughline.answer("keys", "list")}
    assert before == {"1": (False, 1), "2": (True, 0)}
    assert "still wraps something" in throughline.refusal("keys", "remove", "1")
    assert throughline.answer("keys", "rotate") == {"key": "2", "wrapped_anew": 1, "left_under_old_keys": 0}
    assert throughline.answer("keys", "rotate")["wrapped_anew"] == 0
    assert throughline.answer("keys", "remove", "1") == {"removed": "1", "keys": ["2"]}
    assert "registered already" in throughline.refusal(*ADA), "the name opens"
    assert "1" in throughline.text("keys", "list")


def test_the_newest_key_stays(throughline: CommandLine) -> None:
    founded(throughline)
    assert "still wraps something" in throughline.refusal("keys", "remove", "1")
    throughline.answer("keys", "add")
    assert "add another first" in throughline.refusal("keys", "remove", "2")
    assert "holds no key 9" in throughline.refusal("keys", "remove", "9")


def test_a_key_is_added_to_a_file_alone(throughline: CommandLine) -> None:
    assert "There is no key file" in throughline.refusal("keys", "add")


def test_a_key_that_the_file_lacks_is_listed(throughline: CommandLine) -> None:
    founded(throughline)
    kept = throughline.environment["THROUGHLINE_KEY_FILE"]
    throughline.answer("keys", "add")
    with open(kept) as file:
        whole = file.read()
    throughline.answer("keys", "rotate")
    throughline.answer("keys", "remove", "1")
    throughline.answer("keys", "add")
    throughline.answer("keys", "rotate")
    with open(kept, "w") as file:
        file.write(whole)
    rows = throughline.answer("keys", "list")
    assert [(row["key"], row["is_in_file"], row["data_keys"]) for row in rows] == [
        ("3", False, 1), ("1", True, 0), ("2", True, 0),
    ]  # fmt: skip
    assert "missing from the file" in throughline.text("keys", "list")
    assert "bring the file up to date" in throughline.refusal("keys", "rotate")
