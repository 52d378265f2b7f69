"""Who are the people, how do they sign in, and what do they do where?"""

from datetime import datetime
from typing import Any, Final, TypeVar

import phonenumbers
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower

from .organization import Organization, validate_npi
from .record import FOREVER, Changing, ChangingQuerySet, ChangingRecord, NeverDeleted, new_id


def phone_number(raw: str, region: str = "US") -> str:
    """The number in its national form. Raises ValidationError when it is none."""
    try:
        number = phonenumbers.parse(raw, region)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise ValidationError("This is not a telephone number. Example: 555-010-4477.")
    form = phonenumbers.PhoneNumberFormat
    home = number.country_code == phonenumbers.country_code_for_region(region)
    return phonenumbers.format_number(number, form.NATIONAL if home else form.INTERNATIONAL)


class Role(models.TextChoices):
    """What a person does in an organisation. Family and admin are not jobs: see `guardian`, `is_staff`."""

    PEDIATRICIAN = "pediatrician", "Pediatrician"
    THERAPIST = "therapist", "Occupational therapist"
    COORDINATOR = "coordinator", "Coordinator"
    PARTNER = "partner", "Partner"
    #: Held by the account of another computer system alone: see `system`.
    SYSTEM = "system", "Computer system"


_KIND = Organization.Kind
#: Where each role can be held: a therapist of a school is that school's partner here.
PLACES: Final[dict[str, frozenset[str]]] = {
    Role.PEDIATRICIAN: frozenset({_KIND.PEDIATRIC_PRACTICE}),
    Role.THERAPIST: frozenset({_KIND.THERAPY_CLINIC}),
    Role.COORDINATOR: frozenset({_KIND.THERAPY_CLINIC}),
    Role.PARTNER: frozenset({_KIND.SCHOOL, _KIND.EARLY_INTERVENTION, _KIND.COMMUNITY}),
    # A partner reads what a consent opens on pages of its own; no machine does that for it.
    Role.SYSTEM: frozenset({_KIND.PEDIATRIC_PRACTICE, _KIND.THERAPY_CLINIC}),
}
#: The roles that people hold.
JOBS: Final = [choice for choice in Role.choices if choice[0] != Role.SYSTEM]


#: Addresses of accounts that nobody reads e-mail for: a system's, a practitioner's who was only named.
#: The domain is reserved (RFC 2606), so that none of them can ever be somebody's.
NOWHERE: Final = ".invalid"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person who can sign in; without a password only after setting one by e-mail."""
        if not email:
            raise ValueError("A person signs in by e-mail: give one")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(Changing, AbstractBaseUser, PermissionsMixin):
    """A person. Deactivated when they leave, never deleted: what they wrote keeps its author."""

    class Language(models.TextChoices):
        ENGLISH = "en", "English"
        SPANISH = "es", "Español"

    #: When somebody signed in, or chose another password, is nobody else's business.
    QUIET = frozenset({"last_login", "password"})

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True)
    given_name = models.CharField(max_length=80)
    family_name = models.CharField(max_length=80)
    phone = models.CharField(max_length=32, blank=True)
    language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH)
    credentials = models.CharField(
        max_length=40, blank=True, help_text="As signed: MD, OTR/L, COTA/L."
    )
    npi = models.CharField("NPI", max_length=10, blank=True, validators=[validate_npi])
    licence_number = models.CharField(max_length=40, blank=True)
    licence_region = models.CharField(max_length=40, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(
        "admin", default=False, help_text="May sign in to the administration."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager.from_queryset(ChangingQuerySet)()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["given_name", "family_name"]

    class Meta:
        ordering = ["family_name", "given_name", "id"]
        indexes = [
            # Families have accounts too: an administrator finds one person among a million.
            models.Index(Lower("family_name"), name="person_by_family_name"),
            models.Index(Lower("given_name"), name="person_by_given_name"),
            models.Index(fields=["npi"], name="person_by_npi"),
        ]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_person_per_email"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return name_of(self.given_name, self.family_name, self.email)

    @property
    def has_email(self) -> bool:
        return not self.email.endswith(NOWHERE)

    @property
    def signature(self) -> str:
        """The name as it stands under a document: “Ada Okafor, MD”."""
        return f"{self.name}, {self.credentials}" if self.credentials else self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.given_name or self.email

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise NeverDeleted("People are deactivated, never deleted")


def name_of(given_name: str, family_name: str, email: str) -> str:
    """The name of a person of whom no more is read; who told none is known by the address."""
    return f"{given_name} {family_name}".strip() or email


Row = TypeVar("Row", bound=models.Model)


def named(rows: models.QuerySet[Row], *paths: str) -> models.QuerySet[Row]:
    """Of the people at these ends only what a page says of them is read: no secret of theirs is kept with it."""
    said = {"id", "given_name", "family_name", "email", "language"}
    left = [one.name for one in User._meta.concrete_fields if one.name not in said]
    return rows.select_related(*paths).defer(
        *(f"{path}__{name}" for path in paths for name in left)
    )


class MembershipQuerySet(ChangingQuerySet["Membership"]):
    def live(self, at: datetime) -> "MembershipQuerySet":
        return self.filter(
            since__lte=at, until__gt=at, user__is_active=True, organization__is_active=True
        )

    def in_order_of_intake(self) -> "MembershipQuerySet":
        """Who answers for the organisation first: the named one, then coordinators by seniority."""
        return self.order_by("-takes_intake", "role", "since", "id")


class Membership(ChangingRecord):
    """A person's role in an organisation, from when until when."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role)
    takes_intake = models.BooleanField(
        default=False, help_text="New referrals are owed by this person until handed on."
    )
    is_assistant = models.BooleanField(
        "therapy assistant", default=False,
        help_text="Works under supervision: a therapist co-signs each note.",
    )  # fmt: skip
    since = models.DateTimeField()
    until = models.DateTimeField(default=FOREVER)

    objects = MembershipQuerySet.as_manager()  # type: ignore[misc]  # narrower than a Record's

    class Meta:
        ordering = ["organization", "role", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organization", "role"],
                condition=models.Q(until=FOREVER),
                name="one_membership_per_role",
            ),
            models.UniqueConstraint(
                fields=["organization"],
                condition=models.Q(takes_intake=True, until=FOREVER),
                name="one_intake_per_organization",
            ),
            models.CheckConstraint(
                name="only_therapists_are_assistants",
                condition=models.Q(is_assistant=False) | models.Q(role="therapist"),
                violation_error_message="Only somebody who treats children is a therapy assistant.",
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_begins",
                condition=models.Q(until__gte=models.F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.organization}"

    def clean(self) -> None:
        super().clean()
        place = Organization.objects.filter(pk=self.organization_id).first()
        if place is not None and self.role in PLACES and place.kind not in PLACES[self.role]:
            kind = place.get_kind_display().lower()
            raise ValidationError(
                {"role": f"A {self.get_role_display().lower()} has no place in a {kind}."}
            )
