"""Is there one way to write? Views, forms and models never do; every action does it alike."""

import ast
from collections.abc import Iterator

from .source import APP, broken, calls, dotted, functions, imports, parse, planted, python

WRITES = frozenset({
    "save", "create", "update", "delete", "get_or_create", "update_or_create",
    "bulk_create", "bulk_update", "raw", "aupdate", "acreate", "asave", "adelete",
})  # fmt: skip
CLOCKS = ("timezone.now", "timezone.localdate", "timezone.localtime", "datetime.now",
          "datetime.utcnow", "datetime.today", "date.today", "time.time")  # fmt: skip


# --- Views and forms --------------------------------------------------------------------------


def writing_calls(tree: ast.Module) -> list[str]:
    return [
        f"line {call.lineno} writes: .{call.func.attr}()"
        for call in calls(tree)
        if isinstance(call.func, ast.Attribute) and call.func.attr in WRITES
    ]


def test_views_never_write() -> None:
    assert broken(writing_calls, "views") == []


def test_a_view_that_writes_is_found() -> None:
    source = "def v(request, child):\n    child.save()\n    Child.objects.filter(pk=1).update(a=2)"
    assert planted(writing_calls, source) == [
        "line 2 writes: .save()", "line 3 writes: .update()"
    ]  # fmt: skip


def test_forms_never_save() -> None:
    assert broken(writing_calls, "forms") == []


def test_queries_never_write() -> None:
    assert broken(writing_calls, "queries") == []


def own_save(tree: ast.Module) -> list[str]:
    return [
        f"line {f.lineno} defines {f.name}()"
        for f in functions(tree)
        if f.name in ("save", "_save_m2m")
    ]


def test_forms_have_no_save_of_their_own() -> None:
    assert broken(own_save, "forms") == []


def test_a_form_that_saves_is_found() -> None:
    source = "class F:\n    def save(self):\n        return super().save()"
    assert planted(own_save, source) == ["line 2 defines save()"]
    assert planted(writing_calls, source) == ["line 3 writes: .save()"]


def imports_models(tree: ast.Module) -> list[str]:
    return [
        f"line {line} imports {module}"
        for line, module in imports(tree)
        if module.startswith(("referrals.models", "..models"))
        or module in ("referrals.models", "..models")
    ]


def test_views_never_import_models() -> None:
    assert broken(imports_models, "views") == []


def test_a_view_that_imports_models_is_found() -> None:
    for source in (
        "from referrals.models import Child",
        "from referrals import models",
        "import referrals.models.child",
        "from ..models import Child",
    ):
        assert planted(imports_models, source)


# --- Clocks -----------------------------------------------------------------------------------


def reads_clock(tree: ast.AST) -> list[str]:
    """Calls of a clock, and clocks handed on to be called (`default=timezone.now`)."""
    return [
        f"line {node.lineno} reads {dotted(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and any(dotted(node) == clock or dotted(node).endswith(f".{clock}") for clock in CLOCKS)
    ]


def test_actions_models_and_notifications_read_no_clock() -> None:
    assert broken(reads_clock, "actions", "models", "clinical") == []
    assert reads_clock(parse(APP / "notifications.py")) == []
    assert reads_clock(parse(APP / "pathway.py")) == []


def test_a_clock_is_found() -> None:
    source = (
        "def a():\n    x = timezone.now()\n    y = datetime.datetime.now()\n    z = date.today()"
    )
    assert planted(reads_clock, source) == [
        "line 2 reads timezone.now",
        "line 3 reads datetime.datetime.now",
        "line 4 reads date.today",
    ]


def clock_defaults(tree: ast.Module) -> list[str]:
    """Clocks read once, when the file is loaded: defaults of arguments, fields and module names."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            for default in [*node.args.defaults, *node.args.kw_defaults]:
                found += reads_clock(default) if default is not None else []
    for node in _at_import(tree):
        found += [
            f"line {call.lineno} reads {dotted(call.func)} when loaded"
            for call in calls(node)
            if reads_clock(call.func)
        ]
    return found


def _at_import(tree: ast.Module | ast.ClassDef) -> Iterator[ast.stmt]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield from _at_import(node)
        elif not isinstance(node, ast.FunctionDef):
            yield node


def test_no_time_is_frozen_when_a_file_is_loaded() -> None:
    assert broken(clock_defaults) == []


def test_a_frozen_time_is_found() -> None:
    assert planted(clock_defaults, "def a(on=date.today()): ...") == ["line 1 reads date.today"]
    assert planted(clock_defaults, "class M:\n    on = DateField(default=date.today())") == [
        "line 2 reads date.today when loaded"
    ]
    assert planted(clock_defaults, "NOW = timezone.now()") == [
        "line 1 reads timezone.now when loaded"
    ]
    assert planted(clock_defaults, "def a():\n    return timezone.now()") == []


# --- Models -----------------------------------------------------------------------------------


def test_models_never_save_themselves() -> None:
    """The one `save()` is the user manager's: Django's own commands make people through it.

    A changing row adds when it changed to what an action writes, and hands `update` and
    `bulk_create` on.
    """
    found = broken(own_save, "models") + broken(writing_calls, "models")
    assert [f.split(":")[0] for f in found] == [
        "referrals/models/person.py", "referrals/models/record.py", "referrals/models/record.py",
    ]  # fmt: skip


def signals(tree: ast.Module) -> list[str]:
    return [f"line {line} imports {name}" for line, name in imports(tree) if "signals" in name]


def test_nothing_writes_behind_the_back_of_an_action() -> None:
    assert broken(signals) == []


def test_a_signal_is_found() -> None:
    assert planted(signals, "from django.db.models.signals import post_save")


# --- Actions ----------------------------------------------------------------------------------

#: Public functions of the actions that write inside somebody else's transaction, and whose part
#: they are; and the two that nobody asks for: the log of looks, and the outbox.
INNER = {
    "appointment.attend": "signing an evaluation, or cutting it short",
    "appointment.drop_visits": "ending a referral",
    "appointment.withdraw": "offering, booking and picking",
    "account.note_failure": "whoever typed what was wrong: nobody knows who it was",
    "heartbeat.beat": "the worker",
    "second_factor.relock_factors": "`prepare`: nobody asked for it, and nothing that is read changes",
    "consent.warn_of_ending": "the daily job: nobody asked for it, and each is told once",
    "result.close_requests": "taking back a consent, or giving a narrower one",
    "concern.close_concern": "answering a concern and sending its referral",
    "batching.work_on_caseload": "the worker: a lease must be seen before the work begins",
    "caseload.clear_caseloads": "the worker: nobody does it, a day passes",
    "sweeping.sweep_files": "the worker: nobody does it, a day passes; it touches files, no rows",
    "caseload.put_away": "bringing in, dropping or clearing a file",
    "seat.drop_index": "putting two records together, and apart again",
    "seat.spell": "seating a place beside a child, and mending",
    "listed.sweep_ended": "the worker: nobody does it, a seat has ended",
    "seat.spellings_amiss": "whoever keeps the server: what is derived is put right",
    "seat.words_amiss": "whoever keeps the server: what is derived is put right",
    "goal.ask_for_answers": "every step of a goal",
    "goal.keep_goal": "every step of a goal",
    "invitation.open_invitation": "inviting a person or an adult of a child",
    "guardian.reseat": "inviting and changing a guardian",
    "moving.move_referral": "every move",
    "moving.write": "every move and every draft",
    "digest.write_digest": "the worker",
    "notice.deliver_next": "the worker: a lease must be seen before the e-mail goes",
    "notice.deliver_notices": "the worker",
    "notice.note_sent": "the worker",
    "picture.made_anew": "setting a picture: it is drawn in memory",
    "recording.leave": "keeping a draft, and whatever is recorded",
    "recording.record": "every action",
    "reminder.raise_reminders": "the worker: nobody does it, time passes",
    "recording.record_reading": "every look at a thread",
    "recording.record_view": "every door",
    "recording.record_views": "every search of another system",
    "session.owe_notes": "saying what became of a visit, signing its note",
    "session.owe_cosigning": "signing and co-signing a note",
    "signing.keep": "saving a draft",
    "signing.sign": "signing a document",
    "task.close_task": "doing what was owed",
    "prescription.first_prescription": "sending a referral",
    "prescription.write_prescription": "sending a referral, prescribing, certifying a plan",
    "task.reassign_tasks": "naming another therapist",
    "task.drop_tasks": "ending a referral",
    "task.open_first_tasks": "sending a referral",
    "task.open_task": "whatever makes somebody owe something",
    "sender.make_author": "taking in an e-referral",
    "sender.make_practice": "taking in an e-referral",
    "seat.end_seats": "ending a referral, changing a guardian",
    "seat.index_child": "opening a seat",
    "seat.index_everywhere": "changing a child",
    "seal.seal_rows": "the worker: nobody asks for it, every row comes under it",
    "seat.seat": "every ground of access",
}


def writers(trees: dict[str, ast.Module]) -> dict[str, ast.FunctionDef]:
    """The functions that write: by themselves, or through one of the others."""
    known = {
        f"{room}.{node.name}": node
        for room, tree in trees.items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    }
    found: set[str] = set()
    while True:
        names = {name.split(".")[1] for name in found}
        more = {
            name
            for name, node in known.items()
            for call in calls(node)
            if (
                isinstance(call.func, ast.Attribute)
                and call.func.attr in WRITES
                and not _only_of_this_process(call.func)
            )
            or (isinstance(call.func, ast.Name) and call.func.id in names)
        }
        if more <= found:
            return {name: known[name] for name in sorted(found)}
        found |= more


def _only_of_this_process(func: ast.Attribute) -> bool:
    # A digest, a set or a dict is updated too; it is no record.
    return func.attr == "update" and isinstance(func.value, ast.Name)


def bad_actions(trees: dict[str, ast.Module], inner: dict[str, str]) -> list[str]:
    """Writers that are neither whole actions nor told apart above."""
    found = []
    for name, node in writers(trees).items():
        if name in inner or node.name.startswith("_"):
            continue
        asked = {a.arg for a in node.args.kwonlyargs}
        lacks = [f"`{word}`" for word in ("by", "at") if word not in asked]
        if node.args.args or node.args.posonlyargs:
            lacks.append("keyword-only arguments")
        if "transaction.atomic" not in {dotted(d) for d in node.decorator_list}:
            lacks.append("@transaction.atomic")
        if lacks:
            found.append(f"{name} lacks {', '.join(lacks)}")
    return found


def actions() -> dict[str, ast.Module]:
    return {path.stem: parse(path) for path in python("actions")}


def test_every_action_is_atomic_keyword_only_and_told_by_whom_and_when() -> None:
    assert bad_actions(actions(), INNER) == []


def test_the_inner_functions_are_all_there_and_all_write() -> None:
    assert sorted(set(INNER) - set(writers(actions()))) == []


def test_an_action_that_is_not_whole_is_found() -> None:
    source = "def sign_plan(plan, by):\n    Plan.objects.filter(pk=plan.pk).update(signed_by=by)"
    through = "@transaction.atomic\ndef end(*, by, at):\n    sign_plan(1, by)"
    found = bad_actions({"plan": ast.parse(source), "discharge": ast.parse(through)}, {})
    assert found == ["plan.sign_plan lacks `by`, `at`, keyword-only arguments, @transaction.atomic"]
    assert bad_actions({"plan": ast.parse(source)}, {"plan.sign_plan": "a part"}) == []


def test_a_writer_behind_a_writer_is_found() -> None:
    source = "def _w(x):\n    x.child.save()\n\ndef touch(x):\n    _w(x)"
    assert bad_actions({"child": ast.parse(source)}, {}) == [
        "child.touch lacks `by`, `at`, keyword-only arguments, @transaction.atomic"
    ]
