"""How does a tool from outside ask the whole site, over WSGI, within the transaction of a test?"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections


@pytest.fixture
def whole_site(db: None) -> Iterator[Any]:
    """The application as a server holds it; only the test's connection is not closed behind it."""
    site = get_wsgi_application()

    def kept_open(environ: Any, start_response: Any) -> Any:
        # At each request: Django's own client has it closed again once it is through.
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
        return site(environ, start_response)

    yield kept_open
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
