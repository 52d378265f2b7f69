"""The settings under which pages are measured: the product's own as in production, with a page more for the floor."""

import os

os.environ.setdefault("SECRET_KEY", "for-benchmarks-only-" * 3)
os.environ.setdefault("ALLOWED_HOSTS", "127.0.0.1,localhost,testserver")
os.environ.setdefault("HTTPS", "0")
os.environ.setdefault("SECOND_FACTOR", "0")
os.environ.setdefault("EMAIL_URL", "memorymail://")
os.environ.setdefault("LOG_LEVEL", "ERROR")
os.environ.setdefault("SESSION_IDLE_MINUTES", "720")
# Who sends a referral has shown just now who they are.
os.environ.setdefault("REAUTHENTICATION_MINUTES", "0")

from ot_coord.settings import *

ROOT_URLCONF = "tests.benchmarks.floor"
