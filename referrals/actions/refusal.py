"""How does an action say no? With a sentence for the person, and the field it is about."""


class Refused(Exception):
    """The action was not carried out; nothing was written."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class Outrun(Refused):
    """Somebody else was faster: what the person saw is no longer so."""
