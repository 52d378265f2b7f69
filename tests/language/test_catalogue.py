"""Is every string said in Spanish too, and is what the server reads what the catalogue says?"""

import re

import polib

from .catalogue import (
    MO,
    PO,
    Message,
    catalogue,
    compiled,
    in_python,
    in_template,
    messages,
    untranslated,
    update,
)

_PLACE = re.compile(r"%\([a-z_0-9]+\)[sd]|\{[A-Za-z_0-9]+\}|</?[a-z]+>")


def test_every_string_is_translated_and_none_is_in_doubt() -> None:
    assert untranslated(catalogue(), messages()) == []
    assert [entry.msgid for entry in catalogue() if entry.fuzzy] == []


def test_the_catalogue_holds_nothing_that_is_no_longer_said() -> None:
    """`make language` writes it anew."""
    said = [(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in update()]
    assert sorted(map(str, said)) == sorted(
        str((entry.msgctxt, entry.msgid, entry.msgid_plural)) for entry in catalogue()
    )


def test_what_the_server_reads_is_what_the_catalogue_says() -> None:
    """Kept in the repository, so that nobody who runs the product needs gettext's tools."""
    assert compiled(polib.pofile(str(PO))) == MO.read_bytes()


def test_every_place_to_be_filled_in_is_there_in_spanish_too() -> None:
    strange = [
        f"{entry.msgid} | {said}"
        for entry in catalogue()
        for said in (entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr])
        if sorted(_PLACE.findall(said)) != sorted(_PLACE.findall(entry.msgid_plural or entry.msgid))
    ]
    assert strange == []


def test_what_is_said_in_a_template_is_found() -> None:
    source = (
        '{% load i18n %}{% translate \'Home\' %}{% translate "Change" context "button" %}'
        '{% include "components/empty.html" with title=_("Nothing here") only %}'
        "{% blocktranslate trimmed count n=found with who=child %}\n  {{ who }}:\n  {{ n }} visit"
        "{% plural %}{{ who }}: {{ n }} visits{% endblocktranslate %}"
    )
    assert set(in_template(source)) == {
        Message("Home"),
        Message("Change", context="button"),
        Message("Nothing here"),
        Message("%(who)s: %(n)s visit", "%(who)s: %(n)s visits"),
    }


def test_what_is_said_in_python_is_found() -> None:
    source = (
        '_("One" " sentence")\ngettext("Two {n}").format(n=2)\nngettext("%(n)d a", "%(n)d b", 2)\n'
        'pgettext("place", "Practice")\ngettext(label)\nother("Nothing")'
    )
    assert set(in_python(source)) == {
        Message("One sentence"),
        Message("Two {n}"),
        Message("%(n)d a", "%(n)d b"),
        Message("Practice", context="place"),
    }


def test_a_string_without_its_spanish_is_found() -> None:
    entries = polib.POFile()
    entries.append(polib.POEntry(msgid="Home", msgstr="Inicio"))
    entries.append(polib.POEntry(msgid="Save", msgstr=""))
    entries.append(polib.POEntry(msgid="Back", msgstr="Volver", flags=["fuzzy"]))
    wanted = {Message(text): {"base.html"} for text in ("Home", "Save", "Back", "Gone")}
    assert untranslated(entries, wanted) == [
        "base.html: Back",
        "base.html: Gone",
        "base.html: Save",
    ]
