#!/usr/bin/env python3
"""What make install leaves: a program that finds its weights, and a library that find_package(limn) finds.

Usage: install_test.py [CLASS]. Environment: LIMN_BIN, the folder of the binaries; LIMN_C, the shared library;
LIMN_SOURCE, the repository.
"""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

BIN, SOURCE = pathlib.Path(os.environ["LIMN_BIN"]), pathlib.Path(os.environ["LIMN_SOURCE"])
LIBRARY = pathlib.Path(os.environ["LIMN_C"])
PROJECT = """cmake_minimum_required(VERSION 3.25)
project(user CXX)
find_package(limn REQUIRED)
add_executable(user main.cpp)
target_link_libraries(user PRIVATE limn::limn)
"""
PROGRAM = """#include <cstdio>
#include "limn/infer/predictor.h"
int main(int, char** words) {
  const limn::Predictor predictor = limn::Predictor::load(words[1]);
  limn::Image image(64, 64);
  std::printf("%zu joints\\n", predictor.predict(image, {limn::Vec2(32, 32), 64}).joints_px.size());
}
"""


class Install(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="limn-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.environment = {k: v for k, v in os.environ.items() if k != "LIMN_MODEL"}

    def run_quietly(self, *words):
        result = subprocess.run(list(map(str, words)), env=self.environment, text=True, capture_output=True, timeout=250)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result.stdout

    def install(self):
        prefix = self.folder / "prefix"
        self.run_quietly("cmake", "--install", BIN.parent, "--prefix", prefix)
        return prefix

    def test_c_links_by_pkg_config_and_by_cmake(self):
        prefix = self.install()
        user = self.folder / "c_user"
        user.mkdir()
        shutil.copy(SOURCE / "tests" / "capi_user.c", user / "main.c")
        self.environment["PKG_CONFIG_PATH"] = str(next(prefix.rglob("limn.pc")).parent)
        flags = self.run_quietly("pkg-config", "--cflags", "--libs", "limn").split()
        self.run_quietly("cc", "-std=c99", user / "main.c", "-o", user / "user", *flags)
        (user / "CMakeLists.txt").write_text(PROJECT.replace("CXX", "C CXX").replace("main.cpp", "main.c").replace(
            "limn::limn", "limn::c"))
        self.run_quietly("cmake", "-S", user, "-B", user / "build", "-DCMAKE_PREFIX_PATH=" + str(prefix))
        self.run_quietly("cmake", "--build", user / "build")
        self.environment["LD_LIBRARY_PATH"] = str(next(prefix.rglob("liblimn_c.so")).parent)
        model = prefix / "share" / "limn" / "models" / "limn-s.safetensors"
        said = self.run_quietly(user / "user", model)
        self.assertEqual(len(said.splitlines()), 27)
        self.assertEqual(self.run_quietly(user / "build" / "user", model), said)

    def test_the_dockerfile_names_every_library(self):
        if not pathlib.Path("/etc/debian_version").read_text().startswith("12") or not shutil.which("readelf"):
            self.skipTest("package names are those of Debian 12; readelf (binutils) says what is linked")
        found = dict(re.findall(r"^\s+(\S+) .*=> (\S+)$", self.run_quietly("/sbin/ldconfig", "-p"), re.M))
        final_stage = (SOURCE / "Dockerfile").read_text().rpartition("FROM ")[2]
        for binary in (BIN / "limn", LIBRARY):
            for library in re.findall(r"NEEDED.*\[(.*)\]", self.run_quietly("readelf", "-d", binary)):
                if re.match(r"lib(c|m|stdc\+\+|gcc_s)\.so|ld-linux", library):
                    continue  # in every Debian
                package = self.run_quietly("dpkg", "-S", pathlib.Path(found[library]).resolve()).split(":")[0]
                self.assertIn(package, final_stage.split(), f"{binary.name} links {library}")

    def test_the_program_runs_and_a_project_links(self):
        prefix = self.install()
        self.assertIn("onnx", self.run_quietly(prefix / "bin" / "limn", "export", "--help"))
        # No model is named: the installed one is found.
        self.run_quietly(prefix / "bin" / "limn", "export", "--onnx", self.folder / "model.onnx")
        self.assertFalse(list(prefix.rglob("*_test*")) + list(prefix.rglob("cycle")))
        user = self.folder / "user"
        user.mkdir()
        (user / "CMakeLists.txt").write_text(PROJECT)
        (user / "main.cpp").write_text(PROGRAM)
        self.run_quietly("cmake", "-S", user, "-B", user / "build", "-DCMAKE_PREFIX_PATH=" + str(prefix))
        self.run_quietly("cmake", "--build", user / "build")
        model = prefix / "share" / "limn" / "models" / "limn-s.safetensors"
        self.assertEqual(self.run_quietly(user / "build" / "user", model), "27 joints\n")


if __name__ == "__main__":
    unittest.main()
