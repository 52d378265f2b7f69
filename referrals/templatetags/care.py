"""How does a date, an icon, a due day or the nine-step loop look in a page?

Built in to every template. Rows of a list are many, so everything here is plain
string work: no template is opened per row, and what repeats is kept (`lru_cache`).
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Final, Protocol

import lucide
from django import template
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from referrals import wording
from referrals.clinical.text import Text
from referrals.wording import day, days_away, local_day, moment

register = template.Library()

SOON = 2  # days: from here on a due day is shown as near
STATUS_WORDS = {
    "done": pgettext_lazy("a step", "Done"),
    "now": _("Now"),
    "late": _("Late"),
    "todo": _("Not yet"),
    "stopped": _("Stopped"),
}
CURRENT = ("now", "late", "stopped")


class LoopStep(Protocol):
    """One of the nine steps; `on` is the day it was done or, while it is open, is due."""

    @property
    def number(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def on(self) -> date | None: ...
    @property
    def who(self) -> str: ...


# --- Icons ------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _icon(name: str, css: str) -> SafeString:
    # How the lines are drawn stands in the style sheet: a page of seventy rows says it once.
    whole = re.sub(r">\s+<", "><", lucide._render_icon(name, None)).replace(" />", "/>")
    lines = whole[whole.index(">") + 1 :]
    drawn = f'<svg class="{conditional_escape(css)}" viewBox="0 0 24 24" aria-hidden="true">{lines}'
    # Safe: a drawing of the icon package, its class escaped.
    return mark_safe(drawn)  # nosec B308 B703


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A lucide icon to stand beside words. No name, no icon; a name that is none is an error."""
    if not name:
        return SafeString("")
    return _icon(name, f"icon {css}".strip())


# --- Days -------------------------------------------------------------------------------------


register.filter("day", day)
register.filter("short_day", wording.short_day)
register.filter("weekday", wording.weekday)
register.filter("moment", moment)


@register.simple_tag
def due(when: date | datetime | None, today: date | None = None) -> SafeString:
    """The day something is owed, with how far away it is; late says so in words and an icon."""
    if not when:
        return SafeString("")
    return _due(local_day(when), today or timezone.localdate(), wording.language())


@lru_cache(maxsize=1024)
def _due(on: date, today: date, language: str) -> SafeString:
    left = (on - today).days
    tone, sign = (
        (" late", "clock-alert") if left < 0 else (" soon", "clock") if left <= SOON else ("", "")
    )
    words = (
        f'<span class="due{tone}">{icon(sign)}<time datetime="{on:%Y-%m-%d}">{day(on)}</time> '
        f'<span class="due-in">{days_away(on, today)}</span></span>'
    )
    # Safe: made of dates only.
    return mark_safe(words)  # nosec B308 B703


# --- The nine-step loop -----------------------------------------------------------------------


def _mark(status: str, number: int) -> str:
    """One mark around the point 0 0: every status has a shape of its own, not just a colour."""
    if status == "done":
        return '<g class="mk-done"><circle r="8"/><path d="m-3.5.2 2.4 2.5L3.6-2.6"/></g>'
    if status == "now":
        return f'<g class="mk-now"><circle r="10.5"/><text y="4.1">{int(number)}</text></g>'
    if status == "late":
        return (
            '<g class="mk-late"><rect x="-7.6" y="-7.6" width="15.2" height="15.2" rx="3.4"'
            ' transform="rotate(45)"/><path d="M0-5V1M0 4.7v.1"/></g>'
        )
    if status == "stopped":
        return '<g class="mk-stopped"><circle r="8"/><path d="M-3.4 0h6.8"/></g>'
    return '<g class="mk-todo"><circle r="4.5"/></g>'


@lru_cache(maxsize=64)
def _mark_alone(status: str, number: int) -> str:
    return (
        '<svg class="loop-mark" viewBox="-12 -12 24 24" aria-hidden="true" focusable="false">'
        f"{_mark(status, number)}</svg>"
    )


#: Between two marks of the small drawing.
_PITCH: Final = 24


@lru_cache(maxsize=512)
def _small_drawing(statuses: tuple[str, ...]) -> str:
    """All marks of a row in one drawing: it prints, zooms and costs well under a kilobyte."""
    return (
        f'<svg viewBox="0 0 {_PITCH * len(statuses)} 24" aria-hidden="true">'
        f"{_small_lines(statuses)}{_small_marks(statuses)}</svg>"
    )


def _small_lines(statuses: tuple[str, ...]) -> str:
    """What joins the marks: one stroke as far as it looks alike."""
    kinds = [
        "done" if before == "done" and status != "todo" else "todo"
        for before, status in pairwise(statuses)
    ]
    drawn, at = [], _PITCH // 2
    for kind, alike in groupby(kinds):
        to = at + _PITCH * len(list(alike))
        drawn.append(f'<path class="ln-{kind}" d="M{at} 12H{to}"/>')
        at = to
    return "".join(drawn)


def _small_marks(statuses: tuple[str, ...]) -> str:
    """What is done is drawn together, so is what is not begun; each other mark where it stands."""
    at = [(_PITCH // 2 + _PITCH * index, status) for index, status in enumerate(statuses)]
    done, todo = ([x for x, status in at if status == one] for one in ("done", "todo"))
    circles = "".join(f'<circle cx="{x}" cy="12" r="8"/>' for x in done)
    ticks = "".join(f"M{x - 3.5} 12.2l2.4 2.5 4.7-5.3" for x in done)
    dots = "".join(f'<circle cx="{x}" cy="12" r="4.5"/>' for x in todo)
    others = "".join(
        f'<g transform="translate({x} 12)">{_mark(status, number)}</g>'
        for number, (x, status) in enumerate(at, start=1)
        if status not in ("done", "todo")
    )
    return (
        (f'<g class="mk-done">{circles}<path d="{ticks}"/></g>' if done else "")
        + others
        + (f'<g class="mk-todo">{dots}</g>' if todo else "")
    )


def loop_sentence(steps: Sequence[LoopStep], today: date) -> str:
    """What the drawing says, for those who do not see it."""
    of = len(steps)
    for step in steps:
        if step.status == "stopped":
            return gettext("Stopped at step {number} of {of}: {name}").format(
                number=step.number, of=of, name=step.name
            )
        if step.status in CURRENT:
            late = step.status == "late"
            if step.on and (late or step.on >= today):
                far = days_away(step.on, today)
                more = far if late else gettext("due {day}").format(day=far)
            else:
                more = gettext("late") if late else ""
            said = gettext("Step {number} of {of}: {name}, now").format(
                number=step.number, of=of, name=step.name
            )
            return f"{said}, {more}" if more else said
    done = sum(step.status == "done" for step in steps)
    if done == of:
        return gettext("All {of} steps done").format(of=of)
    return gettext("{done} of {of} steps done").format(done=done, of=of)


@register.simple_tag
def loop_strip_small(steps: Sequence[LoopStep], today: date | None = None) -> SafeString:
    """The loop at the size of a row: nine marks, and the same in words for a screen reader."""
    return _loop_small(tuple(steps), today or timezone.localdate(), wording.language())


@lru_cache(maxsize=1024)
def _loop_small(steps: tuple[LoopStep, ...], today: date, language: str) -> SafeString:
    drawing = _small_drawing(tuple(step.status for step in steps))
    words = conditional_escape(loop_sentence(steps, today))
    whole = f'<span class="loop-small">{drawing}<span class="visually-hidden">{words}</span></span>'
    # Safe: the words are escaped, the drawing is our own.
    return mark_safe(whole)  # nosec B308 B703


def _when(step: LoopStep, today: date) -> str:
    if not step.on:
        return ""
    on = local_day(step.on)
    if step.status == "done":
        return f'<time datetime="{on:%Y-%m-%d}">{day(on)}</time>'
    if step.status == "stopped":
        return day(on)
    if step.status == "todo":
        return gettext("by {day}").format(day=day(on))
    return due(on, today)


def _by(when: str, who: str) -> str:
    parts = []
    if when:
        parts.append(f'<span class="loop-when">{when}</span>')
    if who:
        parts.append(f'<span class="loop-who">{conditional_escape(who)}</span>')
    return f' <span class="loop-by">{" ".join(parts)}</span>' if parts else ""


@register.simple_tag
def loop_strip(steps: Sequence[LoopStep], today: date | None = None, label: str = "") -> SafeString:
    """The loop at the size of a page: an ordered list with the day and the person of each step."""
    today = today or timezone.localdate()
    rows = []
    for step in steps:
        status = step.status if step.status in STATUS_WORDS else "todo"
        current = ' aria-current="step"' if status in CURRENT else ""
        when = _when(step, today)
        name = conditional_escape(step.name)
        seen = "loop-state" if status in CURRENT else "loop-state visually-hidden"
        rows.append(
            f'<li class="loop-step is-{status}"{current}>{_mark_alone(status, step.number)}'
            f'<span class="loop-text"><span class="loop-name">{name}</span>'
            f' <span class="{seen}">{STATUS_WORDS[status]}</span>'
            f"{_by(when, step.who)}</span></li>"
        )
    named = conditional_escape(label or gettext("Where the referral stands"))
    whole = (
        f'<div class="loop-frame"><ol class="loop" aria-label="{named}">{"".join(rows)}</ol></div>'
    )
    # Safe: names and people are escaped above.
    return mark_safe(whole)  # nosec B308 B703


# --- Small things -----------------------------------------------------------------------------


@register.filter
def spoken(text: Text) -> str:
    """A text of the tables, in the language of who reads."""
    return wording.spoken(text)


@register.filter
def worded(text: object) -> str:
    """A text of a record, or a record by its name: a bank's own in the language of who reads."""
    return wording.worded(str(text), getattr(text, "spanish", {}))


@register.filter
def initials(name: object) -> str:
    """Two letters for the round mark of a person: first and last name."""
    words = [word for word in str(name).split() if word[0].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def age_words(age: object) -> str:
    """`4;2;11` as `4 years 2 months 11 days` (leading zeros left out); other text as it is."""
    parts = str(age).split(";")
    if len(parts) != 3 or not all(part.strip().isdecimal() for part in parts):
        return str(age)
    years, months, days = (int(part) for part in parts)
    said = [
        ngettext("%(n)d year", "%(n)d years", years) % {"n": years},
        ngettext("%(n)d month", "%(n)d months", months) % {"n": months},
        ngettext("%(n)d day", "%(n)d days", days) % {"n": days},
    ]
    while len(said) > 1 and said[0].startswith("0 "):
        said.pop(0)
    return " ".join(said)


@register.filter
def file_size(size: int | str | None) -> str:
    """Bytes as `120.0 KB`; words are left as they are."""
    if isinstance(size, str):
        return size
    return "" if size is None else str(filesizeformat(size))


class Aged(Protocol):
    """A child: whoever has a day of birth and two ages."""

    date_of_birth: date

    def ages(self, on: date) -> object: ...


@register.simple_tag
def ages_of(child: Aged, today: date) -> str:
    """Both ages of a child on a day: `1;4;2 · adjusted 1;1;20`."""
    both = child.ages(max(today, child.date_of_birth))
    adjusted = getattr(both, "adjusted", None)
    said = str(getattr(both, "chronological", ""))
    return f"{said} · {gettext('adjusted {age}').format(age=adjusted)}" if adjusted else said


class Visit(Protocol):
    """An appointment: it knows its time on the clock of its place."""

    @property
    def local_start(self) -> datetime: ...


@register.filter
def visit_time(visit: Visit) -> str:
    """`Thursday, 26 Nov 2026, 18:42 EST`: on the clock of the place, which is named."""
    at = visit.local_start
    return f"{wording.weekday(at.date())}, {day(at.date())}, {at:%H:%M %Z}"


@register.filter
def clock(at: datetime) -> str:
    """`09:30`, in the zone the time already carries."""
    return f"{at:%H:%M}"


@register.filter
@lru_cache(maxsize=512)
def call(phone: str) -> SafeString:
    """A telephone number to read and, on a telephone, to tap: `+1 212-555-0110`."""
    shown = wording.telephone(phone)
    dialled = "".join(sign for sign in phone if sign.isdigit() or sign == "+")
    if not dialled:
        return conditional_escape(phone)
    # Safe: digits in the address, the words escaped.
    return mark_safe(f'<a class="nowrap" href="tel:{dialled}">{conditional_escape(shown)}</a>')  # nosec B308 B703
