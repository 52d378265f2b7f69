"""What time is it in the tests of the actions? A Monday, so that due dates can be told literally."""

from datetime import UTC, datetime

import pytest

#: Monday, 2 March 2026, ten in the morning in New York.
MONDAY = datetime(2026, 3, 2, 15, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return MONDAY
