#!/usr/bin/env python3
"""limn synth: shards that other programs read, the same bytes whatever happens on the way, and what it says of bad input.

Usage: synth_test.py CLASS. Environment: LIMN_BIN, the folder of the binaries.
"""
import json
import math
import signal
import struct
import subprocess
import tarfile
import time
import unittest
import zlib

from predict_test import BIN, Case, everything_in

SMALL = ("--size", 32, "--quiet")


def groups(tar_path):
    """The samples of a shard as WebDataset forms them: consecutive files whose names agree up to the first dot."""
    samples = []
    with tarfile.open(tar_path) as tar:
        for member in tar:
            key, _, extension = member.name.partition(".")
            if not samples or samples[-1][0] != key:
                samples.append((key, {}))
            assert extension not in samples[-1][1], member.name
            samples[-1][1][extension] = tar.extractfile(member).read()
    return samples


def grey_png(data):
    """(width, height, bits) of a grey PNG, its check sums verified."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, header = 8, None
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        assert zlib.crc32(kind + body) == struct.unpack(">I", data[at + 8 + length : at + 12 + length])[0]
        if kind == b"IHDR":
            header = struct.unpack(">IIBB", body[:10])
        at += 12 + length
    width, height, bits, colour = header
    assert colour == 0
    return width, height, bits


class SynthCase(Case):
    def synth(self, *words, out="out"):
        return self.limn("synth", "--out", self.folder / out, *words)

    def start(self, *words, out="out"):
        return subprocess.Popen([BIN / "limn", "synth", "--out", self.folder / out, *map(str, words)],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environment)

    def bytes_of(self, out):
        return {name: (self.folder / out / name).read_bytes() for name in everything_in(self.folder / out)}

    def wait_for_partial(self, process, whole, out="out"):
        """Until `whole` shards are there and another one is being written."""
        for _ in range(3000):
            names = everything_in(self.folder / out) if (self.folder / out).exists() else []
            if sum(n.startswith("limn-") for n in names) >= whole and any("partial" in n for n in names):
                return
            if process.poll() is not None:
                self.fail("it ended before it could be stopped: " + process.stderr.read())
            time.sleep(0.005)
        self.fail("no shard in time")


class Synth(SynthCase):
    def test_shards_hold_what_the_documentation_says(self):
        self.succeeds(self.synth("--count", 5, "--per-shard", 3, "--mask", "--depth", "--seed", 4, *SMALL))
        self.assertEqual(everything_in(self.out), ["limn-000000.tar", "limn-000001.tar", "synth.json"])
        samples = groups(self.out / "limn-000000.tar") + groups(self.out / "limn-000001.tar")
        self.assertEqual([key for key, _ in samples], [f"{i:08d}" for i in range(5)])
        for i, (_, files) in enumerate(samples):
            views = ("", "pair.")
            self.assertEqual(set(files), {v + e for v in views for e in ("jpg", "json", "mask.png", "depth.png")})
            for view in views:
                self.assertEqual(files[view + "jpg"][:2], b"\xff\xd8")
                self.assertEqual(grey_png(files[view + "mask.png"]), (32, 32, 8))
                self.assertEqual(grey_png(files[view + "depth.png"]), (32, 32, 16))
                self.check_labels(json.loads(files[view + "json"]), i, "appearance" if view else "target")

    def check_labels(self, labels, index, picture):
        self.assertEqual((labels["format"], labels["version"]), ("limn.person", 1))
        self.assertEqual((labels["seed"], labels["index"], labels["picture"]), (4, index, picture))
        self.assertEqual((labels["width"], labels["height"]), (32, 32))
        names = labels["joints"]
        focal, (cx, cy) = labels["camera"]["focal_px"], labels["camera"]["principal_px"]
        for j, name in enumerate(names):
            x, y, z = labels["joints_camera"][j]
            u, v = labels["joints_px"][j]
            if z > 0.01:
                self.assertAlmostEqual(u, focal * x / z + cx, delta=0.01, msg=name)
                self.assertAlmostEqual(v, focal * y / z + cy, delta=0.01, msg=name)
                inside = 0 <= u < 32 and 0 <= v < 32
                self.assertEqual(labels["visibility"][j] > 0, inside, name)
            self.assertEqual(labels["occluder"][j] != "none", labels["visibility"][j] == 1)
            self.assertIn(labels["occluder"][j], ("none", "self", "person", "thing"))
            self.assertAlmostEqual(sum(q * q for q in labels["local_rotations"][j]), 1, places=4)
            parent = labels["parents"][j]
            if parent >= 0:
                length = math.dist(labels["joints_camera"][j], labels["joints_camera"][parent])
                self.assertAlmostEqual(labels["bone_lengths"][j], length, places=4)

    def test_only_what_was_asked_for(self):
        self.succeeds(self.synth("--count", 2, "--no-pairs", *SMALL))
        for _, files in groups(self.out / "limn-000000.tar"):
            self.assertEqual(set(files), {"jpg", "json"})

    def test_same_bytes_on_any_number_of_workers(self):
        arguments = ("--count", 9, "--per-shard", 4, "--mask", *SMALL)
        self.succeeds(self.synth(*arguments, "--workers", 1, out="one"))
        self.succeeds(self.synth(*arguments, "--workers", 2, out="two"))
        self.assertEqual(self.bytes_of("one"), self.bytes_of("two"))
        self.succeeds(self.synth(*arguments, "--seed", 2, out="other"))
        self.assertNotEqual(self.bytes_of("one")["limn-000000.tar"], self.bytes_of("other")["limn-000000.tar"])

    def test_settings_of_the_generator(self):
        config = self.folder / "synth.toml"
        config.write_text("[synth]\nfacing_deg = 30\nclutter = 0.0\n")
        self.succeeds(self.synth("--count", 1, "--config", config, "--set", "synth.clutter=0.25", *SMALL))
        generator = json.loads((self.out / "synth.json").read_text())["generator"]
        self.assertEqual((generator["synth.facing_deg"], generator["synth.clutter"]), (30, 0.25))
        self.assertIn("synth.facing_deg", self.limn("synth", "--fields").stdout)

    def test_sheet_and_clip(self):
        sheet, clip = self.folder / "sheet.png", self.folder / "clip.mp4"
        self.succeeds(self.limn("synth", "--sheet", sheet, "--count", 5, "--clip", clip, "--seconds", 0.4, *SMALL))
        data = sheet.read_bytes()
        self.assertEqual(struct.unpack(">II", data[16:24]), (3 * 32 + 4 * 2, 2 * (32 + 11) + 3 * 2))  # 3 columns
        self.assertEqual(clip.read_bytes()[4:8], b"ftyp")
        plain = self.folder / "plain.png"
        self.succeeds(self.limn("synth", "--sheet", plain, "--count", 5, "--plain", *SMALL))
        self.assertEqual(struct.unpack(">II", plain.read_bytes()[16:24]), (3 * 32 + 4 * 2, 2 * 32 + 3 * 2))
        plain.unlink()
        self.assertEqual(everything_in(self.folder), ["clip.jsonl", "clip.mp4", "sheet.png"])
        frames = [json.loads(line) for line in (self.folder / "clip.jsonl").read_text().splitlines()]
        self.assertEqual(len(frames), 10)  # 0.4 s at 25 a second
        self.assertNotEqual(frames[0]["joints_px"], frames[9]["joints_px"])
        self.assertEqual(frames[0]["camera"], frames[9]["camera"])


class SynthInterrupted(SynthCase):
    ARGUMENTS = ("--count", 150, "--per-shard", 30, "--workers", 2, "--no-pairs", *SMALL)

    def test_killed_and_continued_gives_the_same_bytes(self):
        process = self.start(*self.ARGUMENTS)
        self.wait_for_partial(process, 1)
        process.kill()
        process.communicate()
        stopped = self.bytes_of("out")
        whole = {name for name in stopped if name.startswith("limn-")}
        self.assertTrue(1 <= len(whole) < 5, stopped.keys())
        for name in whole:
            self.assertEqual(len(groups(self.out / name)), 30)
        times = {name: (self.out / name).stat().st_mtime_ns for name in whole}
        self.succeeds(self.synth(*self.ARGUMENTS))
        self.assertEqual(times, {name: (self.out / name).stat().st_mtime_ns for name in whole})  # kept, not made again
        self.succeeds(self.synth(*self.ARGUMENTS, out="straight"))
        self.assertEqual(self.bytes_of("out"), self.bytes_of("straight"))

    def test_ctrl_c_leaves_whole_shards(self):
        process = self.start(*self.ARGUMENTS)
        self.wait_for_partial(process, 1)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, errors)
        self.assertEqual(errors.count("limn: error:"), 1, errors)
        names = everything_in(self.out)
        self.assertIn("synth.json", names)
        self.assertFalse([n for n in names if n != "synth.json" and not n.startswith("limn-")], names)
        for name in names:
            if name.startswith("limn-"):
                self.assertEqual(len(groups(self.out / name)), 30)


class SynthBadInput(SynthCase):
    def test_other_arguments_change_nothing(self):
        self.succeeds(self.synth("--count", 2, *SMALL))
        before = self.bytes_of("out")
        result = self.synth("--count", 3, *SMALL)
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertIn("count is 2 there and 3 here", result.stderr)
        self.assertEqual(self.synth("--count", 2, "--set", "synth.clutter=0.1", *SMALL).returncode, 3)
        self.assertEqual(self.bytes_of("out"), before)

    def test_a_folder_with_other_files(self):
        self.out.mkdir()
        (self.out / "notes.txt").write_text("kept")
        result = self.synth("--count", 2, *SMALL)
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertIn("notes.txt", result.stderr)
        self.assertEqual(everything_in(self.out), ["notes.txt"])

    def test_wrong_use(self):
        self.fails(self.limn("synth"), 2, "--out")
        self.fails(self.synth("--count", 0), 2, "--count")
        self.fails(self.synth("--count", "many"), 2, "--count")
        self.fails(self.synth("--size", 4), 2, "image size")
        self.fails(self.synth("--per-shard", 0), 2, "--per-shard")
        self.fails(self.synth("--workers", 0), 2, "--workers")
        self.fails(self.synth("--set", "synth.facing_dg=4"), 2, "synth.facing_deg")
        self.fails(self.synth("--set", "synth.clutter=2"), 2, "synth.clutter")
        self.fails(self.synth("--config", self.folder / "absent.toml"), 3, "absent.toml")
        self.fails(self.synth("--sheet", self.folder / "sheet.jpg"), 2, "sheet.jpg")
        self.fails(self.synth("--clip", self.folder / "clip.mp4", "--seconds", 0), 2, "--seconds")
        self.fails(self.synth("--sheet", self.folder / "absent" / "sheet.png"), 3, "absent")

    def test_output_is_a_file(self):
        (self.folder / "occupied").write_text("mine")
        result = self.synth("--count", 1, out="occupied")
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertEqual((self.folder / "occupied").read_text(), "mine")


if __name__ == "__main__":
    unittest.main()
