#!/usr/bin/env python3
"""The command line without training: limn predict, demo, doctor, and what they say of bad input.

Usage: predict_test.py CLASS. Environment: LIMN_BIN, the folder of the binaries.
"""
import collections
import csv
import json
import math
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

BIN = pathlib.Path(os.environ["LIMN_BIN"])


def everything_in(folder):
    """Names of all files and folders below, hidden ones too."""
    return sorted(str(p.relative_to(folder)) for p in pathlib.Path(folder).rglob("*"))


def numbers_in(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from numbers_in(item)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield value


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="limn-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.out = self.folder / "out"
        self.environment = {k: v for k, v in os.environ.items() if k != "LIMN_MODEL"}

    def fixture(self, kind, name, count=10):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([BIN / "limn_e2e_fixtures", kind, path, str(count)], check=True)
        return path

    def limn(self, *words):
        return subprocess.run([BIN / "limn", *map(str, words)], env=self.environment, text=True, capture_output=True,
                              timeout=250)

    def predict(self, source, *words):
        model = self.folder / "model.safetensors"
        if not model.exists():
            self.fixture("model", "model.safetensors")
        return self.limn("predict", source, "--out", self.out, "--model", model, *words)

    def succeeds(self, result):
        self.assertEqual(result.returncode, 0, result.stderr)

    def fails(self, result, code, *words):
        """One message of the usual form that holds `words`; nothing left behind."""
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        self.assertEqual(result.stderr.count("limn: error:"), 1, result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)
        self.assertFalse(self.out.exists(), everything_in(self.folder))


class Predict(Case):
    def test_picture(self):
        picture = self.fixture("jpeg", "000000000139.jpg")
        self.succeeds(self.predict(picture, "--box", "whole"))
        self.assertEqual(everything_in(self.out), ["000000000139.overlay.png", "coco.json", "poses.json"])
        self.assertTrue((self.out / "000000000139.overlay.png").read_bytes().startswith(b"\x89PNG"))
        poses = json.loads((self.out / "poses.json").read_text())
        self.assertEqual(poses["header"]["format"], "limn.poses")
        joints = len(poses["header"]["skeleton"]["joints"])
        person = poses["frames"][0]["people"][0]
        for key in ("joints_px", "confidence", "positions", "local_rotations", "global_rotations", "bone_lengths"):
            self.assertEqual(len(person[key]), joints, key)
        self.assertTrue(all(math.isfinite(n) for n in numbers_in(poses)))
        for q in person["local_rotations"]:
            self.assertAlmostEqual(sum(v * v for v in q), 1, places=4)
        coco = json.loads((self.out / "coco.json").read_text())
        self.assertEqual(coco[0]["image_id"], 139)
        self.assertEqual(len(coco[0]["keypoints"]), 51)
        nose = poses["header"]["skeleton"]["joints"].index("nose")
        self.assertAlmostEqual(coco[0]["keypoints"][0], person["joints_px"][nose][0] - 0.5, places=2)

    def test_the_box_moves_the_window(self):
        picture = self.fixture("jpeg", "a.jpg")
        self.succeeds(self.predict(picture, "--box", "40,30,20,10", "--format", "json"))
        self.assertEqual(everything_in(self.out), ["poses.json"])
        person = json.loads((self.out / "poses.json").read_text())["frames"][0]["people"][0]
        for x, y in person["joints_px"]:  # the window: 1.3 * 20 px about (50, 35)
            self.assertTrue(37 <= x <= 63 and 22 <= y <= 48, (x, y))

    def test_folder_with_a_damaged_picture(self):
        for name in ("in/b.jpg", "in/a.jpg"):
            self.fixture("jpeg", name)
        self.fixture("truncated_jpeg", "in/c.jpg")
        result = self.predict(self.folder / "in", "--box", "whole")
        self.succeeds(result)
        self.assertIn("c.jpg", result.stderr)
        self.assertEqual(everything_in(self.out), ["a.overlay.png", "b.overlay.png", "coco.json", "poses.json"])
        frames = json.loads((self.out / "poses.json").read_text())["frames"]
        self.assertEqual([f["file"] for f in frames], ["a.jpg", "b.jpg"])

    def test_folder_without_a_readable_picture(self):
        self.fixture("truncated_jpeg", "in/c.jpg")
        self.fails(self.predict(self.folder / "in"), 3, "none of the pictures")

    def test_same_stem_keeps_both(self):
        self.fixture("jpeg", "in/a.jpg")
        self.fixture("jpeg", "in/a.jpeg")
        self.succeeds(self.predict(self.folder / "in", "--format", "overlay"))
        self.assertEqual(everything_in(self.out), ["a.jpg.overlay.png", "a.overlay.png"])

    def test_video(self):
        video = self.fixture("video", "clip.mp4", 12)
        self.succeeds(self.predict(video))
        self.assertEqual(everything_in(self.out), ["clip.overlay.mp4", "coco.json", "poses.json"])
        poses = json.loads((self.out / "poses.json").read_text())
        self.assertEqual(poses["header"]["frame_rate"], 25)
        self.assertEqual([f["frame"] for f in poses["frames"]], list(range(12)))
        self.assertAlmostEqual(poses["frames"][5]["seconds"], 0.2, places=3)

    def test_three_dimensions_from_windows_of_frames(self):
        """With a model that lifts over time: other rotations than from single frames, the same keypoints."""
        self.fixture("temporal_model", "model.safetensors")
        video = self.fixture("video", "clip.mp4", 12)
        found = {}
        for name, words in (("windows", []), ("single", ["--single-frame-3d"]), ("raw", ["--raw"])):
            self.succeeds(self.predict(video, "--box", "whole", "--format", "json", *words))
            frames = json.loads((self.out / "poses.json").read_text())["frames"]
            self.assertTrue(all(math.isfinite(n) for n in numbers_in(frames)))
            found[name] = [frame["people"][0] for frame in frames]
            shutil.rmtree(self.out)
        key = lambda name, field: [person[field] for person in found[name]]
        self.assertEqual(key("windows", "joints_px"), key("single", "joints_px"))
        self.assertNotEqual(key("windows", "local_rotations"), key("single", "local_rotations"))
        self.fixture("model", "model.safetensors")  # the same networks but for that one
        self.succeeds(self.predict(video, "--box", "whole", "--format", "json"))
        frames = json.loads((self.out / "poses.json").read_text())["frames"]
        self.assertEqual([frame["people"][0]["local_rotations"] for frame in frames], key("single", "local_rotations"))

    def test_the_overlay_shows_what_is_exported(self):
        """Frames without a box are filled in between the others; before, and with --raw, they stay empty."""
        video = self.fixture("video", "clip.mp4", 9)
        boxes = self.boxes([[[5, 5, 20, 40]]] * 3 + [[]] * 3 + [[[50, 10, 20, 40]]] * 3)
        overlays = []
        for words in ([], ["--raw"], []):
            self.succeeds(self.predict(video, "--boxes", boxes, "--format", "overlay", *words))
            self.assertEqual(everything_in(self.out), ["clip.overlay.mp4"])
            overlays.append((self.out / "clip.overlay.mp4").read_bytes())
        self.assertTrue(overlays[0] != overlays[1])
        self.assertTrue(overlays[0] == overlays[2])

    def test_a_video_that_can_be_read_once_has_an_overlay(self):
        pipe = self.folder / "pipe.mkv"
        os.mkfifo(pipe)
        video = self.fixture("video", "clip.mkv", 6)
        writer = subprocess.Popen(["cp", video, pipe])
        self.addCleanup(writer.kill)
        self.succeeds(self.predict(pipe, "--box", "whole", "--format", "overlay,json"))
        self.assertEqual(everything_in(self.out), ["pipe.overlay.mp4", "poses.json"])
        self.assertEqual(len(json.loads((self.out / "poses.json").read_text())["frames"]), 6)

    def test_results_do_not_depend_on_the_threads(self):
        picture = self.fixture("jpeg", "a.jpg")
        self.fixture("finder", "limn-person.safetensors")
        texts = []
        for words in ([], ["--threads", "3"], ["--precision", "float32"], ["--precision", "auto"]):
            self.succeeds(self.predict(picture, "--box", "whole", "--format", "json", *words))
            texts.append((self.out / "poses.json").read_text())
        self.assertEqual(texts, [texts[0]] * 4)

    def test_eight_bits_where_the_weights_have_them(self):
        picture, model = self.fixture("jpeg", "a.jpg"), self.fixture("model", "model.safetensors")
        self.fails(self.predict(picture, "--precision", "int8"), 4, "eight bits", "limn quantise", "model.safetensors")
        self.succeeds(self.limn("quantise", model, "--pictures", 4))
        texts = []
        for precision in ("float32", "int8"):
            self.succeeds(self.predict(picture, "--box", "whole", "--format", "json", "--precision", precision))
            texts.append((self.out / "poses.json").read_text())
        self.assertNotEqual(texts[0], texts[1])

    def test_every_format_of_a_video(self):
        video = self.fixture("video", "clip.mp4", 4)
        result = self.predict(video, "--box", "whole", "--format", "json,coco,openpose,csv,npz,bvh,glb")
        self.succeeds(result)
        self.assertRegex(result.stdout, r"feet on the ground in \d+ % of the frames, sliding \d+\.\d{3} m/s")
        poses = json.loads((self.out / "poses.json").read_text())
        self.assertEqual(everything_in(self.out), sorted(
            ["coco.json", "openpose", "poses.bvh", "poses.csv", "poses.glb", "poses.json", "poses.npz"] +
            [f"openpose/clip_{i:012d}_keypoints.json" for i in range(len(poses["frames"]))]))
        with (self.out / "poses.csv").open(newline="") as table:
            rows = list(csv.DictReader(table))
        self.assertEqual(len(rows), 27 * len(poses["frames"]))
        self.assertAlmostEqual(float(rows[5]["x_px"]), poses["frames"][0]["people"][0]["joints_px"][5][0], places=2)
        bvh = (self.out / "poses.bvh").read_text()
        self.assertIn(f"Frames: {len(poses['frames'])}", bvh)

    def test_a_part_of_a_video(self):
        video = self.fixture("video", "clip.mp4", 12)
        self.fails(self.predict(video, "--start", "5", "--format", "json"), 3, "no frames between", "seconds within")
        self.succeeds(self.predict(video, "--box", "whole", "--format", "json,bvh", "--start", "0.1", "--end", "0.35",
                                   "--stride", "2"))
        poses = json.loads((self.out / "poses.json").read_text())
        self.assertEqual([f["frame"] for f in poses["frames"]], [3, 5, 7])
        self.assertEqual(poses["header"]["frame_rate"], 12.5)
        self.assertIn("Frame Time: 0.08\n", (self.out / "poses.bvh").read_text())

    def boxes(self, content):
        path = self.folder / "boxes.json"
        path.write_text(json.dumps(content))
        return path

    def test_boxes_of_pictures(self):
        for name in ("in/a.jpg", "in/b.jpg"):
            self.fixture("jpeg", name)
        boxes = self.boxes([{"file": "a.jpg", "bbox": [5, 5, 20, 40]}, {"file": "a.jpg", "bbox": [50, 10, 20, 40]},
                            {"image_id": 2, "bbox": [10, 10, 30, 40]}])
        self.succeeds(self.predict(self.folder / "in", "--boxes", boxes, "--format", "json,coco,openpose"))
        frames = json.loads((self.out / "poses.json").read_text())["frames"]
        self.assertEqual([[p["id"] for p in f["people"]] for f in frames], [[1, 2], [1]])
        for person, middle in zip(frames[0]["people"], (15, 60)):  # each read within its own window
            for x, _ in person["joints_px"]:
                self.assertTrue(abs(x - middle) <= 26, (x, middle))
        self.assertEqual([r["image_id"] for r in json.loads((self.out / "coco.json").read_text())], [1, 1, 2])
        openpose = json.loads((self.out / "openpose/a_keypoints.json").read_text())
        self.assertEqual([p["person_id"] for p in openpose["people"]], [[1], [2]])

    def test_two_people_of_a_video_keep_their_numbers(self):
        video = self.fixture("video", "clip.mp4", 8)
        boxes = self.boxes([[[5, 5, 20, 40], [50, 10, 20, 40]]] * 8)
        self.succeeds(self.predict(video, "--boxes", boxes, "--format", "json,coco,csv,bvh,glb,npz,overlay"))
        self.assertEqual(everything_in(self.out), [
            "clip.overlay.mp4", "coco.json", "poses.bvh", "poses.csv", "poses.glb", "poses.json", "poses.npz",
            "poses.person2.bvh", "poses.person2.glb"])
        frames = json.loads((self.out / "poses.json").read_text())["frames"]
        for frame in frames:
            self.assertEqual([p["id"] for p in frame["people"]], [1, 2])
        self.assertEqual({r["track_id"] for r in json.loads((self.out / "coco.json").read_text())}, {1, 2})
        with (self.out / "poses.csv").open(newline="") as table:
            rows = list(csv.DictReader(table))
        self.assertEqual(len(rows), 2 * 27 * len(frames))
        self.assertEqual({row["person"] for row in rows}, {"1", "2"})
        self.assertNotEqual((self.out / "poses.bvh").read_text(), (self.out / "poses.person2.bvh").read_text())

    def test_no_more_people_than_asked_for(self):
        picture = self.fixture("jpeg", "a.jpg")
        boxes = self.boxes([{"file": "a.jpg", "bbox": [5, 5, 20, 40], "score": 0.2},
                            {"file": "a.jpg", "bbox": [50, 10, 20, 40], "score": 0.9}])
        self.succeeds(self.predict(picture, "--boxes", boxes, "--people", "1", "--format", "json"))
        people = json.loads((self.out / "poses.json").read_text())["frames"][0]["people"]
        self.assertEqual(len(people), 1)
        self.assertGreater(people[0]["joints_px"][0][0], 40)  # the better box

    def test_a_finder_beside_the_model_is_used(self):
        self.fixture("finder", "limn-person.safetensors")
        picture = self.fixture("jpeg", "a.jpg")
        self.succeeds(self.predict(picture, "--format", "json"))  # untrained weights that find nobody
        self.assertEqual(json.loads((self.out / "poses.json").read_text())["frames"][0]["people"], [])
        self.succeeds(self.predict(picture, "--format", "json", "--finder", "none"))
        self.assertEqual(len(json.loads((self.out / "poses.json").read_text())["frames"][0]["people"]), 1)

    def test_numpy_reads_npz(self):
        try:
            import numpy
        except ImportError:
            self.skipTest("numpy is not installed")
        video = self.fixture("video", "clip.mp4", 3)
        self.succeeds(self.predict(video, "--box", "whole", "--format", "json,npz"))
        poses = json.loads((self.out / "poses.json").read_text())
        arrays = numpy.load(self.out / "poses.npz")
        self.assertEqual(list(arrays["joint"]), poses["header"]["skeleton"]["joints"])
        self.assertEqual(list(arrays["person"]), [1])
        for t, frame in enumerate(poses["frames"]):
            self.assertEqual(arrays["file"][t], frame["file"])
            for name in ("joints_px", "confidence", "positions", "local_rotations", "global_rotations", "bone_lengths"):
                numpy.testing.assert_allclose(arrays[name][t, 0], frame["people"][0][name], atol=1e-3, err_msg=name)

    def test_older_results_of_other_names_stay(self):
        self.out.mkdir()
        (self.out / "mine.txt").write_text("kept")
        self.succeeds(self.predict(self.fixture("jpeg", "a.jpg"), "--format", "json"))
        self.assertEqual(everything_in(self.out), ["mine.txt", "poses.json"])

    def test_ctrl_c_leaves_nothing(self):
        video = self.fixture("video", "clip.mp4", 1500)
        model = self.fixture("model", "model.safetensors")
        process = subprocess.Popen([BIN / "limn", "predict", video, "--out", self.out, "--model", model],
                                   stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self.environment)
        for _ in range(500):
            if self.out.exists() and any("overlay" in name for name in everything_in(self.out)):
                break
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, errors)
        self.assertFalse(self.out.exists())


class PredictPeople(Case):
    """The released weights on rendered people."""

    def test_people_who_cross_keep_their_numbers(self):
        right = 0
        for index in range(3):
            video = self.fixture("crossing", f"crossing{index}.mp4", index)
            result = self.limn("predict", video, "--out", self.out, "--format", "json", "--model",
                               pathlib.Path(os.environ["LIMN_SOURCE"]) / "models" / "limn-s.safetensors")
            self.succeeds(result)
            frames = json.loads((self.out / "poses.json").read_text())["frames"]
            places = [list(map(float, line.split())) for line in (self.folder / f"{video}.txt").read_text().splitlines()]
            self.assertEqual(len(frames), len(places))
            root = json.loads((self.out / "poses.json").read_text())["header"]["skeleton"]["parents"].index(-1)
            before, after = (self.numbers(frames, places, root, span) for span in (range(0, 12), range(-12, 0)))
            right += None not in before and before[0] != before[1] and before == after
        self.assertGreaterEqual(right, 2)

    def numbers(self, frames, places, root, span):
        """The number that each of the two has most often in these frames, by where they are; None: they have none."""
        votes = [collections.Counter(), collections.Counter()]
        for t in span:
            for person in frames[t]["people"]:
                x, y = person["joints_px"][root]
                ways = [math.hypot(x - places[t][2 * w], y - places[t][2 * w + 1]) for w in (0, 1)]
                if min(ways) < 30:
                    votes[ways.index(min(ways))][person["id"]] += 1
        return [v.most_common(1)[0][0] if v else None for v in votes]


class PredictBadInput(Case):
    def test_missing_file(self):
        self.fails(self.predict(self.folder / "absent.jpg"), 3, "absent.jpg")

    def test_truncated_jpeg(self):
        self.fails(self.predict(self.fixture("truncated_jpeg", "cut.jpg")), 3, "cut.jpg")

    def test_empty_video(self):
        video = self.folder / "empty.mp4"
        video.touch()
        self.fails(self.predict(video), 3, "empty.mp4")

    def test_video_cut_in_half(self):
        video = self.fixture("video", "clip.mp4", 30)
        video.write_bytes(video.read_bytes()[:400])
        self.fails(self.predict(video), 3, "clip.mp4")

    def test_empty_folder(self):
        (self.folder / "in").mkdir()
        self.fails(self.predict(self.folder / "in"), 3, "no pictures")

    def test_a_text_file(self):
        text = self.folder / "notes.txt"
        text.write_text("no picture")
        self.fails(self.predict(text), 3, "notes.txt")

    def test_missing_model(self):
        picture = self.fixture("jpeg", "a.jpg")
        self.fails(self.limn("predict", picture, "--out", self.out, "--model", self.folder / "no.safetensors"), 4,
                   "no.safetensors")

    def test_model_of_the_environment(self):
        self.environment["LIMN_MODEL"] = str(self.folder / "from-environment.safetensors")
        self.fails(self.limn("predict", self.fixture("jpeg", "a.jpg"), "--out", self.out), 4, "from-environment")

    def bad_model(self, model, *words):
        picture = self.fixture("jpeg", "a.jpg")
        self.fails(self.limn("predict", picture, "--out", self.out, "--model", model), 4, model.name, *words)

    def test_wrong_shaped_weights(self):
        self.bad_model(self.fixture("wrong_shape_model", "shape.safetensors"), "lifter.pose.weight", "expected")

    def test_weights_of_another_skeleton(self):
        self.bad_model(self.fixture("other_skeleton_model", "other.safetensors"), "another skeleton")

    def test_truncated_weights(self):
        model = self.fixture("model", "cut.safetensors")
        model.write_bytes(model.read_bytes()[:-1])
        self.bad_model(model)

    def test_a_picture_as_weights(self):
        self.bad_model(self.fixture("jpeg", "weights.safetensors"))

    def test_output_is_a_file(self):
        picture = self.fixture("jpeg", "a.jpg")
        model = self.fixture("model", "model.safetensors")
        occupied = self.folder / "occupied"
        occupied.write_text("mine")
        self.fails(self.limn("predict", picture, "--out", occupied, "--model", model), 3, "occupied")
        self.assertEqual(occupied.read_text(), "mine")

    def test_bad_files_of_boxes(self):
        picture = self.fixture("jpeg", "a.jpg")
        for text in ("", "{", "[1]", '[{"file": "a.jpg", "bbox": [1, 2, 3]}]'):
            path = self.folder / "boxes.json"
            path.write_text(text)
            self.fails(self.predict(picture, "--boxes", path), 3, "boxes.json", "docs/boxes_json.md")
        self.fails(self.predict(picture, "--boxes", self.folder / "none.json"), 3, "none.json")
        self.fails(self.predict(picture, "--boxes", "whole", "--box", "1,2,3,4"), 2, "--box")

    def test_a_model_that_is_no_finder(self):
        picture = self.fixture("jpeg", "a.jpg")
        self.fails(self.predict(picture, "--finder", self.fixture("model", "other.safetensors")), 4, "other.safetensors")

    def test_threads_and_precision(self):
        picture = self.fixture("jpeg", "a.jpg")
        for words in (["--threads", "0"], ["--threads", "-1"], ["--threads", "x"], ["--threads", "1e9"],
                      ["--precision", "int4"], ["--precision", ""]):
            self.fails(self.predict(picture, *words), 2, words[0])

    def test_bad_boxes(self):
        picture = self.fixture("jpeg", "a.jpg")
        for box in ("1,2,3", "1,2,3,x", "1,2,0,4", "1,2,3,4,5", "nan,1,2,3", "everything"):
            self.fails(self.predict(picture, f"--box={box}"), 2, "box")


class CommandLine(Case):
    def test_help_of_every_verb_has_an_example(self):
        for words in ([], ["predict"], ["demo"], ["synth"], ["export"], ["doctor"], ["train"]):
            result = self.limn(*words, "--help")
            self.succeeds(result)
            self.assertIn("Example: limn " + "".join(words), result.stdout)

    def test_help_says_what_the_program_itself_says(self):
        for words in (["--help"], ["--version"], ["predict", "--help"], ["synth", "-h"], ["quantise", "--help"]):
            itself = subprocess.run([BIN / "limn-run", *words], text=True, capture_output=True)
            self.succeeds(itself)
            self.assertEqual(self.limn(*words).stdout, itself.stdout.replace(str(BIN / "limn-run"), "limn"))

    def test_a_launcher_without_the_program_says_so(self):
        lonely = self.folder / "limn"
        shutil.copy(BIN / "limn", lonely)
        result = subprocess.run([lonely, "predict", "a.jpg", "--out", self.out], text=True, capture_output=True)
        self.fails(result, 4, "limn-run")

    def test_version(self):
        result = self.limn("--version")
        self.succeeds(result)
        self.assertRegex(result.stdout, r"^limn \d+\.\d+\.\d+")

    def test_unknown_words_name_the_nearest(self):
        self.fails(self.limn("predcit"), 2, "predcit", "limn predict")
        self.fails(self.limn("predict", "a.jpg", "--out", self.out, "--fromat", "json"), 2, "--fromat", "\"--format\"")
        self.fails(self.limn("predict", "a.jpg", "--out", self.out, "--format", "jsn"), 2, "jsn", "json")

    def test_missing_arguments(self):
        self.fails(self.limn("predict"), 2, "SOURCE")
        self.fails(self.limn("predict", "a.jpg"), 2, "--out")

    def test_doctor(self):
        self.environment["LIMN_MODEL"] = str(self.fixture("model", "model.safetensors"))
        result = self.limn("doctor")
        self.succeeds(result)
        for word in ("processor", "threads", "BLAS", "training", "FFmpeg", "encoders", "GPU", "model.safetensors"):
            self.assertIn(word, result.stdout)

    def test_train_without_the_training_wing(self):
        lonely = self.folder / "limn"
        for name in ("limn", "limn-run"):
            shutil.copy(BIN / name, self.folder)
        result = subprocess.run([lonely, "train", "--config", "x"], text=True, capture_output=True)
        self.fails(result, 2, "limn-train", "LIMN_TRAINING")


class Quantise(Case):
    def test_ranges_are_added_and_nothing_else_changes(self):
        model = self.fixture("model", "model.safetensors")
        self.succeeds(self.limn("quantise", model, "--out", self.folder / "int8.safetensors", "--pictures", 4))
        before, after = model.read_bytes(), (self.folder / "int8.safetensors").read_bytes()
        headers = [json.loads(b[8:8 + int.from_bytes(b[:8], "little")]) for b in (before, after)]
        ranges = headers[1]["__metadata__"].pop("limn.ranges").splitlines()
        self.assertEqual(headers[0], headers[1])
        self.assertEqual(before[8 + int.from_bytes(before[:8], "little"):], after[8 + int.from_bytes(after[:8], "little"):])
        self.assertTrue(any(line.startswith("image_to_skeleton.enc0 ") for line in ranges), ranges)
        self.succeeds(self.limn("quantise", model, "--pictures", 4))  # in place, and the same ranges
        self.assertEqual(model.read_bytes(), after)

    def test_bad_input(self):
        model = self.fixture("wrong_shape_model", "shape.safetensors")
        before = model.read_bytes()
        self.fails(self.limn("quantise", model), 4, "shape.safetensors")
        self.assertEqual(model.read_bytes(), before)
        self.fails(self.limn("quantise", model, "--pictures", 0), 2, "--pictures")


class ReadmeExample(Case):
    def test_finds_the_nose_of_a_person(self):
        self.fixture("person", "photo.jpg")
        os.symlink(pathlib.Path(os.environ["LIMN_SOURCE"]) / "models", self.folder / "models")
        result = subprocess.run([BIN / "limn_readme_example"], cwd=self.folder, text=True, capture_output=True)
        self.succeeds(result)
        x, y = map(float, result.stdout.split())
        self.assertTrue(40 < x < 120 and 0 < y < 90, result.stdout)


class Demo(Case):
    def test_leaves_a_clip_and_its_prediction(self):
        model = self.fixture("model", "model.safetensors")
        result = self.limn("demo", "--out", self.out, "--model", model)
        self.succeeds(result)
        self.assertEqual(everything_in(self.out), ["poses.json", "synthetic.mp4", "synthetic.overlay.mp4"])
        self.assertIn("synthetic.overlay.mp4", result.stdout)
        self.assertEqual(len(json.loads((self.out / "poses.json").read_text())["frames"]), 100)

    def test_bad_weights_leave_nothing(self):
        model = self.fixture("wrong_shape_model", "shape.safetensors")
        self.fails(self.limn("demo", "--out", self.out, "--model", model), 4, "shape.safetensors")


if __name__ == "__main__":
    unittest.main()
