"""limn ablate: a grid of tiny runs, stopped and continued."""
import json
import os
import signal
import subprocess
import time
import unittest

from eval_test import EvalCase
from limn_case import BIN

PRESET = """
[schedule]
pretrain_steps = {steps}
mixed_steps = 0
batch_synthetic = 2
batch_poses = 4
paint_from = 100000
[network]
image_size = 32
width = 4
levels = 4
pose_width = 4
lifter_width = 16
decoder_width = 4
discriminator_width = 4
[record]
validation_samples = 8
checkpoint_every = 5
log_every = 1
tensorboard = false
"""
PLAN = """
preset = "preset.toml"
seeds = [1, 2]
[[axis]]
name = "channels"
[[axis.choice]]
name = "single"
set = ["network.grouping=single"]
[[axis.choice]]
name = "limbs"
[[row]]
name = "longer"
from = "limbs"
"""


class Ablate(EvalCase):
    def prepare(self, steps, plan=PLAN):
        for name, text in (("preset.toml", PRESET.format(steps=steps)), ("plan.toml", plan)):
            with open(self.path(name), "w") as file:
                file.write(text)

    def arguments(self, *more, data="data"):
        return ["ablate", "--config", "plan.toml", "--out", "out", "--data", data, "--jobs", "2", "--quiet", *more]

    def ablate(self, *more, data="data", code=0):
        return self.run_program("limn", *self.arguments(*more, data=data), code=code)

    def test_one_table_of_all_runs(self):
        self.make_data()
        self.prepare(steps=3)
        done = self.ablate()
        self.assertIn("| single |", done.stdout)
        with open(self.path("out", "ablation.json")) as file:
            rows = json.load(file)["rows"]
        self.assertEqual([(row["name"], len(row["runs"])) for row in rows], [("single", 2), ("limbs", 2), ("longer", 2)])
        with open(self.path("out", "longer-seed2", "run1", "config.toml")) as file:
            self.assertIn("limbs-seed2/run1/weights/last.safetensors", file.read())  # its own seed's
        with open(self.path("out", "ablation.md")) as file:
            self.assertEqual(file.read(), done.stdout)
        with open(self.path("out", "ablation.svg")) as file:
            self.assertIn("limbs", file.read())
        # Nothing is done twice, and runs of other settings are not mistaken for these.
        before = os.stat(self.path("out", "limbs-seed2", "report.json")).st_mtime_ns
        self.assertEqual(self.ablate().stdout, done.stdout)
        self.assertEqual(os.stat(self.path("out", "limbs-seed2", "report.json")).st_mtime_ns, before)
        self.assert_one_error(self.ablate("--set", "loss.skeleton=3", code=3), "other settings")

    def test_a_stopped_one_is_continued(self):
        self.make_data()
        self.prepare(steps=300)
        process = subprocess.Popen([os.path.join(BIN, "limn"), *self.arguments()], cwd=self.folder,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        checkpoint = self.path("out", "single-seed1", "run1", "checkpoint.safetensors")
        for _ in range(600):
            if os.path.exists(checkpoint):
                break
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, told)
        self.assertIn("continued", told)
        with open(self.path("out", "single-seed1", "log.txt")) as file:
            self.assertIn("stopped at step", file.read())
        self.assertEqual(self.ablate().stdout.count("| 2 |\n"), 3)
        with open(self.path("out", "single-seed1", "log.txt")) as file:
            steps = [json.loads(line)["step"] for line in file if line.startswith('{"step"') and "note" not in line]
        self.assertEqual(steps, list(range(1, 301)))  # none was done again

    def test_bad_input(self):
        self.make_data()
        self.prepare(steps=3, plan=PLAN + "colour = 3\n")
        self.assert_one_error(self.ablate(code=3), "unknown key 'colour'", "plan.toml")
        self.prepare(steps=3, plan=PLAN.replace("grouping=single", "grouping=none"))
        self.assert_one_error(self.ablate(code=4), "a run failed", "log.txt")
        self.assert_one_error(self.ablate(data="nowhere", code=3), "nowhere")


if __name__ == "__main__":
    unittest.main()
