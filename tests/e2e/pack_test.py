#!/usr/bin/env python3
"""limn pack: shards that other programs read, training's own pairs, the same bytes whatever happens on the way, errors.

Usage: pack_test.py CLASS. Environment: LIMN_BIN, the folder of the binaries.
"""
import json
import signal
import subprocess
import time
import unittest

from predict_test import BIN, Case, everything_in
from synth_test import groups


class PackCase(Case):
    def setUp(self):
        super().setUp()
        self.videos = self.folder / "videos"
        self.arguments = ("--model", "none", "--size", 64, "--quiet")

    def pack(self, *words, out="out"):
        return self.limn("pack", self.videos, "--out", self.folder / out, *self.arguments, *words)

    def bytes_of(self, out):
        root = self.folder / out
        return {name: (root / name).read_bytes() for name in everything_in(root) if (root / name).is_file()}


class Pack(PackCase):
    def test_shards_hold_what_the_documentation_says(self):
        self.fixture("walk", "videos/deep/walk.mp4", 60)
        self.fixture("person", "videos/photo.jpg")
        sheet = self.folder / "sheet.png"
        result = self.pack("--sheet", sheet)
        self.succeeds(result)
        self.assertEqual(everything_in(self.out), ["pack.json", "packed-000000.json", "packed-000000.tar", "plates",
                                                   "plates/plate000000-0000.jpg", "report.json"])
        self.assertTrue(sheet.read_bytes().startswith(b"\x89PNG"))
        report = json.loads((self.out / "report.json").read_text())
        self.assertEqual((report["frames"], report["clips"], report["plates"], report["problems"]), (13, 2, 1, []))
        self.assertIn(f"{report['crops']} crops in 2 clips", result.stdout)
        samples = groups(self.out / "packed-000000.tar")
        self.assertEqual(len(samples), report["crops"])
        windows = set()
        for key, files in samples:
            self.assertEqual(set(files), {"jpg", "json"})
            self.assertEqual(files["jpg"][:2], b"\xff\xd8")
            about = json.loads(files["json"])
            self.assertEqual((about["format"], about["version"]), ("limn.packed", 1))
            self.assertTrue(key.startswith(about["clip"] + "_"))
            if about["source"] == "photo.jpg":
                self.assertEqual((about["static"], about["found_by"], about["box"]), (False, "whole", None))
                continue
            self.assertEqual((about["source"], about["static"], about["found_by"]), ("deep/walk.mp4", True, "motion"))
            left, top, right, bottom = about["box"]
            self.assertTrue(-1.05 <= left < right <= 1.05 and -1.05 <= top < bottom <= 1.05)
            windows.add(json.dumps(about["crop"]))
        self.assertEqual(len(windows), 1)

    def test_plates_stand_behind_synthetic_people(self):
        self.fixture("walk", "videos/walk.mp4", 60)
        self.succeeds(self.pack())
        self.succeeds(self.limn("synth", "--count", 1, "--size", 32, "--quiet", "--out", self.folder / "people", "--set",
                                f'synth.backgrounds=["{self.out / "plates"}"]'))

    def test_a_model_looks_at_pictures(self):
        self.fixture("model", "model.safetensors")
        self.fixture("person", "videos/photo.jpg")
        self.arguments = ("--model", self.folder / "model.safetensors", "--score", 0, "--quiet")
        self.succeeds(self.pack())
        ((_, files),) = groups(self.out / "packed-000000.tar")
        self.assertEqual(json.loads(files["json"])["found_by"], "model")


class PackInterrupted(PackCase):
    def stopped(self, how):
        for i in range(6):
            self.fixture("walk", f"videos/{i}.mp4", 250)
        process = subprocess.Popen([BIN / "limn", "pack", self.videos, "--out", self.out, *map(str, self.arguments)],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environment)
        for _ in range(3000):
            if self.out.exists() and any("partial" in name for name in everything_in(self.out)):
                break
            time.sleep(0.005)
        process.send_signal(how)
        _, errors = process.communicate(timeout=60)
        return process.returncode, errors

    def check_continues(self):
        self.succeeds(self.pack())
        self.succeeds(self.pack(out="straight"))
        self.assertEqual(self.bytes_of("out"), self.bytes_of("straight"))

    def test_ctrl_c_leaves_whole_files(self):
        code, errors = self.stopped(signal.SIGINT)
        self.assertEqual(code, 130, errors)
        self.assertEqual(errors.count("limn: error:"), 1, errors)
        self.assertFalse([n for n in everything_in(self.out) if "partial" in n])
        self.check_continues()

    def test_killed_and_continued_gives_the_same_bytes(self):
        self.stopped(signal.SIGKILL)
        self.check_continues()


class PackBadInput(PackCase):
    def test_one_bad_file_costs_itself(self):
        self.fixture("walk", "videos/walk.mp4", 60)
        (self.videos / "broken.mp4").write_text("a letter")
        result = self.pack()
        self.succeeds(result)
        self.assertIn("broken.mp4", result.stderr)
        self.assertIn("1 files could not be read", result.stdout)

    def test_nothing_to_pack(self):
        self.videos.mkdir()
        self.fails(self.pack(), 3, "no pictures or videos")
        (self.videos / "broken.mp4").write_text("a letter")
        result = self.pack()
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertIn("nothing could be packed", result.stderr)

    def test_other_arguments_change_nothing(self):
        self.fixture("walk", "videos/walk.mp4", 60)
        self.succeeds(self.pack())
        before = self.bytes_of("out")
        result = self.pack("--rate", 2)
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertIn("frames_per_second is 5.0 there and 2.0 here", result.stderr)
        self.assertEqual(self.bytes_of("out"), before)

    def test_wrong_use(self):
        self.fixture("walk", "videos/walk.mp4", 10)
        self.fails(self.limn("pack"), 2, "SOURCE")
        self.fails(self.limn("pack", self.videos), 2, "--out")
        self.fails(self.limn("pack", self.folder / "absent", "--out", self.out, "--model", "none"), 3, "absent")
        self.fails(self.limn("pack", self.videos, "--out", self.out, "--model", self.folder / "no.safetensors"), 4, "no.saf")
        self.fails(self.pack("--rate", 0), 2, "out of range")
        self.fails(self.pack("--sheet", self.folder / "sheet.jpg"), 2, "sheet.jpg")
        self.fails(self.pack("--score", 2), 2, "--score")


if __name__ == "__main__":
    unittest.main()
