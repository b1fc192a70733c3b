"""Jinja with fewer steps: a page writes some three hundred values and calls some two hundred macros and functions.

Each through a place that Jinja offers for it, and what is written stays the same.
"""

from __future__ import annotations

import re
from types import FunctionType, MethodType
from typing import Any, Final

from flask.templating import Environment
from flask_babel import LazyString
from jinja2 import Template, nodes, pass_eval_context
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

_escaped_sign = re.compile("[&<>'\"]").search
ASKS_HOW_IT_IS_ESCAPED: Final = pass_eval_context(lambda _where: None).jinja_pass_arg  # type: ignore[attr-defined]


def write_out(value: Any) -> str:
    """What `markupsafe.escape` makes of a value, at once where that is the value itself."""
    kind = type(value)
    if kind is Markup or (kind is str and not _escaped_sign(value)):
        return value
    return str(value) if kind is LazyString else escape(value)  # it says of itself that it is safe


class LightCode(CodeGenerator):
    """Templates are compiled to `write_out` in the place of `escape`."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.write_out(")
        else:
            super()._output_child_pre(node, frame, finalize)


class LightContext(Context):
    """Calls what most calls are of without a look at all that Jinja lets a function ask."""

    def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 (Jinja's names: a keyword may be `self`)
        """A macro, or a function that asks nothing or how it is escaped; anything else goes Jinja's way."""
        kind = type(__obj)
        if kind is FunctionType or kind is MethodType:
            asks = getattr(__obj, "jinja_pass_arg", None)
        elif kind is Macro:
            asks = ASKS_HOW_IT_IS_ESCAPED
        else:
            return super().call(__obj, *args, **kwargs)
        if asks is not None and asks is not ASKS_HOW_IT_IS_ESCAPED:
            return super().call(__obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return __obj(*args, **kwargs) if asks is None else __obj(__self.eval_ctx, *args, **kwargs)


class LightTemplate(Template):
    """A template whose macros are made once, without a look at the names that are known to all: those are the same."""

    def _get_default_module(self, ctx: Any = None) -> Any:
        return super()._get_default_module()


class LightEnvironment(Environment):
    """Where the templates of the portal live."""

    code_generator_class = LightCode
    context_class = LightContext
    template_class = LightTemplate
    write_out = staticmethod(write_out)
