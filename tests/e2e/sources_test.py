#!/usr/bin/env python3
"""What limn predict takes as SOURCE, and what it does with sources that are too large, damaged, or that the disk has no
room for.

Usage: sources_test.py CLASS. Environment: LIMN_BIN, the folder of the binaries. ffmpeg, where installed, makes the videos
that Limn's own writer does not.
"""
import json
import os
import resource
import shutil
import struct
import subprocess
import time
import unittest
import zlib

from predict_test import BIN, Case, everything_in

needs_ffmpeg = unittest.skipUnless(shutil.which("ffmpeg"), "ffmpeg is not installed")


def ffmpeg(*words):
    subprocess.run(["ffmpeg", "-loglevel", "error", "-y", *map(str, words)], check=True)


def png_header(width, height):
    """A PNG that claims a size and holds a few bytes."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b""))


class SourceCase(Case):
    def frames(self, *folders):
        return json.loads((self.out.joinpath(*folders) / "poses.json").read_text())["frames"]

    def predict_several(self, *words):
        model = self.folder / "model.safetensors"
        if not model.exists():
            self.fixture("model", "model.safetensors")
        return self.limn("predict", *words, "--out", self.out, "--model", model, "--box", "whole", "--format", "json", "--raw")


class Sources(SourceCase):
    def test_a_quoted_pattern(self):
        for name in ("in/b.jpg", "in/a.jpg", "in/c.jpeg"):
            self.fixture("jpeg", name)
        self.succeeds(self.predict_several(self.folder / "in" / "*.jpg"))
        self.assertEqual([f["file"] for f in self.frames()], ["a.jpg", "b.jpg"])

    def test_a_name_that_looks_like_a_pattern(self):
        self.fixture("jpeg", "a[1].jpg")
        self.succeeds(self.predict_several(self.folder / "a[1].jpg"))
        self.assertEqual([f["file"] for f in self.frames()], ["a[1].jpg"])

    def test_pictures_of_several_words_are_one_set(self):
        for name in ("z.jpg", "in/b.jpg", "in/a.jpg"):
            self.fixture("jpeg", name)
        self.succeeds(self.predict_several(self.folder / "z.jpg", self.folder / "in"))
        self.assertEqual([f["file"] for f in self.frames()], ["z.jpg", "a.jpg", "b.jpg"])

    def test_videos_get_folders_of_their_own(self):
        self.fixture("jpeg", "a.jpg")
        self.fixture("video", "in/clip.mp4", 3)
        self.fixture("video", "in/clip.mkv", 4)
        self.succeeds(self.predict_several(self.folder / "in" / "clip.*", self.folder / "a.jpg"))
        self.assertEqual(everything_in(self.out),
                         ["clip", "clip-2", "clip-2/poses.json", "clip/poses.json", "poses.json"])
        self.assertEqual([len(self.frames(f)) for f in ("", "clip", "clip-2")], [1, 4, 3])  # .mkv comes before .mp4

    def test_one_video_of_a_pattern_needs_no_folder(self):
        self.fixture("video", "in/clip.mp4", 3)
        self.succeeds(self.predict_several(self.folder / "in" / "*"))
        self.assertEqual(everything_in(self.out), ["poses.json"])

    @needs_ffmpeg
    def test_a_turned_video_is_read_upright(self):
        plain = self.fixture("video", "plain.mp4", 3)
        ffmpeg("-i", plain, "-c", "copy", "-metadata:s:v:0", "rotate=90", self.folder / "turned.mp4")
        self.succeeds(self.predict_several(self.folder / "turned.mp4"))
        self.assertEqual([(f["width"], f["height"]) for f in self.frames()], [(60, 80)] * 3)

    def test_what_is_not_there(self):
        self.fails(self.predict_several(self.folder / "*.jpg"), 3, "no file matches", "*.jpg")
        self.fails(self.predict_several(self.fixture("jpeg", "a.jpg"), self.folder / "b.jpg"), 3, "b.jpg")
        self.fails(self.predict_several("/dev/zero"), 3, "no file", "/dev/zero")

    def test_cameras_that_are_not_there(self):
        for word in ("webcam:", "webcam:x", "webcam:-1", "webcam:1000", "webcam:0.5"):
            self.fails(self.predict_several(word), 2, "camera", word)
        self.fails(self.predict_several("webcam:250"), 3, "camera", "/dev/video250")


class Robust(SourceCase):
    def test_absurd_pictures_are_refused_by_their_header(self):
        model, picture = self.fixture("model", "model.safetensors"), self.folder / "huge.png"
        picture.write_bytes(png_header(60000, 60000))
        gigabytes = 2 << 30  # the picture would take ten
        begin = time.monotonic()
        result = subprocess.run([BIN / "limn", "predict", picture, "--out", self.out, "--model", model], text=True,
                                capture_output=True, env={**self.environment, "OMP_NUM_THREADS": "1"}, timeout=60,
                                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (gigabytes, gigabytes)))
        self.fails(result, 3, "60000 x 60000", "huge.png", "--max-pixels")
        self.assertLess(time.monotonic() - begin, 30)

    def test_the_limit_is_a_setting(self):
        picture, video = self.fixture("jpeg", "a.jpg"), self.fixture("video", "clip.mp4", 3)
        for source in (picture, video):
            self.fails(self.predict_several(source, "--max-pixels", 80 * 60 - 1), 3, "80 x 60", source.name)
            self.succeeds(self.predict_several(source, "--max-pixels", 80 * 60))
            shutil.rmtree(self.out)

    def test_of_many_pictures_a_large_one_is_left_out(self):
        self.fixture("jpeg", "in/a.jpg")
        (self.folder / "in" / "huge.png").write_bytes(png_header(60000, 60000))
        result = self.predict_several(self.folder / "in")
        self.succeeds(result)
        self.assertIn("huge.png", result.stderr)
        self.assertEqual([f["file"] for f in self.frames()], ["a.jpg"])

    @needs_ffmpeg
    def test_a_damaged_frame_costs_one_frame(self):
        plain, film = self.fixture("video", "plain.mp4", 20), self.folder / "film.avi"
        ffmpeg("-i", plain, "-c:v", "mjpeg", "-q:v", 3, film)
        self.succeeds(self.predict_several(film))
        whole = {round(f["seconds"] * 25): f.get("people", f.get("person")) for f in self.frames()}
        data = bytearray(film.read_bytes())
        at = -1
        for _ in range(8):  # the eighth picture
            at = data.index(b"\xff\xd8\xff", at + 1)
        data[at:at + 250] = bytes(250)  # its tables
        film.write_bytes(data)
        self.succeeds(self.predict_several(film))
        found = {round(f["seconds"] * 25): f.get("people", f.get("person")) for f in self.frames()}
        self.assertEqual([t for t in range(20) if found.get(t) != whole[t]], [7])

    @needs_ffmpeg
    def test_a_video_whose_frames_grow_stays_within_the_limit(self):
        small, large = self.folder / "small.ts", self.folder / "large.ts"
        for path, size in ((small, "80x60"), (large, "320x240")):
            ffmpeg("-f", "lavfi", "-i", f"testsrc=size={size}:rate=25:duration=0.4", "-c:v", "libx264", "-pix_fmt", "yuv420p",
                   path)
        both = self.folder / "both.ts"
        both.write_bytes(small.read_bytes() + large.read_bytes())
        self.succeeds(self.predict_several(both, "--max-pixels", 10000))
        self.assertTrue(8 <= len(self.frames()) <= 12, len(self.frames()))

    def on_a_small_disk(self, *words):
        """Runs the program with a disk of 32 KiB at `self.out`; what lies there afterwards, and the result."""
        self.out.mkdir()
        script = 'mount -t tmpfs -o size=32k tmpfs "$0" || exit 77; "$@"; code=$?; find "$0" -mindepth 1 >&2; exit $code'
        try:
            result = subprocess.run(["unshare", "--map-root-user", "--mount", "sh", "-c", script, self.out, BIN / "limn",
                                     *map(str, words)], text=True, capture_output=True, env=self.environment, timeout=120)
        except FileNotFoundError:
            self.skipTest("no unshare (util-linux)")
        if result.returncode in (1, 77) and "limn" not in result.stderr:
            self.skipTest("a user may not mount a disk of their own here: " + result.stderr.strip())
        self.out.rmdir()
        return result

    def test_a_full_disk_leaves_nothing(self):
        model, video = self.fixture("model", "model.safetensors"), self.fixture("video", "clip.mp4", 30)
        self.succeeds(self.predict_several(video))
        poses = self.folder / "poses.json"
        shutil.move(self.out / "poses.json", poses)
        shutil.rmtree(self.out)
        predict = ("predict", video, "--out", self.out / "r", "--model", model, "--box", "whole", "--format")
        for words in ((*predict, "json"), (*predict, "overlay,csv"), ("convert", poses, "--out", self.out / "r", "--format", "json"),
                      ("convert", poses, "--out", self.out / "r", "--format", "glb,npz"),
                      ("synth", "--out", self.out / "s", "--count", 40, "--size", 64, "--quiet"),
                      ("synth", "--sheet", self.out / "sheet.png", "--count", 9, "--size", 64, "--quiet")):
            result = self.on_a_small_disk(*words)
            self.assertEqual(result.returncode, 3, f"{words}\n{result.stdout}\n{result.stderr}")
            self.assertEqual(result.stderr.count("limn: error:"), 1, result.stderr)
            self.assertIn("No space left", result.stderr)
            left = [line for line in result.stderr.splitlines() if line.startswith(str(self.out) + "/")]
            self.assertFalse([line for line in left if "partial" in line], left)
            if words[0] != "synth":  # whose whole shards stay, to be gone on with
                self.assertEqual(left, [])

    def test_a_closed_pipe_does_not_stop_the_work(self):
        model, video = self.fixture("model", "model.safetensors"), self.fixture("video", "clip.mp4", 20)
        read, write = os.pipe()
        os.close(read)  # nobody listens
        done = subprocess.run([BIN / "limn", "predict", video, "--out", self.out, "--model", model, "--format", "json"],
                              stdout=write, stderr=write, env=self.environment, timeout=100)
        os.close(write)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(everything_in(self.out), ["poses.json"])
        self.assertEqual(len(self.frames()), 20)


if __name__ == "__main__":
    unittest.main()
