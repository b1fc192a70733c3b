"""The changes that can be made to the rules: Cosmic Ray's own that turn a rule around, and a call that is left out."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


@dataclass(frozen=True)
class Mutation:
    """The `occurrence`-th change that `operator` can make in the file at `path`; it changes `line`."""

    path: str  # from the root of the project
    line: int  # from 1
    operator: Operator
    occurrence: int  # from 0


class DropCall(Operator):
    """Leaves out a statement that is a call: a row of the audit trail, a mail, a change of a state."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        """The call, when nothing uses what it gives."""
        if node.type == "atom_expr" and node.parent.type == "simple_stmt":
            last = node.children[-1]
            if last.type == "trailer" and last.children[0].value == "(":
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


def find_mutations(root: Path, folder: str) -> Iterator[Mutation]:
    """Every change that can be made to the rules in `folder` of the project at `root`."""
    operators = list(_make_operators())
    for file in sorted((root / folder).rglob("*.py")):
        code = file.read_text()
        hints = _find_type_hints(code)
        for operator in operators:
            for occurrence, (line, column) in enumerate(_find_positions(operator, code)):
                if not any(start <= (line, column) < end for start, end in hints):
                    yield Mutation(str(file.relative_to(root)), line, operator, occurrence)


def _make_operators() -> Iterator[Operator]:
    yield DropCall()
    for name in TURNS:
        yield get_operator(f"core/{name}")()


def _find_positions(operator: Operator, code: str) -> Iterator[tuple[int, int]]:
    """Line and column of each change, in the order in which Cosmic Ray counts them."""
    for node in ast_nodes(get_ast(code)):
        for start, _end in operator.mutation_positions(node):
            yield start


def _find_type_hints(code: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """From where to where type hints stand: a change there changes nothing."""
    hints: list[ast.expr | None] = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.arg | ast.AnnAssign):
            hints.append(node.annotation)
        if isinstance(node, ast.FunctionDef):
            hints.append(node.returns)
    return [
        ((hint.lineno, hint.col_offset), (hint.end_lineno or hint.lineno, hint.end_col_offset or 0))
        for hint in hints
        if hint is not None
    ]
