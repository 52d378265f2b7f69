"""In which language was this typed, what do the scripts say, and which hard words stand on this page?

Built in to every template.
"""

import json
import re
from functools import lru_cache
from typing import Any, Final

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext

from referrals.clinical.glossary import words_in
from referrals.wording import in_which, language, typed_by

register = template.Library()

# --- What somebody typed ------------------------------------------------------------------------


@register.filter
def typed(text: object, by: object) -> SafeString:
    """What somebody typed, as written: its language is told to machines, and to eyes where it differs.

    `by` is who typed it, or the code of their language. Line ends are kept.
    """
    return said(typed_by(str(text or ""), by))


@register.filter
def said(text: object) -> SafeString:
    """A text of ours as it is; one that somebody typed told to be in its language."""
    if text is None:
        return SafeString("")
    words = conditional_escape(str(text)).replace("\r\n", "\n").replace("\n", "<br>")
    code = getattr(text, "language", "")
    if code in ("", language()):
        # Safe: escaped above.
        return mark_safe(words)  # nosec B308 B703
    mark = f' <small class="written-in" lang="{language()}">{in_which(code)}</small>'
    # Safe: escaped above, the code is one of two.
    return mark_safe(f'<span lang="{conditional_escape(code)}">{words}</span>{mark}')  # nosec B308 B703


# --- What the scripts say -----------------------------------------------------------------------

#: `{n}` is the number; `_one` where it is one.
_EVERYWHERE: Final = {
    "signed_out": _("Not saved. You are signed out. Your text is still here: sign in in another tab, then go on."),
    "another": _("Not sent. Somebody else has signed in here. Your text is still here. In another tab, sign them out and sign in yourself."),
    "no_answer": _("No connection. Your text is still here. It is saved when the connection is back."),
    "failed": _("That did not work. Your text is still here: please try again."),
}  # fmt: skip
_PRACTICE: Final = {
    "did": _("Did it"),
    "partly": _("Partly"),
    "not_today": _("Not today"),
    "entries_one": _("1 entry"),
    "entries": _("{n} entries"),
    "sent_meanwhile": _("This entry was sent meanwhile. Load the page again to change it."),
    "add_more": _("Add minutes or a word"),
    "add_word": _("Add a word"),
    "kept": _("Kept with your entry."),
    "minutes": _("Minutes"),
    "word": _("A word about it"),
    "save": _("Save"),
    "minutes_said": _("{n} minutes"),
    "yesterday": _("yesterday"),
    "waits_here": _("waits on this phone"),
    "undo": _("Undo"),
    "taken_back": _("Taken back. Nothing is sent."),
    "dismiss": _("Dismiss"),
    "dismissed": _("Dismissed."),
    "sign_in_to_send_one": _("1 entry is kept on this phone. Please sign in to send."),
    "sign_in_to_send": _("{n} entries are kept on this phone. Please sign in to send."),
    "waits_one": _("1 entry waits for a signal."),
    "waits": _("{n} entries wait for a signal."),
    "not_saved_one": _("1 entry could not be saved:"),
    "not_saved": _("{n} entries could not be saved:"),
    "of_another_one": _("1 entry of another person waits on this phone until they sign in."),
    "of_another": _("{n} entries of another person wait on this phone until they sign in."),
    "sign_in": _("Sign in"),
    "was_sent_one": _("1 entry was sent."),
    "was_sent": _("{n} entries were sent."),
    "how_did_it_go": _("{title}: how did it go?"),
    "child": _("Child {n}"),
    "leave_one": _("1 entry is not sent yet. It stays on this phone until you sign in again. Sign out now?"),
    "leave": _("{n} entries are not sent yet. They stay on this phone until you sign in again. Sign out now?"),
}  # fmt: skip


@lru_cache(maxsize=4)
def _words(code: str, practice: bool) -> str:
    with override(code):
        said = {**_EVERYWHERE, **(_PRACTICE if practice else {})}
        return json.dumps({name: str(words) for name, words in said.items()}, ensure_ascii=False)


@register.simple_tag
def page_words(practice: object) -> str:
    """The sentences of the scripts in the page's language, for its `data-words`."""
    return _words(language(), bool(practice))


# --- Hard words, explained ----------------------------------------------------------------------

_NOT_READ: Final = re.compile(r"<(script|svg|style|textarea)\b.*?</\1>", re.DOTALL)
_TAG: Final = re.compile(r"<[^>]*>")


class _Explained(template.Node):
    def __init__(self, wanted: Any, inside: template.NodeList) -> None:
        self.wanted = wanted
        self.nodelist = inside

    def render(self, context: template.Context) -> SafeString:
        page = self.nodelist.render(context)
        if not self.wanted.resolve(context):
            return page
        found = words_in(_TAG.sub(" ", _NOT_READ.sub(" ", page)), language())
        if not found:
            return page
        lines = "".join(
            f"<div><dt>{conditional_escape(word.capitalize())}</dt><dd>{conditional_escape(plain)}</dd></div>"
            for word, plain in found
        )
        title = conditional_escape(pgettext("heading", "Words explained"))
        below = (
            f'<details class="card-calm more words-explained"><summary>{title} ({len(found)})</summary>'
            f'<dl class="field-list">{lines}</dl></details>'
        )
        # Safe: what was rendered before, and our own words, escaped.
        return mark_safe(page + below)  # nosec B308 B703


@register.tag
def explained(parser: Any, token: Any) -> _Explained:
    """`{% explained for_family %}…{% endexplained %}`: below it, each hard word in it said plainly."""
    _, wanted = token.split_contents()
    inside = parser.parse(("endexplained",))
    parser.delete_first_token()
    return _Explained(parser.compile_filter(wanted), inside)
