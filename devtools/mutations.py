"""The changes that can be made to the rules: Cosmic Ray's own that turn a rule around, and a call that is left out.

Left alone is what holds no rule, because no test can say it: type hints, how a dataclass is made, arguments that say
how SQLAlchemy or Python works and not what comes of it (HOW), a flush (what it writes is written anyhow, before the
next query), a line that asks which database it is, because a change is tried on one of the two, and the demo, whose
people are made up. Neither is the size of what has a name of its own changed, a limit or a row of them: whether it is
25 or 26 is a choice. That it holds is in the lines that use its name, and those are changed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

import parso
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.operators.operator import Example, Operator
from cosmic_ray.plugins import get_operator

# Those of Cosmic Ray's two hundred operators that turn a rule around. The others mostly break the code.
TURNS = (
    "AddNot",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceContinueWithBreak",
    "ReplaceBreakWithContinue",
    "ZeroIterationForLoop",
    "NumberReplacer",
    "ReplaceUnaryOperator_Delete_Not",
    "ReplaceUnaryOperator_Delete_Invert",
    "ReplaceBinaryOperator_BitOr_BitAnd",
    "ReplaceBinaryOperator_BitAnd_BitOr",
    "ReplaceBinaryOperator_Add_Sub",
    "ReplaceBinaryOperator_Sub_Add",
    "ReplaceComparisonOperator_Eq_NotEq",
    "ReplaceComparisonOperator_NotEq_Eq",
    "ReplaceComparisonOperator_Is_IsNot",
    "ReplaceComparisonOperator_IsNot_Is",
    "ReplaceComparisonOperator_Lt_LtE",
    "ReplaceComparisonOperator_LtE_Lt",
    "ReplaceComparisonOperator_Gt_GtE",
    "ReplaceComparisonOperator_GtE_Gt",
    "ReplaceComparisonOperator_Lt_GtE",
    "ReplaceComparisonOperator_Gt_LtE",
)
MADE_UP = "/operations/demo/"  # people and elections that do not exist: nothing of it is a rule
WHICH_DATABASE = ("is_postgresql()", "dialect.name")
HOW = ("strict", "synchronize_session", "populate_existing", "include_defaults")  # keywords

NAMED = ast.Constant | ast.Call | ast.Dict | ast.Tuple | ast.BinOp  # what a module gives a name in capitals

Place = tuple[int, int]  # line from 1, column from 0


@dataclass(frozen=True)
class Mutation:
    """The `occurrence`-th change that `operator` can make in the file at `path`; it changes `line`."""

    path: str  # from the root of the project
    line: int  # from 1
    operator: Operator
    occurrence: int  # from 0


class DropCall(Operator):
    """Leaves out a statement that is a call: a row of the audit trail, a mail, a change of a state."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Place, Place]]:
        """The call, when nothing uses what it gives."""
        if node.type == "atom_expr" and node.parent.type == "simple_stmt":
            last = node.children[-1]
            if last.type == "trailer" and last.children[0].value == "(" and not _is_flush(node):
                yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """`None` in its place."""
        left_out = parso.parse("None").children[0]
        left_out.prefix = node.get_first_leaf().prefix
        return left_out

    @classmethod
    def examples(cls) -> Iterable[Example]:
        """What it does, in one line."""
        return (Example("record(row)", "None"),)


def _is_flush(call: Any) -> bool:
    return bool(call.get_code(include_prefix=False) == "db.session.flush()")


def find_mutations(root: Path, folder: str) -> Iterator[Mutation]:
    """Every change that can be made to the rules in `folder` of the project at `root`."""
    operators = list(_make_operators())
    for file in sorted(file for file in (root / folder).rglob("*.py") if MADE_UP not in file.as_posix()):
        code = file.read_text()
        spared = list(_find_spared(code))
        nodes = list(ast_nodes(get_ast(code)))
        for operator in operators:
            for occurrence, (line, column) in enumerate(_find_positions(operator, nodes)):
                if not any(start <= (line, column) < end for start, end in spared):
                    yield Mutation(str(file.relative_to(root)), line, operator, occurrence)


def _make_operators() -> Iterator[Operator]:
    yield DropCall()
    for name in TURNS:
        yield get_operator(f"core/{name}")()


def _find_positions(operator: Operator, nodes: list[Any]) -> Iterator[Place]:
    """Line and column of each change, in the order in which Cosmic Ray counts them."""
    for node in nodes:
        for start, _end in operator.mutation_positions(node):
            yield start


def _find_spared(code: str) -> Iterator[tuple[Place, Place]]:
    """From where to where stands what holds no rule (see above)."""
    for number, line in enumerate(code.splitlines(), 1):
        if any(words in line for words in WHICH_DATABASE):
            yield (number, 0), (number + 1, 0)
    tree = ast.parse(code)
    for node in [*_find_hints(tree), *_find_how(tree), *_find_limits(tree)]:
        yield (node.lineno, node.col_offset), (node.end_lineno or node.lineno, node.end_col_offset or 0)


def _find_hints(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        hint = node.returns if isinstance(node, ast.FunctionDef) else getattr(node, "annotation", None)
        if hint is not None:
            yield hint


def _find_how(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield from node.decorator_list
        if isinstance(node, ast.keyword) and node.arg in HOW:
            yield node.value


def _find_limits(tree: ast.Module) -> Iterator[ast.expr]:
    """The numbers that a module gives a name in capitals: `25`, `20 * MEBIBYTE`, `timedelta(hours=1)`, a table of
    waits.
    """
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and isinstance(statement.value, NAMED):
            names = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            if all(isinstance(name, ast.Name) and name.id.isupper() for name in names):
                yield from (number for number in ast.walk(statement.value) if _is_number(number))


def _is_number(node: ast.AST) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, int) and not isinstance(node.value, bool)
