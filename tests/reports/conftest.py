"""What the tests of the readers share."""

import pytest
from linlan import PARAGRAPHS


@pytest.fixture
def paragraphs() -> list[str]:
    """Return the paragraphs of a small report."""
    return list(PARAGRAPHS)
