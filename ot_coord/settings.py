"""Every setting, read from the environment and safe by default: what is unset is off or refused.

README's table says what each does, and a test that none is missing there.
"""

import os
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from .breached import check_list
from .logs import LEVELS
from .logs import LOGGING as LOGGING
from .pool import POOL

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))
DATA_DIR.mkdir(parents=True, exist_ok=True)

# --- What kind of place this is ---------------------------------------------------------------

THIS_MACHINE = {"localhost", "127.0.0.1", "[::1]", "testserver"}
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
if DEMO and not set(ALLOWED_HOSTS) <= THIS_MACHINE:
    raise ImproperlyConfigured(
        "DEMO has known passwords and is only for this machine, but ALLOWED_HOSTS names "
        f"{', '.join(sorted(set(ALLOWED_HOSTS) - THIS_MACHINE))}. Unset DEMO."
    )
LOG_LEVEL = env.str("LOG_LEVEL", default="WARNING" if DEMO else "INFO").upper()
if LOG_LEVEL not in LEVELS:
    raise ImproperlyConfigured(f"LOG_LEVEL is one of {', '.join(LEVELS)}.")
LOGGING["root"]["level"] = LOG_LEVEL
SECRET_KEY = env.str(
    "SECRET_KEY", default="demo-only-no-secret-at-all-for-this-machine" if DEMO else ""
)
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "Set SECRET_KEY to 50 or more random characters (python3 -c "
        "'import secrets; print(secrets.token_urlsafe(50))'), or DEMO=1 to try the product out."
    )
# Keys of before: what they signed (cookies, links in e-mails) stays good until they are taken out.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# With it, who has the database alone cannot make the chain of seals anew. Keys of before stay as
# long as the seals they made: without them these can no longer be looked at.
SEAL_KEY = env.str("SEAL_KEY", default="")
SEAL_KEY_FALLBACKS = env.list("SEAL_KEY_FALLBACKS", default=[])
if SEAL_KEY and len(SEAL_KEY) < 32:
    raise ImproperlyConfigured("SEAL_KEY needs 32 or more random characters.")
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
if METRICS_TOKEN:
    if len(METRICS_TOKEN) < 32:
        raise ImproperlyConfigured("METRICS_TOKEN needs 32 or more random characters.")
    # Several server processes count into one folder; whichever is asked adds them up.
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(DATA_DIR / "metrics"))
    Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).mkdir(parents=True, exist_ok=True)

# --- What it is made of -----------------------------------------------------------------------

INSTALLED_APPS = [
    "referrals",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",  # its widgets' templates, which FORM_RENDERER looks for among the apps
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "oauth2_provider",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "lucide",
]
MIDDLEWARE = [
    "referrals.views.measuring.told",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "referrals.views.sign_in.sign_in_ends",
    "referrals.views.middleware.private_pages",
    "referrals.views.middleware.spoken_language",
    "referrals.views.second_factor.second_factor_first",
]
ROOT_URLCONF = "ot_coord.urls"
WSGI_APPLICATION = "ot_coord.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "referrals.views.context.product",
            ],
            "builtins": [
                "lucide.templatetags.lucide",
                "referrals.templatetags.care",
                "referrals.templatetags.language",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Where it keeps things --------------------------------------------------------------------

# So long the database may be busy with one question before a page says so; 0: without limit, as commands need.
STATEMENT_SECONDS = env.float("STATEMENT_SECONDS", default=0)
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Immediate transactions and full durability: these are records (measured: no lock errors).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": STATEMENT_SECONDS or 20,
        # 16 MB of pages a connection: the numbers of a year read more than the usual 2 MB, and what
        # was let go meanwhile is read anew.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16384;",
    }
    # Kept open: whoever closes the last one writes the log back into the file, at each request.
    DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    DATABASES["default"]["OPTIONS"] = {
        "pool": POOL,
        "connect_timeout": 5,
        "tcp_user_timeout": 20_000,  # milliseconds: a server that fell off the network is noticed
        # Compiling a page's question takes PostgreSQL seconds, answering it milliseconds; and with the
        # price of a turning disk it reads whole tables where a few pages are wanted (both measured).
        # What is kept on a connection is planned once for all who ask it: a plan for each of them was
        # no better, and where PostgreSQL hoped so it planned anew at every look, for longer than it read.
        "options": "-c jit=off -c random_page_cost=1.1 -c plan_cache_mode=force_generic_plan"
        f" -c statement_timeout={int(STATEMENT_SECONDS * 1000)}",
    }
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    # After a restart of the database the pool holds dead connections: each is tried before it is used.
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Copies that follow the database and answer pages that only read.
REPLICAS = [f"replica_{number}" for number, _ in enumerate(env.list("REPLICA_URLS", default=[]))]
if REPLICAS:
    if not DATABASES["default"]["ENGINE"].endswith("postgresql"):
        raise ImproperlyConfigured("REPLICA_URLS are streaming replicas of a PostgreSQL database.")
    DATABASE_ROUTERS = ["ot_coord.replica.Router"]
    MIDDLEWARE.append("ot_coord.replica.reads_from_replicas")
    for _name, _url in zip(REPLICAS, env.list("REPLICA_URLS"), strict=True):
        # No pool: one that is gone is noticed at once, and the primary answers.
        _options = DATABASES["default"]["OPTIONS"] | {"connect_timeout": 2}
        _options.pop("pool")
        DATABASES[_name] = env.db_url_config(_url) | {
            "CONN_MAX_AGE": 60, "OPTIONS": _options, "TEST": {"MIRROR": "default"},
        }  # fmt: skip
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Log-in limits are counted in the cache: a shared one, so that every process counts the same.
# Room for them all: with the usual 300, who guesses from many addresses crowds out what holds them.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
    # What other systems searched for in a form waits for its next page apart from them.
    "searches": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "searches",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
}  # fmt: skip
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "ot_coord.look.Finder",
]
MEDIA_ROOT = DATA_DIR / "files"
#: Where lists lie while they are written: what an ended process left there is removed.
UNFINISHED_ROOT = DATA_DIR / "unfinished"
FILES: dict[str, object] = {"BACKEND": "ot_coord.storage.Files"}
# Or in a bucket of a store that speaks S3: its keys are looked for where Amazon's tools look.
FILES_BUCKET = env.str("FILES_BUCKET", default="")
if FILES_BUCKET:
    FILES_ENDPOINT = env.str("FILES_ENDPOINT", default="")
    _where = urlsplit(FILES_ENDPOINT)
    if FILES_ENDPOINT and not (
        _where.hostname and (_where.scheme == "https" or _where.hostname in THIS_MACHINE)
    ):
        raise ImproperlyConfigured("FILES_ENDPOINT begins with https://, but on this machine.")
    FILES = {
        "BACKEND": "ot_coord.bucket.Bucket",
        "OPTIONS": {
            "bucket_name": FILES_BUCKET,
            "endpoint_url": FILES_ENDPOINT or None,
            "region_name": env.str("FILES_REGION", default="") or None,
            "encryption": env.str("FILES_ENCRYPTION", default=""),
        },
    }
STORAGES = {
    "default": FILES,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# The clamd that looks through what is sent in: the path of its socket, or host:port.
CLAMD = env.str("CLAMD", default="")
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- Who gets in ------------------------------------------------------------------------------

AUTH_USER_MODEL = "referrals.User"
AUTHENTICATION_BACKENDS = ["referrals.views.account.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# A file of SHA-1 digests of stolen passwords, in order, such as the one of Have I Been Pwned.
BREACHED_PASSWORDS = env.str("BREACHED_PASSWORDS", default="")
if BREACHED_PASSWORDS:
    check_list(BREACHED_PASSWORDS)
    AUTH_PASSWORD_VALIDATORS.append(
        {"NAME": "referrals.views.breached.NotBreached", "OPTIONS": {"path": BREACHED_PASSWORDS}}
    )
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "referrals.views.account.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# Records that were asked for in an emergency and not found: more is no emergency but a search.
ACCOUNT_RATE_LIMITS = {"emergency": "5/h/user"}
ACCOUNT_SESSION_REMEMBER = False
# Whether who works here must show a second factor, where their organisation asks for it (as by default).
SECOND_FACTOR = env.bool("SECOND_FACTOR", default=not (DEMO or DEBUG))
MFA_ADAPTER = "referrals.views.second_factor.SecondFactor"
MFA_FORMS = {
    "authenticate": "referrals.views.second_factor.Shown",
    "reauthenticate": "referrals.views.second_factor.ShownAgain",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = (
    1  # a code that turns while it is typed still counts: 30 seconds before and after
)
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an account begins with a link that went to its address
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO or DEBUG  # passkeys without TLS: on this machine only
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "ot_coord.token.TokenGenerator"  # noqa: S105  # nosec B105 - a class
PASSWORD_RESET_TIMEOUT = 3 * 24 * 60 * 60  # seconds: an invitation survives a weekend
SESSION_ENGINE = "ot_coord.session"
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=12) * 60 * 60
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=720 if DEMO else 30)
# Signing, and saving a list as a file, ask who showed who they are longer ago; 0: nobody is asked.
REAUTHENTICATION_MINUTES = env.int("REAUTHENTICATION_MINUTES", default=0 if DEMO else 15)
if not (0 < SESSION_COOKIE_AGE <= 24 * 60 * 60 and SESSION_IDLE_MINUTES > 0):
    raise ImproperlyConfigured(
        "SESSION_HOURS is 1 to 24, and SESSION_IDLE_MINUTES a number of minutes above 0."
    )
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Other computer systems come in by OAuth 2 client credentials, and by nothing else.
OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth2_provider.Application"
# The Best Current Practice (RFC 9700), all of it: tokens, for one, are stored as their hash.
_BEST_PRACTICE = (
    "IMPLICIT_GRANT", "PASSWORD_GRANT", "PKCE_METHOD", "ACCESS_TOKEN_TRANSPORT",
    "AUTHZ_RESPONSE_ISS", "TOKEN_STORAGE", "REFRESH_TOKEN", "REDIRECT_URI_SCHEME",
    "REDIRECT_URI_MATCHING",
)  # fmt: skip
OAUTH2_PROVIDER = {
    "SCOPES_BACKEND_CLASS": "referrals.views.token.SystemScopes",
    "OAUTH2_VALIDATOR_CLASS": "referrals.views.token.SystemsOnly",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 10 * 60,
    **{f"COMPLIANT_BCP_RFC9700_{name}": True for name in _BEST_PRACTICE},
    **dict.fromkeys(["REFRESH_TOKEN_REUSE_PROTECTION"], True),
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
}

# --- How it faces the web ---------------------------------------------------------------------

HTTPS = env.bool("HTTPS", default=not (DEMO or DEBUG))
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# Limits of the log-in are counted by where somebody comes from, not by the proxy that all come through.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("PROXIES", default=1 if HTTPS else 0)
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap draws its arrows and ticks as data:
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],  # the family's page works without a signal
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- What it says -----------------------------------------------------------------------------

LANGUAGE_CODE = "en"
USE_I18N = True
LANGUAGES = [("en", "English"), ("es", "Español")]  # each in itself: who looks for it can read it
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60  # seconds: the log-in page speaks as it did last
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = HTTPS
TIME_ZONE = "America/New_York"
USE_TZ = True
DATE_FORMAT = "j M Y"
EMAIL_CONFIG = env.email_url(
    "EMAIL_URL", default="consolemail://" if DEMO else "smtp://localhost:25"
)
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 20  # seconds for each answer: far less in all than a worker's lease on a notice
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="Care coordination <no-reply@localhost>")
SILENCED_SYSTEM_CHECKS: list[str] = []
SITE_NAME = "Ferry"
VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
CSRF_FAILURE_VIEW = "referrals.views.error.csrf_failed"
