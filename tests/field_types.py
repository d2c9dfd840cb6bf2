"""A plugin of mypy: a field of a structured array is Any, as a field of one of its rows is.

numpy says an array of Any. That tells little more, since every sum of two is Any; but to find that out, all overloads
of every operator and function are tried with all of each other's, which took most of mypy's time for the whole tree.
"""

from __future__ import annotations

from collections.abc import Callable

from mypy.plugin import MethodContext, MethodSigContext, Plugin
from mypy.types import AnyType, CallableType, Instance, Type, TypeOfAny, UnionType, get_proper_type


class FieldTypes(Plugin):
    """Looks at `array["field"]`, read and written."""

    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], Type] | None:
        """Reading."""
        return type_of_item if fullname == "numpy.ndarray.__getitem__" else None

    def get_method_signature_hook(self, fullname: str) -> Callable[[MethodSigContext], CallableType] | None:
        """Writing."""
        return with_names_only if fullname == "numpy.ndarray.__setitem__" else None


def type_of_item(context: MethodContext) -> Type:
    """Any where an array is asked for a field by its name; else what numpy says."""
    return (
        AnyType(TypeOfAny.special_form) if is_name(context.arg_types[0][0]) else context.default_return_type
    )


def with_names_only(context: MethodSigContext) -> CallableType:
    """An overload as it is, but where a field is written and it takes no names: then one that takes nothing."""
    overload = context.default_signature
    if not is_name(context.api.get_expression_type(context.args[0][0])) or is_name(overload.arg_types[0]):
        return overload
    return overload.copy_modified(arg_types=[], arg_kinds=[], arg_names=[])


def is_name(key: Type) -> bool:
    """Whether this is, or may be, text."""
    key = get_proper_type(key)
    if isinstance(key, UnionType):
        return any(map(is_name, key.items))
    return isinstance(key, Instance) and key.type.fullname == "builtins.str"


def plugin(_version: str) -> type[Plugin]:
    """What mypy asks the file for."""
    return FieldTypes
