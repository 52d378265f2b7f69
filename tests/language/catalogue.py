"""Which strings are there to be translated, and how does the catalogue keep up with them?

`python -m tests.language.catalogue` (`make language`) adds what is new to the `.po` with nothing
beside it, takes out what is gone and writes the `.mo`, which is kept in the repository: who runs
the product needs no tool for it. A test says when the two are not of one mind.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polib

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = ROOT / "locale" / "es" / "LC_MESSAGES"
PO, MO = FOLDER / "django.po", FOLDER / "django.mo"
_HEADER: Final = {
    "Language": "es",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}


@dataclass(frozen=True, order=True)
class Message:
    """What is said in the code: for one, for several, and what it is about where that decides."""

    text: str
    plural: str = ""
    context: str = ""


#: How many of the arguments come before the text, and whether a plural follows it.
_CALLS: Final = {
    "_": (0, False), "gettext": (0, False), "gettext_lazy": (0, False), "gettext_noop": (0, False),
    "ngettext": (0, True), "ngettext_lazy": (0, True),
    "pgettext": (1, False), "pgettext_lazy": (1, False),
}  # fmt: skip
_IN_TAG: Final = re.compile(r"""_\((?:"([^"]*)"|'([^']*)')\)""")


def in_python(source: str) -> Iterator[Message]:
    """What is handed to one of gettext's functions as it stands."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in _CALLS:
            continue
        before, many = _CALLS[name]
        said = [
            a.value if isinstance(a, ast.Constant) and isinstance(a.value, str) else None
            for a in node.args
        ]
        wanted = said[: before + 1 + many]
        if None in wanted or len(wanted) < before + 1 + many:
            continue  # a table’s own words, found there: see `in_tables`
        words = [str(one) for one in wanted]
        context = words.pop(0) if before else ""
        yield Message(words[0], words[1] if many else "", context)


def in_template(source: str) -> Iterator[Message]:
    """What stands in the tags that translate, as Django itself reads them."""
    from django.template import Template
    from django.template.base import Lexer, TokenType
    from django.templatetags.i18n import BlockTranslateNode, TranslateNode

    for token in Lexer(source).tokenize():
        if token.token_type in (TokenType.BLOCK, TokenType.VAR):
            for double, single in _IN_TAG.findall(token.contents):
                yield Message(double or single)
    found: Any = Template(source)
    for node in found.nodelist.get_nodes_by_type((TranslateNode, BlockTranslateNode)):
        context = _literal(node.message_context)
        if isinstance(node, TranslateNode):
            # The tag makes its word lazy; as typed it stands in the variable.
            yield Message(_literal(node.filter_expression), "", context)
            continue
        one, _vars = node.render_token_list(node.singular)
        many = node.render_token_list(node.plural)[0] if node.plural else ""
        if node.trimmed:
            one, many = _trimmed(one), _trimmed(many)
        yield Message(one, many, context)


def _literal(expression: Any) -> str:
    if expression is None:
        return ""
    return str(getattr(expression.var, "literal", expression.var))


def _trimmed(text: str) -> str:
    return re.sub(r"\s*\n\s*", " ", text.strip())


def in_tables() -> Iterator[Message]:
    """The words of tables that are plain: they are translated where they are shown."""
    from django.utils.translation import override

    from referrals import act, pathway
    from referrals.access import Permission
    from referrals.clinical import ladder, payers, programmes
    from referrals.documents.pdf import NOT_ALL_LETTERS
    from referrals.documents.programme import REACHED
    from referrals.models import Discharge, Evaluation, GoalVersion, Plan, Report
    from referrals.models.evaluation import Profile
    from referrals.queries import discharge, plan, timeline

    said: list[str] = [*pathway.LOOP]
    said += [
        word for stage in pathway.STAGES.values() for word in (stage.label, stage.family_label)
    ]
    said += [step.waiting for step in pathway.STEPS.values()]
    said += [word for duty in act.DUTIES.values() for word in (duty.verb, duty.waiting)]
    said += [rule.label for table in (pathway.MOVES, act.ACTS) for rule in table.values()]
    said += [permission.value for permission in Permission]
    said += [*ladder.EXPECTED.values(), *(payer.label for payer in payers.PAYERS.values())]
    said += [kind.sentence for kind in timeline.KINDS.values() if kind.family]
    said += [*timeline.GROUPS.values(), NOT_ALL_LETTERS]
    steps = [step for path in programmes.PATHS.values() for step in path]
    said += [*REACHED, *(step.waiting for step in steps)]
    said += [word.family_label for word in plan.WORDS.values()]
    said += [one for word in discharge.WORDS.values() for one in (word.label, word.family_label)]
    with override("en"):
        for model in (Discharge, Evaluation, GoalVersion, Plan, Report):
            names = (*model.CONTENT, *(Profile.PROFILE if model is Evaluation else ()))
            said += [str(model._meta.get_field(name).verbose_name) for name in names]
    return (Message(text) for text in dict.fromkeys(said) if text)


def messages() -> dict[Message, set[str]]:
    """Every message, and the files in which it is said."""
    found: dict[Message, set[str]] = {}

    def take(said: Iterator[Message], where: str) -> None:
        for message in said:
            found.setdefault(message, set()).add(where)

    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in {".html", ".txt"}:
            take(in_template(path.read_text()), str(path.relative_to(ROOT)))
    for path in sorted((ROOT / "referrals").rglob("*.py")):
        if "migrations" not in path.parts:
            take(in_python(path.read_text()), str(path.relative_to(ROOT)))
    take(in_tables(), "referrals/pathway.py")
    return found


def catalogue(path: Path = PO) -> polib.POFile:
    return polib.pofile(str(path), wrapwidth=99)


def untranslated(entries: polib.POFile, wanted: dict[Message, set[str]]) -> list[str]:
    """The messages that lack a translation, or whose translation nobody has vouched for."""
    known = {
        Message(e.msgid, e.msgid_plural, e.msgctxt or ""): e for e in entries if not e.obsolete
    }
    return [
        f"{sorted(wanted[message])[0]}: {message.text}"
        for message in sorted(wanted)
        if message not in known or not known[message].translated()
    ]


def compiled(entries: polib.POFile) -> bytes:
    """The `.mo` of a catalogue: the same bytes each time."""
    return bytes(entries.to_binary())


def update() -> polib.POFile:
    """The catalogue with what is new and without what is gone; what was translated is kept."""
    before = catalogue() if PO.exists() else polib.POFile()
    known = {Message(e.msgid, e.msgid_plural, e.msgctxt or ""): e for e in before}
    after = polib.POFile(wrapwidth=99)
    after.metadata = dict(_HEADER)
    wanted = messages()
    for message in sorted(wanted, key=lambda one: (sorted(wanted[one])[0], one)):
        old = known.get(message)
        entry = polib.POEntry(
            msgid=message.text,
            msgctxt=message.context or None,
            occurrences=[(where, "") for where in sorted(wanted[message])],
            flags=old.flags if old else [],
        )
        if message.plural:
            entry.msgid_plural = message.plural
            entry.msgstr_plural = old.msgstr_plural if old else {0: "", 1: ""}
        else:
            entry.msgstr = old.msgstr if old else ""
        after.append(entry)
    return after


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    made = update()
    made.save(str(PO))
    MO.write_bytes(compiled(made))
    for line in untranslated(made, messages()):
        sys.stdout.write(f"{line}\n")
