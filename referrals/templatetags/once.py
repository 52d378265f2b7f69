"""How is the middle of a page drawn once for whoever would see the same? What stands between `once` and `endonce` is kept."""

import secrets
from collections.abc import Mapping
from typing import Any, Final

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from referrals.actions.recording import new_id
from referrals.remembered import Later, Memo, exactly, filled, reader

register = template.Library()

#: So many middles, of up to a hundred kilobytes each, are kept in a process.
_kept: Final[Memo[str]] = Memo(100)
#: Where the token of a form stands, which is another at each request.
_TOKEN: Final = f"token-{secrets.token_hex(16)}"


class Once(Node):
    """Drawn of nothing but what it is told by name, so that nothing of another person can stand in it."""

    def __init__(self, told: Mapping[str, FilterExpression], nodelist: NodeList) -> None:
        self.told, self.nodelist = told, nodelist

    def render(self, context: Context) -> SafeString:
        told = {name: said.resolve(context) for name, said in self.told.items()}
        key = (self, reader(), *map(exactly, told.values()))
        drawn = filled(_kept.given(key, lambda: self._drawn(context, told)), new_id)
        # Safe: drawn by a template; the token is Django's own.
        return mark_safe(drawn.replace(_TOKEN, str(context.get("csrf_token", ""))))  # nosec B308 B703

    def _drawn(self, context: Context, told: Mapping[str, Any]) -> str:
        made = {name: it.made() if isinstance(it, Later) else it for name, it in told.items()}
        return str(self.nodelist.render(context.new({**made, "csrf_token": _TOKEN})))


@register.tag
def once(parser: Parser, token: Token) -> Once:
    """`{% once page may child=referral.child.name %}…{% endonce %}`: what is between sees these names alone."""
    told: dict[str, str] = {}
    for word in token.split_contents()[1:]:
        name, _, said = word.partition("=")
        told[name] = said or name
    nodelist = parser.parse(("endonce",))
    parser.delete_first_token()
    return Once({name: parser.compile_filter(said) for name, said in told.items()}, nodelist)
