#!/usr/bin/env python3
"""Writes the .npy files of tests/unit/test_read.c as C: name, bytes, shape, entries.

    tests/reference/make_npy.py        (needs numpy; prints the rows of `genuine`)
"""
import io

import numpy
from numpy.lib import format as npy

TYPES = ["|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8"]


def sample(name):
    """Six entries of that type, its extremes among them."""
    kind = numpy.dtype(name)
    if kind.kind == "b":
        return numpy.array([1, 0, 0, 1, 1, 0], kind)
    if kind.kind in "iu":
        ends = numpy.iinfo(kind)
        return numpy.array([ends.min, ends.max, 0, 1, 100, ends.max // 3], kind)
    ends = numpy.finfo(kind)
    return numpy.array([ends.max, -ends.tiny, ends.tiny / 2, 0.1, -numpy.inf, -2.5], kind)


def c_string(data):
    """The bytes as C strings of some 60 columns each."""
    parts = [""]
    for byte in data:
        char = chr(byte)
        plain = 32 <= byte < 127 and char not in '"\\?'
        parts[-1] += char if plain else "\\%03o" % byte
        if len(parts[-1]) > 60:
            parts.append("")
    return "\n     ".join('"%s"' % part for part in parts if part)


def row(name, array, version):
    out = io.BytesIO()
    npy.write_array(out, array, version=version)
    data = out.getvalue()
    shape = array.shape if array.ndim > 1 else (array.size, 1)
    values = numpy.ascontiguousarray(array).astype("<f8").ravel()
    print('    {"%s",\n     %s,\n     %d,' % (name, c_string(data), len(data)))
    print("     {.rank = %d, .size = {%s}}," % (len(shape), ", ".join(map(str, shape))))
    written = (repr(v) if numpy.isfinite(v) else "-INFINITY" for v in values.tolist())
    print("     {%s}}," % ", ".join(written))


for type_name in TYPES:
    row(type_name, sample(type_name).reshape(2, 3), (1, 0))
counting = numpy.arange(1.0, 25.0)
row("a number", numpy.array(2.5), (1, 0))
row("a vector", counting[:3], (1, 0))
row("Fortran order", numpy.asfortranarray(counting[:6].astype("<u1").reshape(2, 3)), (1, 0))
row("Fortran order, 4 axes",
    numpy.asfortranarray(counting.astype("<u1").reshape(2, 3, 1, 4)), (1, 0))
row("3 axes", counting[:12].astype("<u1").reshape(2, 2, 3), (1, 0))
row("version 2", counting[:2].astype("<u1"), (2, 0))
row("version 3", counting[:2].astype("<u1"), (3, 0))
