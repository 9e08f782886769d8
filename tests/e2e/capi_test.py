#!/usr/bin/env python3
"""The C interface as other languages use it: from C99, and from Python through ctypes; what the shared library shows.

Usage: capi_test.py CLASS. Environment: LIMN_BIN, the folder of the binaries; LIMN_C, the shared library.
"""
import ctypes
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

BIN, LIBRARY = pathlib.Path(os.environ["LIMN_BIN"]), pathlib.Path(os.environ["LIMN_C"])


class Error(ctypes.Structure):
    _fields_ = [("code", ctypes.c_int), ("message", ctypes.c_char * 512)]


class Picture(ctypes.Structure):
    _fields_ = [("rgb", ctypes.c_char_p), ("width", ctypes.c_int), ("height", ctypes.c_int), ("stride", ctypes.c_size_t)]


class Box(ctypes.Structure):
    _fields_ = [(name, ctypes.c_float) for name in ("x", "y", "width", "height")]


def load_library():
    limn = ctypes.CDLL(str(LIBRARY))
    for name in ("limn_load", "limn_predict"):
        getattr(limn, name).restype = ctypes.c_void_p
    for name in ("limn_version", "limn_joint_name"):
        getattr(limn, name).restype = ctypes.c_char_p
    for name in ("limn_joints_px", "limn_local_rotations", "limn_local_quaternions"):
        getattr(limn, name).restype = ctypes.POINTER(ctypes.c_float)
    for name in ("limn_free", "limn_people_free", "limn_joint_count", "limn_people_count"):
        getattr(limn, name).argtypes = [ctypes.c_void_p]
    for name in ("limn_joint_name", "limn_joint_parent", "limn_joints_px", "limn_local_rotations", "limn_local_quaternions"):
        getattr(limn, name).argtypes = [ctypes.c_void_p, ctypes.c_int]
    limn.limn_predict.argtypes = [ctypes.c_void_p, ctypes.POINTER(Picture), ctypes.c_int, ctypes.POINTER(Box),
                                  ctypes.POINTER(Error)]
    return limn


class CApi(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="limn-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.model = self.folder / "model.safetensors"
        subprocess.run([BIN / "limn_e2e_fixtures", "model", self.model], check=True)

    def from_c(self, model):
        return subprocess.run([BIN / "limn_capi_user", model], text=True, capture_output=True, timeout=60)

    def test_c_and_python_see_the_same_person(self):
        result = self.from_c(self.model)
        self.assertEqual(result.returncode, 0, result.stderr)
        lines = [line.split() for line in result.stdout.splitlines()]
        limn = load_library()
        error = Error()
        predictor = limn.limn_load(str(self.model).encode(), 0, ctypes.byref(error))
        self.assertTrue(predictor, error.message)
        self.assertEqual(error.code, 0)
        pixels = bytes(i % 251 for i in range(200 * 40))
        people = limn.limn_predict(predictor, Picture(pixels, 60, 40, 200), 2, Box(10, 5, 30, 30), error)
        self.assertEqual(limn.limn_people_count(people), 1, error.message)
        px, q = limn.limn_joints_px(people, 0), limn.limn_local_quaternions(people, 0)
        matrices = limn.limn_local_rotations(people, 0)
        self.assertEqual(limn.limn_joint_count(predictor), len(lines))
        for j, (name, parent, x, y, *wxyz) in enumerate(lines):
            self.assertEqual(limn.limn_joint_name(predictor, j).decode(), name)
            self.assertEqual(limn.limn_joint_parent(predictor, j), int(parent))
            self.assertTrue(abs(px[2 * j] - float(x)) < 2e-3 and abs(px[2 * j + 1] - float(y)) < 2e-3, name)
            for k in range(4):
                self.assertAlmostEqual(q[4 * j + k], float(wxyz[k]), places=3)
            w = q[4 * j]  # the trace of the matrix and the quaternion say the same angle
            self.assertAlmostEqual(sum(matrices[9 * j + 4 * k] for k in range(3)), 4 * w * w - 1, places=4)
        limn.limn_people_free(people)
        limn.limn_free(predictor)

    def test_errors_reach_the_caller(self):
        result = self.from_c(self.folder / "missing.safetensors")
        self.assertEqual(result.returncode, 4)
        self.assertIn("missing.safetensors", result.stderr)
        limn, error = load_library(), Error()
        self.assertFalse(limn.limn_load(b"/no/such/file", 0, ctypes.byref(error)))
        self.assertEqual(error.code, 4)
        self.assertIn(b"/no/such/file", error.message)
        self.assertRegex(limn.limn_version().decode(), r"^\d+\.\d+\.\d+$")

    def test_only_its_own_functions_are_shown(self):
        if not shutil.which("nm"):
            self.skipTest("no nm (binutils)")
        symbols = subprocess.run(["nm", "-D", "--defined-only", LIBRARY], text=True, capture_output=True, check=True).stdout
        names = {line.split()[-1].split("@")[0] for line in symbols.splitlines()}
        header = (pathlib.Path(os.environ["LIMN_SOURCE"]) / "src/limn/capi/limn.h").read_text()
        self.assertEqual(names, set(re.findall(r"LIMN_API [^;(]*?(limn_\w+)\(", header)))


if __name__ == "__main__":
    unittest.main()
