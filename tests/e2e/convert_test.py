#!/usr/bin/env python3
"""limn convert: poses and motions in other formats, and what it says of those that cannot be.

Usage: convert_test.py CLASS. Environment: LIMN_BIN, the folder of the binaries.
"""
import json
import shutil
import unittest

from predict_test import Case, everything_in


class ConvertCase(Case):
    def predicted(self, *formats):
        """A clip's poses as limn predict writes them, in a folder of their own."""
        results = self.folder / "results"
        video = self.fixture("video", "clip.mp4", 4)
        self.succeeds(self.predict(video, "--box", "whole", "--format", ",".join(formats)))
        shutil.rmtree(results, ignore_errors=True)
        shutil.move(self.out, results)
        return results

    def convert(self, source, formats):
        return self.limn("convert", source, "--out", self.out, "--format", formats)


class Convert(ConvertCase):
    def test_gives_what_predict_gave(self):
        formats = ("json", "coco", "openpose", "csv", "npz", "bvh", "glb")
        results = self.predicted(*formats)
        self.succeeds(self.convert(results / "poses.json", ",".join(formats)))
        self.assertEqual(everything_in(self.out), everything_in(results))
        self.assertEqual(json.loads((self.out / "poses.json").read_text())["header"],
                         json.loads((results / "poses.json").read_text())["header"])
        for name in ["coco.json", "poses.csv", "poses.json", "poses.bvh"]:
            self.assert_alike((self.out / name).read_text(), (results / name).read_text())
        for path in (results / "openpose").iterdir():
            self.assert_alike((self.out / "openpose" / path.name).read_text(), path.read_text())

    def test_tables_and_arrays_are_read_back(self):
        formats = ("json", "coco", "openpose", "csv", "npz", "bvh")
        results = self.predicted(*formats)
        for source in ("poses.csv", "poses.npz"):
            result = self.convert(results / source, ",".join(formats))
            self.succeeds(result)
            self.assertRegex(result.stdout, r"feet on the ground in \d+ % of the frames")
            self.assertEqual(everything_in(self.out), everything_in(results))
            before, after = (json.loads((folder / "poses.json").read_text()) for folder in (results, self.out))
            if source == "poses.csv":  # what the table does not hold
                for key in ("model", "smoothed"):
                    before["header"].pop(key), after["header"].pop(key)
            self.assertEqual(after["header"], before["header"])
            self.assert_alike(json.dumps(after["frames"]), json.dumps(before["frames"]))
            for name in ("coco.json", "poses.csv", "poses.bvh"):
                self.assert_alike((self.out / name).read_text(), (results / name).read_text())
            shutil.rmtree(self.out)

    def test_numpys_own_archives_are_read(self):
        try:
            import numpy
        except ImportError:
            self.skipTest("numpy is not installed")
        results = self.predicted("json", "npz")
        arrays = dict(numpy.load(results / "poses.npz"))
        arrays["joints_px"] = arrays["joints_px"].astype("f8")
        arrays.pop("file")  # numpy.savez takes it for its own argument
        arrays["mine"] = numpy.arange(3)
        numpy.savez_compressed(self.folder / "again.npz", **arrays)
        self.succeeds(self.convert(self.folder / "again.npz", "json"))
        before, after = ((folder / "poses.json").read_text() for folder in (results, self.out))
        self.assert_alike(after.replace("again", "clip.mp4"), before)

    def assert_alike(self, a, b):
        """The same words; numbers may differ in what rounding to the file's decimals costs."""
        split = lambda text: text.translate(str.maketrans(",:[]{}", "      ")).split()
        a, b = split(a), split(b)
        self.assertEqual(len(a), len(b))
        for x, y in zip(a, b):
            if x != y:
                self.assertAlmostEqual(float(x), float(y), delta=2e-3 * max(1, abs(float(x))))

    def test_two_d_formats_become_each_other(self):
        results = self.predicted("coco", "openpose")
        self.succeeds(self.convert(results / "openpose", "coco,openpose"))
        self.assertEqual(everything_in(self.out / "openpose"), everything_in(results / "openpose"))
        before, after = (json.loads((folder / "coco.json").read_text()) for folder in (results, self.out))
        self.assertEqual([e["image_id"] for e in before], [e["image_id"] for e in after])
        for x, y in zip(before[2]["keypoints"], after[2]["keypoints"]):
            self.assertAlmostEqual(x, y, places=2)
        shutil.rmtree(self.out)
        self.succeeds(self.convert(results / "coco.json", "openpose"))
        person = json.loads((self.out / "openpose" / "2_keypoints.json").read_text())["people"][0]["pose_keypoints_2d"]
        for x, y in zip(before[2]["keypoints"][:2], person[:2]):  # the nose
            self.assertAlmostEqual(x, y, places=2)
        self.assertEqual(person[19 * 3:22 * 3], [0] * 9)  # toes and heels, which COCO does not know

    def test_motions_become_figures(self):
        results = self.predicted("bvh")
        self.succeeds(self.convert(results / "poses.bvh", "glb,bvh"))
        self.assertEqual(everything_in(self.out), ["poses.bvh", "poses.glb"])
        self.assertTrue((self.out / "poses.glb").read_bytes().startswith(b"glTF"))
        frames = lambda path: [line for line in path.read_text().splitlines() if line.startswith("Frames:")]
        self.assertEqual(frames(self.out / "poses.bvh"), frames(results / "poses.bvh"))

    def test_what_cannot_be_made_is_said(self):
        results = self.predicted("coco", "openpose", "bvh", "json")
        for source, format in (("coco.json", "glb"), ("coco.json", "json"), ("openpose", "bvh"), ("poses.bvh", "coco")):
            self.fails(self.convert(results / source, format), 2, format, "cannot become", source)
        self.fails(self.convert(results / "poses.json", "gbl"), 2, "glb")

    def test_damaged_sources(self):
        self.fails(self.convert(self.folder / "absent.json", "json"), 3, "absent.json")
        results = self.predicted("json")
        whole = (results / "poses.json").read_text()
        damaged = self.folder / "damaged.json"
        for text, format, word in ((whole[:-40], "json", "damaged.json"), ("", "json", "not a file of poses"),
                                   (whole.replace("limn.poses", "other.poses"), "json", "not a poses.json"),
                                   (whole.replace('"joints_px":[[', '"joints_px":[[1e39,'), "bvh", "frame 0"),
                                   ("hello", "json", "not a file of poses"), ("[3]", "coco", "damaged.json"),
                                   ("{}", "openpose", "no \"people\""), ("HIERARCHY ROOT", "glb", "damaged.json:1")):
            damaged.write_text(text)
            self.fails(self.convert(damaged, format), 3, word)
        results = self.predicted("csv", "npz")
        archive = (results / "poses.npz").read_bytes()
        (self.folder / "cut.npz").write_bytes(archive[:len(archive) // 2])
        self.fails(self.convert(self.folder / "cut.npz", "json"), 3, "cut.npz")
        table = (results / "poses.csv").read_text()
        (self.folder / "cut.csv").write_text(table[:-20])
        self.fails(self.convert(self.folder / "cut.csv", "json"), 3, "cut.csv, line")
        (self.folder / "empty").mkdir()
        self.fails(self.convert(self.folder / "empty", "coco"), 3, "_keypoints.json")


if __name__ == "__main__":
    unittest.main()
