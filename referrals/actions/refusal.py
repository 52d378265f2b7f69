"""How does an action say no? With a sentence for the person, and the field it is about."""


class Refused(Exception):
    """The action was not carried out; nothing was written."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class Outrun(Refused):
    """Somebody else was faster: what the person saw is no longer so."""


def check_seen(seen: str | None, stands: str, sentence: str) -> None:
    """Refuse to write over what the form did not show. For records that have no version of their own.

    `seen` comes back with the form; None where nobody looked at a form.
    """
    if seen is not None and seen != stands:
        raise Outrun(sentence)


def is_again(same: bool, seen: int | None, stands: int) -> bool:
    """Whether the same words come once more, since the answer to the first saving was lost on its way.

    `seen` is the version or edition that the form showed, `stands` the one that is stored.
    """
    return same and seen == stands - 1
