"""Inner loops that start at once: machine code kept on the disk, run without their compiler.

A `lean` function is compiled by numba when it is first needed, never on import, and without
counting who holds an array (so it can make none). A `kept` one is such a function that Python
calls: its machine code, with all that it calls, is kept beside the source as an object file,
and the next process hands it to LLVM without loading numba, which takes about a second. What
is kept counts only for the sources that it can reach, versions and processor; the
first process runs what it keeps, so the answers are the same. Where nothing can be kept, numba
compiles each time. It writes where Python writes the compiled modules, by the same means.
"""

import ctypes
import functools
import hashlib
import importlib
import json
import threading
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, TypeVar, cast

import numpy as np

import nanoward
from nanoward.maths.jit.sources import sources_sha256

_ROOM = 16  # bytes, for a pointer that is not used

_Function = TypeVar("_Function", bound=Callable[..., Any])


def _numba() -> Any:
    """numba, whose types say too little here; loaded when something must be compiled."""
    return importlib.import_module("numba")


class Lean:
    """A function of arrays and numbers that numba compiles when it is first needed."""

    def __init__(self, function: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function)
        self._function = function

    @functools.cached_property
    def compiled(self) -> Any:
        """The same function as numba knows it."""
        from nanoward.maths.jit.numba_pipeline import is_tried, stamped

        options = {"cache": True, "nogil": True, "error_model": "numpy"}
        bare = {"_nrt": False} if is_tried() else {}
        return stamped(_numba().njit(**options, **bare)(self._function))

    @functools.cached_property
    def part(self) -> Any:
        """The same function as a part of the compiled functions that call it."""
        from nanoward.maths.jit.numba_pipeline import inner

        return inner(self._function)

    @property
    def _numba_type_(self) -> Any:
        """What another compiled function takes it for."""
        return _numba().types.Dispatcher(self.part)

    def __call__(self, *args: Any) -> Any:
        return self.compiled(*args)


class Kept(Lean):
    """A lean function that Python calls; its machine code is kept on the disk."""

    def __init__(self, function: Callable[..., Any], returned: int) -> None:
        super().__init__(function)
        self._returned = returned
        self._ready: dict[str, Any] = {}
        self._lock = threading.Lock()

    def __call__(self, *args: Any) -> Any:
        form, flat = _flat(args)
        if form is None:
            return self.compiled(*args)
        key = repr(form)
        with self._lock:  # threads wait for the first of them
            if key not in self._ready:
                self._ready[key] = _ready(self, form, args)
        run = self._ready[key]
        if run is None:
            return self.compiled(*args)
        out = np.zeros(max(1, self._returned), np.int64)
        spare = ctypes.create_string_buffer(_ROOM), ctypes.create_string_buffer(_ROOM)
        if run(*spare, *flat, out.ctypes.data):
            raise RuntimeError(f"{self._function.__qualname__} failed")
        told = tuple(out[: self._returned].tolist())
        return told[0] if self._returned == 1 else told or None


def lean(function: _Function) -> _Function:
    """Compile when needed, as a part of the compiled functions that call it."""
    return cast("_Function", Lean(function))


def kept(*, returned: int = 0) -> Callable[[_Function], _Function]:
    """Compile for calls from Python, and keep the machine code.

    returned  whole numbers that the function gives back
    """

    def made(function: _Function) -> _Function:
        return cast("_Function", Kept(function, returned))

    return made


def _flat(value: Any) -> tuple[Any, list[Any]]:
    """What an argument is made of, and its numbers and addresses one behind the other.

    The first is None where an array does not lie in one piece.
    """
    if isinstance(value, np.ndarray):
        if not value.flags.c_contiguous:
            return None, []
        address = value.__array_interface__["data"][0]
        return ("array", _name_of(value.dtype), value.ndim), [address, *value.shape]
    if isinstance(value, tuple):
        parts = [_flat(one) for one in value]
        if any(form is None for form, _ in parts):
            return None, []
        name = type(value).__qualname__ if hasattr(value, "_fields") else "tuple"
        return (name, *(form for form, _ in parts)), [one for _, flat in parts for one in flat]
    if isinstance(value, bool | np.bool_):
        return "bool", [int(value)]
    if isinstance(value, float | np.floating):
        return "float64", [float(value)]
    return "uint64" if isinstance(value, np.uint64) else "int64", [int(value)]


@functools.cache
def _name_of(kind: Any) -> str:
    """Name of a kind of number, which numpy puts together each time."""
    return str(kind.name)


def _ready(function: Kept, form: Any, args: tuple[Any, ...]) -> Any:
    """Machine code for arguments of a form, from the disk or made now; None: cannot be kept."""
    key = _key(function, form)
    loader: Any = nanoward.__spec__.loader
    plain = function.__wrapped__  # type: ignore[attr-defined]
    short = hashlib.sha256(f"{plain.__module__}.{plain.__qualname__}{form!r}".encode())
    path = f"{nanoward.__path__[0]}/maths/__pycache__/kept-{short.hexdigest()[:24]}.o"
    try:
        found = _unpacked(loader.get_data(path), key)
    except OSError:
        found = None
    if found is None:
        if not _can_keep(loader, path):
            return None
        found = _made(function, form, args)
        if found is None:
            return None
        loader.set_data(path, _packed(key, *found))
    return _run_from(*found, form)


def _can_keep(loader: Any, path: str) -> bool:
    """Whether a file can be written; where not, numba keeps its own in a folder of the user."""
    loader.set_data(path, b"")  # tells of nothing that goes wrong
    try:
        return bool(loader.get_data(path) == b"")
    except OSError:
        return False


def _key(function: Kept, form: Any) -> str:
    """All that machine code depends on."""
    import llvmlite
    from llvmlite import binding

    plain = function.__wrapped__  # type: ignore[attr-defined]
    told = [plain.__module__, plain.__qualname__, repr(form)]
    told.append(sources_sha256(plain.__module__))
    told += [version("numba"), llvmlite.__version__, np.__version__]
    told += [binding.get_host_cpu_name(), binding.get_host_cpu_features().flatten()]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _packed(key: str, symbol: str, code: bytes) -> bytes:
    body = f"{key}\n{symbol}\n".encode() + code
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def _unpacked(content: bytes, key: str) -> tuple[str, bytes] | None:
    """Symbol and code, if they are whole and made for this key."""
    digest, _, body = content.partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != digest:
        return None
    owner, symbol, code = body.split(b"\n", 2)
    return (symbol.decode(), code) if owner.decode() == key else None


def _made(function: Kept, form: Any, args: tuple[Any, ...]) -> tuple[str, bytes] | None:
    """Compile a function that takes addresses and numbers one by one, and hands them on."""
    from nanoward.maths.jit.numba_pipeline import is_tried

    if not is_tried():
        return None  # it answers itself, a second later
    nb = _numba()
    handed, types = _handed(function, form, args)
    made = nb.njit(
        nb.void(*types),
        error_model="numpy",
        _nrt=False,
        no_cpython_wrapper=True,
        no_cfunc_wrapper=True,
    )(handed)
    found = made.overloads[tuple(types)]
    library = found.library
    library._ensure_finalized()  # noqa: SLF001 - numba offers no public way
    module = library._final_module  # noqa: SLF001
    process = ctypes.CDLL(None)
    asked = [one.name for one in module.functions if one.is_declaration]
    if not all(name.startswith("llvm.") or hasattr(process, name) for name in asked):
        return None  # code that calls into the compiler's own library
    code = library.codegen._tm.emit_object(module)  # noqa: SLF001
    return found.fndesc.llvm_func_name, code


def _handed(function: Kept, form: Any, args: tuple[Any, ...]) -> tuple[Any, list[Any]]:
    """A function of plain numbers and addresses that calls this one, and their types."""
    nb = _numba()
    source = _Source()
    parts = [source.taken(one, value) for one, value in zip(form[1:], args, strict=True)]
    returned = function._returned  # noqa: SLF001 - one thing in two parts
    lines = [f"    told = function({', '.join(parts)})"]
    lines += ["    out[0] = told"] if returned == 1 else []
    lines += [f"    out[{at}] = told[{at}]" for at in range(returned) if returned > 1]
    head = f"def handed({', '.join([*source.names, 'out'])}):"
    text = "\n".join([head, *source.lines, *lines])
    known: dict[str, Any] = {"function": function, "array_at": _array_at(), **source.classes}
    exec(compile(text, "<handed>", "exec"), known)  # noqa: S102 - written above, from types
    return known["handed"], [*source.types, nb.types.CPointer(nb.int64)]


def _array_at() -> Any:
    """The array of some sizes at an address, for compiled functions that hold none."""
    types = _numba().types
    parts: Any = importlib.import_module("numba.np.arrayobj")

    def array_at(typingctx: Any, address: Any, sizes: Any) -> Any:
        del typingctx

        def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            kind = signature.return_type
            array = parts.make_array(kind)(context, builder)
            whole = context.get_value_type(types.intp)
            size = context.get_abi_sizeof(context.get_data_type(kind.dtype))
            step = whole(size)
            shape = [builder.extract_value(args[1], at) for at in range(kind.ndim)]
            steps: list[Any] = []
            for one in reversed(shape):
                steps.insert(0, step)
                step = builder.mul(step, one)
            data = builder.bitcast(args[0], array.data.type)
            parts.populate_array(array, data, shape, steps, whole(size), None)
            return array._getvalue()  # noqa: SLF001 - as numba's own arrays are made

        return types.Array(address.dtype, len(sizes), "C")(address, sizes), code

    return _numba().extending.intrinsic(array_at)


class _Source:
    """The lines of a function that puts arrays and tuples together again."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.types: list[Any] = []
        self.lines: list[str] = []
        self.classes: dict[str, Any] = {}

    def taken(self, form: Any, value: Any) -> str:
        """Ask for the parts of one argument; an expression that gives it."""
        types = _numba().types
        if isinstance(form, str):
            name = self._asked(
                types.float64
                if form == "float64"
                else getattr(types, "int64" if form == "bool" else form)
            )
            return f"({name} != 0)" if form == "bool" else name
        if form[0] == "array":
            address = self._asked(types.CPointer(_numba().from_dtype(value.dtype)))
            sizes = [self._asked(types.int64) for _ in range(form[2])]
            self.lines.append(f"    of_{address} = array_at({address}, ({', '.join(sizes)},))")
            return f"of_{address}"
        parts = [self.taken(one, own) for one, own in zip(form[1:], value, strict=True)]
        inside = f"({', '.join(parts)},)"
        if form[0] == "tuple":
            return inside
        self.classes[form[0]] = type(value)
        return f"{form[0]}{inside}"

    def _asked(self, kind: Any) -> str:
        self.names.append(f"one{len(self.names)}")
        self.types.append(kind)
        return self.names[-1]


def _run_from(symbol: str, code: bytes, form: Any) -> Any:
    """The function in an object file, ready to be called."""
    address = _loaded(code).get_function_address(symbol)
    kinds = [ctypes.c_void_p, ctypes.c_void_p, *_kinds(form), ctypes.c_void_p]
    return ctypes.CFUNCTYPE(ctypes.c_int32, *kinds)(address)


def _kinds(form: Any) -> list[Any]:
    if isinstance(form, str):
        named = {"float64": ctypes.c_double, "uint64": ctypes.c_uint64}
        return [named.get(form, ctypes.c_int64)]
    if form[0] == "array":
        return [ctypes.c_void_p, *[ctypes.c_int64] * form[2]]
    return [kind for one in form[1:] for kind in _kinds(one)]


@functools.cache
def _loaded(code: bytes) -> Any:
    """An engine that holds this code, kept as long as the process lasts."""
    from llvmlite import binding

    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    machine = binding.Target.from_default_triple().create_target_machine()
    engine = binding.create_mcjit_compiler(binding.parse_assembly(""), machine)
    engine.add_object_file(binding.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return engine
