"""limn eval on synthetic people labelled as Leeds Sports Pose is."""
import json
import os
import tarfile
import unittest

from limn_case import SOURCE, LimnCase

NAMES = ["right_ankle", "right_knee", "right_hip", "left_hip", "left_knee", "left_ankle", "right_wrist", "right_elbow",
         "right_shoulder", "left_shoulder", "left_elbow", "left_wrist", "neck", "head_top"]
PEOPLE = 12


class EvalCase(LimnCase):
    def make_data(self):
        """Easy people: upright, facing the camera, nothing in front."""
        self.run_program("limn", "synth", "--count", str(PEOPLE), "--size", "64", "--no-pairs", "--quiet", "--out", "people",
                         "--set", "synth.upright=1", "--set", "synth.facing_deg=20", "--set", "synth.occluders=0",
                         "--set", "synth.smallest=0.75", "--set", "synth.truncation=0", "--set", "synth.fitted=0")
        os.makedirs(self.path("data", "images"))
        entries = []
        with tarfile.open(self.path("people", "limn-000000.tar")) as tar:
            for member in tar.getmembers():
                data = tar.extractfile(member).read()
                if member.name.endswith(".jpg"):
                    with open(self.path("data", "images", member.name), "wb") as file:
                        file.write(data)
                    continue
                labels = json.loads(data)
                place = dict(zip(labels["joints"], labels["joints_px"]))
                place["neck"] = [(a + b) / 2 for a, b in zip(place["neck"], place["head"])]
                joints = [[place[name][0] - 0.5, place[name][1] - 0.5, 1] for name in NAMES]
                entries.append({"file": member.name.replace(".json", ".jpg"), "joints": joints})
        self.write_labels({"joint_names": NAMES, "images": entries})

    def write_labels(self, labels):
        os.makedirs(self.path("data"), exist_ok=True)
        with open(self.path("data", "labels.json"), "w") as file:
            json.dump(labels, file)

    def eval(self, *arguments, code=0):
        model = os.path.join(SOURCE, "models", "limn-s.safetensors")
        return self.run_program("limn", "eval", "--dataset", "lsp", "--data", "data", "--model", model, "--quiet",
                                *arguments, code=code)


class Eval(EvalCase):
    def test_report_and_sheet(self):
        self.make_data()
        done = self.eval("--out", "report.json", "--sheet", "worst.png")
        with open(self.path("report.json")) as file:
            report = json.load(file)
        self.assertEqual(report["n_images"], PEOPLE)
        self.assertEqual(report["crop"], "truth")
        self.assertGreater(report["pck@0.2"], 0.4)  # the committed weights read such people
        self.assertLessEqual(report["pck@0.2"], report["pck@0.2_swap_oracle"])
        low, high = report["confidence_95"]["pck@0.2"]
        self.assertTrue(low <= report["pck@0.2"] <= high)
        self.assertIn("flip rate", done.stdout)
        sheets = {}
        for cases in ("worst", "spread"):
            self.eval("--sheet", f"{cases}.png", "--cases", cases)
            with open(self.path(f"{cases}.png"), "rb") as file:
                sheets[cases] = file.read()
            self.assertEqual(sheets[cases][:4], b"\x89PNG")
        self.assertNotEqual(sheets["worst"], sheets["spread"])  # the best comes first

    def test_shards_are_measured_in_3d(self):
        self.make_data()
        model = os.path.join(SOURCE, "models", "limn-s.safetensors")
        done = self.run_program("limn", "eval", "--dataset", "shards", "--data", "people", "--model", model, "--quiet",
                                "--out", "report.json", "--sheet", "worst.png")
        with open(self.path("report.json")) as file:
            report = json.load(file)
        self.assertEqual(report["n_images"], PEOPLE)
        self.assertGreater(report["pck@0.2"], 0.4)
        self.assertTrue(0 < report["pa_mpjpe_mm"] < report["mpjpe_mm"] < 400, report)
        self.assertLessEqual(report["mpjpe_mm_swap_oracle"], report["mpjpe_mm"])
        self.assertTrue(0 < report["joint_angle_local_deg"] < report["joint_angle_global_deg"] < 180, report)
        self.assertIn("global_deg", report["joint_angles"]["left_elbow"])
        self.assertTrue(0.9 < report["bone_lengths"]["left_hand_tip"] < 1.4, report)  # 0.8 once, of hands too short
        self.assertIn("MPJPE", done.stdout)

    def test_both_protocols_of_human36m(self):
        self.run_program("limn_e2e_fixtures", "h36m", self.path("h36m"))
        model = os.path.join(SOURCE, "models", "limn-s.safetensors")
        reports = {}
        for name in ("h36m", "h36m-simplified"):
            done = self.run_program("limn", "eval", "--dataset", name, "--data", "h36m", "--model", model, "--quiet",
                                    "--out", "report.json", "--sheet", "worst.png")
            self.assertIn("TakingPhoto" if name == "h36m" else "Posing", done.stdout)
            with open(self.path("report.json")) as file:
                reports[name] = json.load(file)
        full, simplified = reports["h36m"], reports["h36m-simplified"]
        self.assertEqual((full["n_images"], len(full["activities"]), len(full["joints"])), (30, 15, 17))
        self.assertTrue(0 < full["pa_mpjpe_mm"] < full["mpjpe_mm"] < 400, full)
        self.assertNotIn("percent_mse", full)
        self.assertEqual((simplified["n_images"], len(simplified["activities"]), len(simplified["joints"])), (6, 6, 32))
        self.assertTrue(0 < simplified["percent_mse_swap_oracle"] <= simplified["percent_mse"] < 20, simplified)
        mean = sum(activity["percent_mse"] for activity in simplified["activities"].values()) / 6
        self.assertAlmostEqual(simplified["percent_mse"], mean)
        self.assertNotIn("mpjpe_mm", simplified)

    def test_coco_agrees_with_its_own_evaluation(self):
        self.make_data()
        names = ["nose", *(side + name for name in ("eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")
                           for side in ("left_", "right_"))]
        os.makedirs(self.path("coco", "annotations"))
        os.rename(self.path("data", "images"), self.path("coco", "val2017"))
        images, annotations = [], []
        with tarfile.open(self.path("people", "limn-000000.tar")) as tar:
            for member in [m for m in tar.getmembers() if m.name.endswith(".json")]:
                labels = json.loads(tar.extractfile(member).read())
                place, number = dict(zip(labels["joints"], labels["joints_px"])), len(images) + 1
                points = [(place[name][0] - 0.5, place[name][1] - 0.5) for name in names]
                xs, ys = zip(*points)
                images.append({"id": number, "file_name": member.name.replace(".json", ".jpg"), "width": 64, "height": 64})
                annotations.append({"id": number, "image_id": number, "category_id": 1, "iscrowd": 0, "area": 900.0,
                                    "bbox": [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)], "num_keypoints": 17,
                                    "keypoints": [value for x, y in points for value in (x, y, 2)]})
        truth = self.path("coco", "annotations", "person_keypoints_val2017.json")
        with open(truth, "w") as file:
            json.dump({"images": images, "annotations": annotations,
                       "categories": [{"id": 1, "name": "person", "keypoints": names}]}, file)
        model = os.path.join(SOURCE, "models", "limn-s.safetensors")
        self.run_program("limn", "eval", "--dataset", "coco", "--data", "coco", "--model", model, "--quiet",
                         "--out", "report.json", "--results", "results.json")
        with open(self.path("report.json")) as file:
            report = json.load(file)
        self.assertTrue(0 < report["oks_ap"] <= report["oks_ap50"] <= 1, report)
        self.assertLessEqual(report["oks_ap"], report["oks_ap_swap_oracle"])
        try:
            from pycocotools.coco import COCO
            from pycocotools.cocoeval import COCOeval
        except ImportError:
            self.skipTest("pycocotools is not installed: its figures were not compared")
        coco = COCO(truth)
        judge = COCOeval(coco, coco.loadRes(self.path("results.json")), "keypoints")
        judge.evaluate()
        judge.accumulate()
        judge.summarize()
        for key, index in (("oks_ap", 0), ("oks_ap50", 1), ("oks_ap75", 2), ("oks_ar", 5)):
            self.assertAlmostEqual(report[key], judge.stats[index], places=3, msg=key)

    def test_searching_gets_no_help(self):
        self.make_data()
        self.eval("--crop", "search", "--out", "report.json")
        with open(self.path("report.json")) as file:
            self.assertEqual(json.load(file)["crop"], "search")


class EvalBadInput(EvalCase):
    def test_missing_and_damaged_data(self):
        self.assert_one_error(self.eval(code=3), "labels.json")
        self.write_labels({"joint_names": NAMES[1:], "images": []})
        self.assert_one_error(self.eval(code=3), "right_ankle")
        self.write_labels({"joint_names": NAMES, "images": [{"file": "gone.jpg", "joints": [[1, 1, 1]] * 14}]})
        self.assert_one_error(self.eval("--out", "report.json", code=3), "gone.jpg")
        self.assertFalse(os.path.exists(self.path("report.json")))

    def test_human36m_elsewhere(self):
        os.makedirs(self.path("S9"))
        done = self.run_program("limn", "eval", "--dataset", "h36m-simplified", "--data", ".", code=3)
        self.assert_one_error(done, "S11", "docs/eval_report.md")

    def test_bad_arguments(self):
        self.assert_one_error(self.run_program("limn", "eval", "--dataset", "lps", "--data", ".", code=2), "lsp")
        self.assert_one_error(self.eval("--crop", "magic", code=2), "--crop magic", "truth")
        self.assert_one_error(self.eval("--out", "nowhere/report.json", code=3), "nowhere")


if __name__ == "__main__":
    unittest.main()
