"""Lets the given/when/then language show what differed when an expectation fails."""

import pytest

pytest.register_assert_rewrite("tests.domain.given")
