"""Where does the story play, who is in it, and what day is it there?"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from referrals.models import Membership, Organization, OwnScale, User
from referrals.models.shelf import Shelved

DOMAIN: Final = "demo.example"
ZONE: Final = ZoneInfo("America/New_York")

#: What the story says about one thing, as it stands in the file.
Facts = Mapping[str, Any]


def working_day(today: date, number: int) -> date:
    """The working day so many before (negative) or after today; 0 is today or the next Monday."""
    day, step = today, 1 if number >= 0 else -1
    while day.weekday() > 4 and number >= 0:
        day += timedelta(days=1)
    for _ in range(abs(number)):
        day += timedelta(days=step)
        while day.weekday() > 4:
            day += timedelta(days=step)
    return day


def born(today: date, age: str) -> date:
    """The birth date of a child who is `years;months` and eleven days old."""
    years, months = (int(part) for part in age.split(";"))
    total = today.year * 12 + today.month - 1 - years * 12 - months
    year, month = divmod(total, 12)
    day = min(today.day, monthrange(year, month + 1)[1])
    return date(year, month + 1, day) - timedelta(days=11)


@dataclass
class Stage:
    """Who and what has come in so far, by the key that the story gives it."""

    today: date
    places: dict[str, Organization] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)

    def when(self, moment: Facts) -> datetime:
        day = working_day(self.today, moment["day"])
        return datetime.combine(day, time.fromisoformat(moment["at"]), ZONE)

    def opening(self, number: int) -> datetime:
        """The time at which that working day begins."""
        return self.when({"day": number, "at": "08:15"})

    # --- People and places --------------------------------------------------------------------

    def place(self, facts: Facts) -> None:
        fields = {name: value for name, value in facts.items() if name != "key"}
        self.places[facts["key"]] = Organization.objects.create(time_zone=ZONE.key, **fields)

    def shelf(self, model: type[Shelved], facts: Facts) -> None:
        """An entry that a place keeps of its own, with the scales of a test."""
        fields = {name: value for name, value in facts.items() if name not in ("place", "scales")}
        made = model._default_manager.create(organization=self.places[facts["place"]], **fields)
        for scale in facts.get("scales", ()):
            OwnScale.objects.create(instrument_id=made.pk, **scale)

    def person(self, facts: Facts, hashed: str) -> None:
        names = ("given_name", "family_name", "credentials", "npi", "phone")
        user = User(
            email=f"{facts['key']}@{DOMAIN}",
            is_staff=facts.get("superuser", False),
            is_superuser=facts.get("superuser", False),
            **{name: facts[name] for name in names if name in facts},
        )
        if "shows" in facts:
            user.password = hashed
        else:
            user.set_unusable_password()
        user.save()
        self.people[facts["key"]] = user
        if "place" in facts:
            Membership.objects.create(
                user=user,
                organization=self.places[facts["place"]],
                role=facts["role"],
                takes_intake=facts.get("intake", False),
                is_assistant=facts.get("assistant", False),
                since=self.opening(-600),
            )
