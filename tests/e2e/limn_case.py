"""What the end-to-end tests share: running the programs, and small pictures made on the spot. Standard library only."""
import os
import shutil
import struct
import subprocess
import tempfile
import unittest
import zlib

BIN = os.environ["LIMN_BIN"]
SOURCE = os.environ["LIMN_SOURCE"]


def write_png(path, width, height, colour):
    """colour(x, y) -> (r, g, b)"""
    rows = b"".join(b"\0" + bytes(v for x in range(width) for v in colour(x, y)) for y in range(height))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


class LimnCase(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="limn-")
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def run_program(self, program, *arguments, code=0):
        done = subprocess.run([os.path.join(BIN, program), *arguments], cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(done.returncode, code, f"{program} {arguments}\n{done.stdout}\n{done.stderr}")
        return done

    def assert_one_error(self, done, *words):
        """One message, with what, where and remedy, naming `words`."""
        self.assertEqual(done.stderr.count("limn: error:"), 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)
