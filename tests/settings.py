"""The settings under which the tests run: the product's own, quicker where nothing depends on it."""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "for-tests-only-" * 4)
os.environ.setdefault("HTTPS", "0")
os.environ.setdefault("SECOND_FACTOR", "0")
os.environ.setdefault("REAUTHENTICATION_MINUTES", "0")
# Tests that travel through a day stay signed in; `test_sign_in` tells its own.
os.environ.setdefault("SESSION_IDLE_MINUTES", "720")
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="ot-coord-test-"))
os.environ.setdefault("EMAIL_URL", "memorymail://")

from ot_coord.settings import *

MIDDLEWARE.append("tests.served.read_whole")  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": FILES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# WhiteNoise warns of a folder that is not there, and a warning fails a test.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file: the live server's threads have connections of their own, as in life. Its loss costs nothing.
    DATABASES["default"]["ENGINE"] = "tests.sqlite3"  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}  # noqa: F405
    _sqlite = DATABASES["default"]["OPTIONS"]  # noqa: F405
    _sqlite["init_command"] = _sqlite["init_command"].replace("synchronous=FULL", "synchronous=OFF")
else:
    DATABASES["default"]["ENGINE"] = "tests.postgresql"  # noqa: F405
