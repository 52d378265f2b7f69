"""How does what stands in a list look: a referral, a visit, a rating, an entry to be answered? A home shows seventy: each is a few strings put together."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from django import template
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from referrals.queries.address import address
from referrals.wording import day, days

from .care import due, icon, loop_strip_small
from .language import said

if TYPE_CHECKING:
    from uuid import UUID

    from referrals.queries.activity import Entry
    from referrals.queries.day import Visit
    from referrals.queries.programme import Waiting
    from referrals.queries.timeline import Entry as TimelineEntry
    from referrals.queries.worklist import Row

register = template.Library()

#: Of so many rows of each kind is known how they look.
_MOST: Final = 3000


@register.simple_tag
def worklist_rows(rows: Iterable["Row"], today: date) -> SafeString:
    """The items of the list in `components/rows.html`."""
    in_language = get_language()
    # Safe: `_row` escapes what anybody typed.
    return mark_safe("".join(_row(row, today, in_language) for row in rows))  # nosec B308 B703


@lru_cache(maxsize=4)
def _words(language: str) -> Mapping[str, str]:
    """What stands in many rows, looked up once."""
    return {
        "urgent": f'\n<span class="tag tag-bad">{icon("triangle-alert")} {gettext("Urgent")}</span>',
        "turn": f"{icon('hand')} {gettext('Your turn')}",
        "begun": f" · {icon('file-pen')} {gettext('draft begun')}",
        "risen": f'\n<span class="tag tag-warn">{icon("bell-ring")} {gettext("Risen")}</span>',
        "closed": f'<span class="tag tag-neutral">{gettext("Closed")}</span>',
        "adjusted": gettext("adjusted %(adjusted)s"),
        "state": gettext("%(state_label)s · day %(days_in_state)s"),
    }


@lru_cache(maxsize=_MOST)
def _row(row: "Row", today: date, language: str) -> str:
    """Drawn once, as long as the database says the same of it: then it is the same row.

    A line is not indented: of a page of many rows a tenth would be blanks.
    """
    words = _words(language)
    age: str = escape(row.ages.chronological)
    if row.ages.adjusted:
        age += " · " + words["adjusted"] % {"adjusted": row.ages.adjusted}
    said = {"state_label": escape(row.state_label), "days_in_state": row.days_in_state}
    return (
        '<li class="worklist-row">\n'
        f'<div class="worklist-child"><a href="{row.url}">{escape(row.child_name)}</a>\n'
        f'<p class="meta">{age}</p>{words["urgent"] if row.urgent else ""}</div>\n'
        f'<div class="worklist-strip">{loop_strip_small(row.steps)}'
        f'<p class="meta">{words["state"] % said}</p>{_glance(row)}</div>\n'
        f'<div class="worklist-step">{_step(row, words)}{words["risen"] if row.risen else ""}</div>\n'
        f'<div class="worklist-due">{due(row.due_on, today) or words["closed"]}</div>\n'
        "</li>\n"
    )


def _glance(row: "Row") -> str:
    if row.glance is None:
        return ""
    trend, practice = row.glance.trend, row.glance.practice
    return (f'<p class="meta">{icon(row.glance.icon)} {escape(trend)}</p>' if trend else "") + (
        f'<p class="meta">{escape(practice)}</p>' if practice else ""
    )


def _step(row: "Row", words: Mapping[str, str]) -> str:
    if row.mine:
        begun = words["begun"] if row.drafting else ""
        return (
            f'<p><strong>{escape(row.verb)}</strong></p><p class="meta">{words["turn"]}{begun}</p>'
        )
    who = f"{row.who}, {row.place}" if row.place else row.who
    owed = f'<p class="meta">{escape(who)}</p>' if row.due_on else ""
    return f"<p>{escape(row.waiting)}</p>{owed}"


# --- What stands beside the referrals on a home ---------------------------------------------------


@register.simple_tag
def beside_rows(waiting: Iterable["Waiting"], today: date) -> SafeString:
    """Concerns, programmes and requests for results, as items of a worklist."""
    # Safe: `_beside` escapes what anybody typed.
    return mark_safe("".join(_beside(one, today) for one in waiting))  # nosec B308 B703


@lru_cache(maxsize=_MOST)
def _beside(one: "Waiting", today: date) -> str:
    """Drawn once, as long as the database says the same of it."""
    verb = escape(one.verb)
    if one.mine:
        step = f'<p><strong>{verb}</strong></p><p class="meta">{icon("hand")} Your turn</p>'
    else:
        step = f'<p>Risen: {verb}</p><p class="meta">{icon("bell-ring")} {escape(one.owner)}</p>'
    return (
        '<li class="worklist-row">\n'
        f'<div class="worklist-child"><a href="{one.url}">{escape(one.child)}</a></div>\n'
        f'<div class="worklist-strip"><p class="meta">{escape(one.note)} · {day(one.since)}</p></div>\n'
        f'<div class="worklist-step">{step}</div>\n'
        f'<div class="worklist-due">{due(one.due_on, today)}</div>\n'
        "</li>\n"
    )


@register.simple_tag
def stage_counts(stages: Iterable[tuple[str, int]]) -> SafeString:
    """How many in each stage, or of each person: the lines of `components/stages.html`."""
    lines = (f"<div><dt>{escape(label)}</dt><dd>{n}</dd></div>" for label, n in stages)
    # Safe: the label is escaped.
    return mark_safe("".join(lines))  # nosec B308 B703


# --- What happened --------------------------------------------------------------------------------


@register.simple_tag
def timeline_rows(entries: Sequence["TimelineEntry"]) -> SafeString:
    """The items of the list in `components/timeline.html`, the moments on the reader's clock."""
    told = [timezone.localtime(entry.at) for entry in entries]
    lines = (
        f'<li class="timeline-entry tone-{escape(entry.tone or "neutral")}">'
        f'<span class="timeline-mark">{icon(entry.icon)}</span><div class="timeline-text">'
        f'<p>{escape(entry.sentence)}</p><p class="meta"><time datetime="{at.isoformat()}">'
        f"{on}, {at:%H:%M}</time>{f' <span>{escape(entry.who)}</span>' if entry.who else ''}</p></div></li>\n"
        for entry, at, on in zip(entries, told, days(at.date() for at in told), strict=True)
    )
    # Safe: what anybody typed is escaped.
    return mark_safe("".join(lines))  # nosec B308 B703


# --- The ratings of a goal ------------------------------------------------------------------------


@register.simple_tag
def rating_rows(rows: Sequence[tuple[str, str, str, str]]) -> SafeString:
    """The lines of a table: day, rater, rating, and the note in the language of who wrote it."""
    alike = {
        which: f"<td>{escape(which[0])}</td><td>{escape(which[1])}</td>"
        for which in {(rater, rating) for _, rater, rating, _ in rows}
    }
    lines = (
        f"<tr><td>{on}</td>{alike[rater, rating]}<td>{said(note) if note else ''}</td></tr>"
        for on, rater, rating, note in rows
    )
    # Safe: the day is ours, all else is escaped.
    return mark_safe("".join(lines))  # nosec B308 B703


# --- What is said to an entry of practice ---------------------------------------------------------


@register.simple_tag
def react_form(
    entry: "Entry", signs: Iterable[tuple[str, object]], referral: "UUID", csrf_token: object
) -> SafeString:
    """One tap says that the practice was seen; with a word, where there is one to say."""
    where = address("practice_react", referral, entry.practice.activity_id, entry.practice.pk)
    words = f"words-{entry.key}"
    # Safe: keys and addresses are ours, all else is escaped.
    return mark_safe(  # nosec B308 B703
        f'<form method="post" class="react" action="{where}">{_token(csrf_token)}'
        f'<input type="hidden" name="id" value="{entry.key}">\n  {_buttons(tuple(signs))}\n'
        f'  <details><summary>With a word</summary><label class="meta" for="{words}">A word to it</label>'
        f'<input class="form-control" id="{words}" name="words" maxlength="240" autocomplete="off">'
        "</details></form>"
    )


@lru_cache(maxsize=8)
def _buttons(signs: tuple[tuple[str, object], ...]) -> str:
    return "".join(
        f'<button class="btn btn-quiet" type="submit" name="sign" value="{escape(code)}">'
        f"{escape(label)}</button>"
        for code, label in signs
    )


def _token(csrf_token: object) -> str:
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', csrf_token)


# --- The visits of a day --------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def visit_rows(context: Mapping[str, Any], visits: Iterable["Visit"]) -> SafeString:
    """The items of the list in `components/day_visits.html`, of whose `names` and `writes` they know."""
    names, writes = context["names"], context["writes"]
    token = _token(context["csrf_token"])
    drawn = (token.join(_visit(one, names, writes)) for one in visits)
    # Safe: `_visit` escapes what anybody typed.
    return mark_safe("".join(drawn))  # nosec B308 B703


@lru_cache(maxsize=_MOST)
def _visit(visit: "Visit", names: bool, writes: bool) -> tuple[str, ...]:
    """Drawn once, as long as the database says the same of it: in two pieces where a form's token stands."""
    child, at = escape(visit.child), f"{visit.at:%H:%M}"
    who = f" · {escape(visit.therapist)}" if names else ""
    head = (
        f'<li><strong>{at}</strong> <a href="{visit.url}">{child}</a>\n'
        f'<p class="meta">{visit.purpose} · {visit.place}, {visit.minutes} minutes{who}</p>\n'
    )
    which = f'<span class="visually-hidden">: {child} at {at}</span>'
    if visit.attend_url and visit.has_begun:
        return (
            f'{head}<form method="post" action="{visit.attend_url}">',
            f'<button class="btn btn-quiet" type="submit">{icon("check")} Attended{which}</button></form></li>',
        )
    return (f"{head}{_of_note(visit, writes, which)}</li>",)


def _of_note(visit: "Visit", writes: bool, which: str) -> str:
    if visit.is_noted:
        return f'<p class="meta">{icon("circle-check")} Attended, note signed</p>'
    if visit.note_url and writes:
        return (
            f'<p><a class="btn btn-quiet" href="{visit.note_url}">{icon("file-pen")} Write the note'
            f"{which}</a></p>"
        )
    if visit.note_url:
        return f'<p class="meta">{icon("hourglass")} Attended, note awaited</p>'
    return ""
