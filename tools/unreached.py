"""Definitions of src that no command, route, flow or public kit reaches: only tests would.

python tools/unreached.py          module and name, one a line
python tools/unreached.py --names  those too that only a package's public names hold

A definition is reached when something reached names it: a reached definition, or a statement
that runs when its module is imported. What begins it: commands, routes and the rest of faces,
the client, the public kit, entry points of pyproject.toml, and adapters that are looked up by
name. Names are followed through imports, a method is reached with its class.
"""

import ast
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"
ROOTS = ("nanoward.faces", "nanoward.client", "nanoward.testing", "nanoward.__main__")
Node = tuple[str, str]  # module, name; "" for what runs on import


@cache
def modules() -> dict[str, ast.Module]:
    found = {}
    for path in sorted((SOURCE / "nanoward").rglob("*.py")):
        name = path.relative_to(SOURCE).with_suffix("").as_posix().replace("/", ".")
        found[name.removesuffix(".__init__")] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def definitions(tree: ast.Module) -> dict[str, ast.stmt]:
    """Functions and classes of a module by name."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return {one.name: one for one in tree.body if isinstance(one, kinds)}


@cache
def imports(module: str) -> dict[str, Node]:
    """Name in a module to what it was imported from, wherever in it that is."""
    found: dict[str, Node] = {}
    for one in ast.walk(modules()[module]):
        if isinstance(one, ast.ImportFrom) and (one.module or "").startswith("nanoward"):
            for alias in one.names:
                whole = f"{one.module}.{alias.name}"
                target = (whole, "") if whole in modules() else (str(one.module), alias.name)
                found[alias.asname or alias.name] = target
        elif isinstance(one, ast.Import):
            for alias in one.names:
                if alias.name in modules():
                    found[alias.asname or alias.name.split(".")[0]] = (alias.name, "")
    return found


def resolved(node: Node) -> Node:
    """A name followed through the packages that hand it on."""
    module, name = node
    if not name or module not in modules() or name in definitions(modules()[module]):
        return node
    further = imports(module).get(name)
    return node if further is None or further == node else resolved(further)


def named(module: str, statement: ast.AST) -> Iterator[Node]:
    """What a statement names: definitions of its module, and what it imported."""
    own = definitions(modules()[module])
    for one in ast.walk(statement):
        if isinstance(one, ast.Name):
            if one.id in own:
                yield module, one.id
            elif one.id in imports(module):
                yield resolved(imports(module)[one.id])
        elif isinstance(one, ast.Attribute):
            chain = ast.unparse(one)
            for alias, (target, name) in imports(module).items():
                if not name and chain.startswith(f"{alias}."):
                    wanted = chain.removeprefix(f"{alias}.").split(".")[0]
                    yield resolved((target, wanted))
        elif isinstance(one, ast.ImportFrom | ast.Import):
            yield from (resolved(target) for target in _imported(one))
        elif isinstance(one, ast.Constant) and isinstance(one.value, str):
            address = one.value.replace(":", ".") if ":" in one.value else ""
            head, _, tail = address.rpartition(".")
            if head in modules() and tail.isidentifier():  # a lazy command, a declared section
                yield resolved((head, tail))


def _imported(one: ast.ImportFrom | ast.Import) -> Iterator[Node]:
    """An import runs its module; what it brings counts where it is used."""
    if isinstance(one, ast.ImportFrom) and one.module in modules():
        yield one.module, ""
        for alias in one.names:
            if f"{one.module}.{alias.name}" in modules():
                yield f"{one.module}.{alias.name}", ""
    elif isinstance(one, ast.Import):
        yield from ((alias.name, "") for alias in one.names if alias.name in modules())


def on_import(tree: ast.Module) -> list[ast.stmt]:
    """What runs when a module is imported; a block for types alone does not."""
    own = definitions(tree).values()
    return [
        one
        for one in tree.body
        if one not in own and not (isinstance(one, ast.If) and "TYPE_CHECKING" in ast.dump(one))
    ]


def beginnings() -> Iterator[Node]:
    for module, tree in modules().items():
        if module.startswith(ROOTS):
            yield module, ""
            yield from ((module, name) for name in definitions(tree))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for group in (project.get("scripts", {}), *project.get("entry-points", {}).values()):
        for address in group.values():
            module, _, name = address.partition(":")
            yield resolved((module, name))
    readers = modules()["nanoward.adapters.formats"]  # looked up by name: role to reader
    for one in ast.walk(readers):
        if isinstance(one, ast.Tuple) and len(one.elts) == 2:
            values = [getattr(each, "value", None) for each in one.elts]
            if all(isinstance(each, str) for each in values):
                target = f"nanoward.adapters.formats.{values[0]}"
                if target in modules():
                    yield target, str(values[1])


def reached() -> set[Node]:
    found, waiting = set[Node](), list(beginnings())
    while waiting:
        node = waiting.pop()
        if node in found or node[0] not in modules():
            continue
        found.add(node)
        module, name = node
        tree = modules()[module]
        statements = on_import(tree) if not name else [definitions(tree).get(name)]
        if name:
            waiting.append((module, ""))
        elif "." in module:
            waiting.append((module.rpartition(".")[0], ""))
        for one in statements:
            if one is not None:
                waiting += named(module, one)
    return found


def public_names() -> set[Node]:
    """What the packages of the house hand to whoever uses them alone."""
    found = set()
    for module in modules():
        if (SOURCE / module.replace(".", "/") / "__init__.py").exists():
            for name in imports(module):
                found.add(resolved(imports(module)[name]))
    return found


def unreached(*, with_public_names: bool = False) -> list[Node]:
    there, public = reached(), public_names()
    return [
        (module, name)
        for module, tree in modules().items()
        for name in definitions(tree)
        if not name.startswith("_")
        and (module, name) not in there
        and (with_public_names or (module, name) not in public)
    ]


def main() -> None:
    for module, name in unreached(with_public_names="--names" in sys.argv[1:]):
        print(f"{module}:{name}")


if __name__ == "__main__":
    main()
