"""limn-train from the outside: it learns, resumes bit for bit, stops cleanly, and says what is wrong."""
import csv
import json
import os
import signal
import struct
import subprocess
import time
import unittest

from limn_case import BIN, SOURCE, LimnCase, write_png

SMALL = ["--set", "network.image_size=32", "--set", "network.width=8", "--set", "network.pose_width=8",
         "--set", "network.lifter_width=32", "--set", "network.decoder_width=4", "--set", "network.discriminator_width=4",
         "--set", "schedule.batch_synthetic=4", "--set", "schedule.batch_real=2", "--set", "schedule.batch_poses=8",
         "--set", "record.validation_samples=8", "--set", "record.log_every=1", "--set", "run.threads=2"]


def results(folder):
    """Last value of each figure."""
    with open(os.path.join(folder, "results.csv")) as file:
        return {row["name"]: float(row["value"]) for row in csv.DictReader(file)}


class Learning(LimnCase):
    def test_tiny_beats_the_mean_pose(self):
        """From nothing, embedded data only, on held-out synthetic people: PCK at least twice, MPJPE at most 0.7 times that
        of the mean pose in the person's box."""
        self.run_program("limn-train", "--config", os.path.join(SOURCE, "configs", "tiny.toml"),
                         "--set", "run.runs=" + self.path("runs"))
        figures = results(self.path("runs", "tiny1"))
        print({k: v for k, v in figures.items() if "pck" in k or "mpjpe" in k})
        self.assertGreaterEqual(figures["pck@0.2"], 2 * figures["mean_pose_pck@0.2"])
        self.assertLessEqual(figures["mpjpe_mm"], 0.7 * figures["mean_pose_mpjpe_mm"])
        for name in ("weights/last.safetensors", "weights/best.safetensors", "checkpoint.safetensors", "config.toml",
                     "environment.txt", "results.csv"):
            self.assertTrue(os.path.getsize(self.path("runs", "tiny1", name)) > 0, name)
        self.assertTrue(any(n.startswith("events.out.tfevents") for n in os.listdir(self.path("runs", "tiny1"))))
        self.assertTrue(os.listdir(self.path("runs", "tiny1", "sheets")))


def tensors(path, dimensions=2):
    """Name to bytes of a safetensors file's matrices, or of its tensors of at least so many dimensions."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    return {name: data[slice(*entry["data_offsets"])] for name, entry in header.items()
            if name != "__metadata__" and len(entry["shape"]) >= dimensions}


def halves(path):
    """Name to values of a weight file's matrices, which are in half precision."""
    return {name: struct.unpack(f"<{len(data) // 2}e", data) for name, data in tensors(path).items()}


class Start(LimnCase):
    def train(self, name, *more, code=0):
        return self.run_program("limn-train", *SMALL, "--name", name, "--set", "run.runs=" + self.path("runs"),
                                "--set", "schedule.mixed_steps=0", *more, code=code)

    def test_weights_are_gone_on_from(self):
        self.train("first", "--set", "schedule.pretrain_steps=3")
        weights = self.path("runs", "first1", "weights", "last.safetensors")
        self.train("second", "--set", "run.start_from=" + weights, "--set", "schedule.pretrain_steps=1",
                   "--set", "schedule.learning_rate=0", "--set", "run.seed=2")
        # By value: a zero may change its sign on the way.
        again = halves(self.path("runs", "second1", "weights", "last.safetensors"))
        self.assertEqual([name for name, values in halves(weights).items() if again[name] != values], [])

    def test_last_steps_move_the_lifter_alone(self):
        self.train("first", "--set", "schedule.pretrain_steps=3")
        weights = self.path("runs", "first1", "weights", "last.safetensors")
        for name, width in (("same", 32), ("wider", 48)):
            self.train(name, "--set", "run.start_from=" + weights, "--set", "schedule.pretrain_steps=0", "--set",
                       "schedule.lifter_steps=3", "--set", "schedule.batch_lifter=8", "--set", f"network.lifter_width={width}",
                       "--set", "schedule.warmup_steps=0", "--set", "schedule.ema_decay=0")
            before, after = tensors(weights), tensors(self.path("runs", name + "1", "weights", "last.safetensors"))
            moved = {key for key in after if after[key] != before[key]}
            self.assertEqual(moved, {key for key in after if key.startswith("lifter.")})
            self.assertIn("poses_per_s", results(self.path("runs", name + "1")))

    def test_weights_of_other_networks_are_refused(self):
        self.train("first", "--set", "schedule.pretrain_steps=1")
        start = "run.start_from=" + self.path("runs", "first1", "weights", "last.safetensors")
        self.assert_one_error(self.train("wide", "--set", start, "--set", "network.width=16", code=4), "another shape")
        self.assert_one_error(self.train("bones", "--set", start, "--set", "network.grouping=bones", code=4), "channels")
        self.assert_one_error(self.train("none", "--set", "run.start_from=gone.safetensors", code=4), "gone.safetensors")


class Temporal(LimnCase):
    def train(self, *more, code=0):
        small = ["run.runs=" + self.path("runs"), "run.threads=1", "schedule.steps=3", "schedule.batch=2",
                 "schedule.clip_frames=6", "network.frames=5", "network.width=16", "network.blocks=1", "data.read_clips=2",
                 "data.held_out_clips=1", "data.read_frames=8", "data.picture_px=48", "record.log_every=1"]
        return self.run_program("limn-train", "--network", "temporal", *[w for s in small for w in ("--set", s)], *more,
                                code=code)

    def test_a_model_gets_a_lifter_of_videos(self):
        model = self.path("model.safetensors")
        subprocess.run([os.path.join(BIN, "limn_e2e_fixtures"), "model", model], check=True)
        self.train("--set", "run.model=" + model)
        first = self.path("runs", "temporal1")
        figures = results(first)
        for name in ("mpjpe_mm", "single_mpjpe_mm", "jitter_mm", "loss_velocity", "poses_per_s"):
            self.assertIn(name, figures)
        weights = self.path("runs", "temporal1", "weights", "last.safetensors")
        before, after = tensors(model), tensors(weights)
        self.assertEqual({k: v for k, v in after.items() if not k.startswith("temporal_lifter.")}, before)
        self.assertIn("temporal_lifter.correction.weight", after)
        # Readings made before are used again; with no steps the network goes over as it is.
        self.train("--set", "run.model=" + model, "--set", "run.start_from=" + weights, "--set", "schedule.steps=0",
                   "--set", "data.readings=" + os.path.join(first, "readings.safetensors"),
                   "--set", "data.held_out_readings=" + os.path.join(first, "held_out.safetensors"))
        self.assertEqual(tensors(self.path("runs", "temporal2", "weights", "last.safetensors")), after)
        self.assertFalse(os.path.exists(self.path("runs", "temporal2", "readings.safetensors")))
        self.assertAlmostEqual(results(self.path("runs", "temporal2"))["mpjpe_mm"], figures["mpjpe_mm"], delta=1)

    def test_needs_a_model(self):
        self.assert_one_error(self.train(code=2), "run.model")
        self.assertFalse(os.path.exists(self.path("runs")))


class Interruption(LimnCase):
    def setUp(self):
        super().setUp()
        os.mkdir(self.path("stills"))
        for i in range(6):
            write_png(self.path("stills", f"{i}.png"), 48, 40, lambda x, y: ((x * 5 + i * 40) % 256, y * 6, (x ^ y) % 256))

    def arguments(self, name):
        return [*SMALL, "--name", name, "--set", "run.runs=" + self.path("runs"),
                "--set", "schedule.pretrain_steps=6", "--set", "schedule.mixed_steps=44", "--set", "schedule.paint_from=3",
                "--set", f'data.real=["{self.path("stills")}"]', "--set", "record.checkpoint_every=1000"]

    def weights(self, run):
        with open(self.path("runs", run, "weights", "best.safetensors"), "rb") as file:
            return file.read()

    def test_resumed_weights_equal_the_uninterrupted_ones_bit_for_bit(self):
        self.run_program("limn-train", *self.arguments("whole"))
        process = subprocess.Popen([os.path.join(BIN, "limn-train"), *self.arguments("cut"), "--verbosity", "json"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for line in process.stdout:
            if '"step": 9,' in line:  # in stage two, and far from the end: a busy machine may be slow to deliver the signal
                process.send_signal(signal.SIGINT)
                break
        process.stdout.read()
        stderr = process.stderr.read()
        self.assertEqual(process.wait(), 130, stderr)
        self.assertIn("--resume", stderr)
        process.stdout.close()
        process.stderr.close()
        self.assertFalse(os.path.exists(self.path("runs", "cut1", "sheets", "step50.png")))
        self.run_program("limn-train", "--resume", self.path("runs", "cut1"))
        for name in ("whole1", "cut1"):
            self.assertEqual(results(self.path("runs", name))["loss"] > 0, True)
        whole, cut = (self.weights(name) for name in ("whole1", "cut1"))
        self.assertEqual(whole, cut)  # of the last step, the only one validated
        with open(self.path("runs", "cut1", "results.csv")) as file:
            rows = [line.split(",")[0] for line in file if ",loss," in line]
        self.assertEqual(rows, [str(i) for i in range(1, 51)])

    def test_another_seed_gives_other_weights(self):
        for name, seed in (("a", "1"), ("b", "2")):
            self.run_program("limn-train", *self.arguments(name), "--seed", seed)
        self.assertNotEqual(self.weights("a1"), self.weights("b1"))

    def test_a_loss_that_is_not_finite_stops_with_the_command_that_replays_it(self):
        arguments = [*self.arguments("hot"), "--set", "schedule.learning_rate=1e25"]
        done = self.run_program("limn-train", *arguments, code=4)
        self.assert_one_error(done, "not finite", "step ", "seed 1", "limn train --resume")
        where = [line for line in done.stderr.splitlines() if "where:" in line][0]
        again = self.run_program("limn-train", "--resume", self.path("runs", "hot1", "failed.safetensors"), code=4)
        self.assertIn(where.strip(), again.stderr)


class BadInput(LimnCase):
    def fails(self, code, words, *arguments):
        done = self.run_program("limn-train", "--set", "run.runs=" + self.path("runs"), *arguments, code=code)
        self.assert_one_error(done, *words)
        self.assertFalse(os.path.exists(self.path("runs")), "a failed start leaves no run behind")

    def config(self, text):
        with open(self.path("config.toml"), "w") as file:
            file.write(text)
        return ["--config", self.path("config.toml")]

    def test_unknown_key_names_file_line_and_the_nearest(self):
        self.fails(2, ["config.toml:2", "schedule.pretrain_steps"], *self.config("[schedule]\npretrain_step = 5\n"))

    def test_value_out_of_range(self):
        self.fails(2, ["config.toml:2", "out of range"], *self.config("[schedule]\nbatch_synthetic = 0\n"))

    def test_missing_configuration(self):
        self.fails(3, ["nothing.toml"], "--config", self.path("nothing.toml"))

    def test_unknown_field_of_set(self):
        self.fails(2, ["--set", "loss.adversarial"], "--set", "loss.adversarail=1")

    def test_missing_footage(self):
        self.fails(3, ["nowhere"], "--set", f'data.real=["{self.path("nowhere")}"]')

    def test_stage_two_without_footage(self):
        self.fails(2, ["data.real"], *SMALL, "--set", "schedule.mixed_steps=5")

    def test_resume_without_a_run(self):
        self.fails(3, ["resume"], "--resume", self.path("runs", "none1"))

    def test_no_gpu(self):
        self.fails(4, ["cuda"], "--device", "cuda:99", "--set", "schedule.mixed_steps=0")

    def test_a_checkpoint_that_is_none(self):
        with open(self.path("broken.safetensors"), "wb") as file:
            file.write(b"\x08\0\0\0\0\0\0\0{}      ")
        self.fails(4, ["checkpoint"], "--resume", self.path("broken.safetensors"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
