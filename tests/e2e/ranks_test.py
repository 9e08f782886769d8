"""limn-train as several processes: started by hand with the environment that torchrun gives."""
import os
import signal
import socket
import subprocess
import unittest

from limn_case import BIN, LimnCase, write_png
from training_test import SMALL, results, tensors


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Ranks(LimnCase):
    STEPS = 16

    def setUp(self):
        super().setUp()
        os.mkdir(self.path("stills"))
        for i in range(4):
            write_png(self.path("stills", f"{i}.png"), 48, 40, lambda x, y: ((x * 5 + i * 40) % 256, y * 6, (x ^ y) % 256))

    def arguments(self, name):
        return [*SMALL, "--set", "run.threads=1", "--name", name, "--set", "run.runs=" + self.path("runs"),
                "--set", "schedule.pretrain_steps=2", "--set", f"schedule.mixed_steps={self.STEPS - 2}",
                "--set", f'data.real=["{self.path("stills")}"]', "--set", "record.checkpoint_every=1000", "--verbosity", "json"]

    def start(self, *arguments, more=((), ())):
        """One process a rank; `more`: further arguments of each."""
        environment = {**os.environ, "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port())}
        processes = []
        for rank in range(2):
            process = subprocess.Popen([os.path.join(BIN, "limn-train"), *arguments, *more[rank]], cwd=self.folder,
                                       env={**environment, "RANK": str(rank), "LOCAL_RANK": str(rank)},
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            self.addCleanup(self.end, process)
            processes.append(process)
        return processes

    def end(self, process):
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()

    def finish(self, processes, codes):
        """Waits for the ranks of `codes` to end with these exit codes; what they wrote to stderr."""
        told = {}
        for rank, code in codes.items():
            output, told[rank] = processes[rank].communicate(timeout=200)
            self.assertEqual(processes[rank].returncode, code, f"rank {rank}\n{output}\n{told[rank]}")
            if rank > 0:
                self.assertEqual(output, "", "rank 0 alone tells how far it is")
        return told

    def until_step(self, process, step):
        for line in process.stdout:
            if f'"step": {step},' in line:
                return
        self.fail(process.stderr.read())

    def weights(self, run):
        """Running statistics and Muon's sums included; not Adam's, an archive whose order differs."""
        checkpoint = tensors(self.path("runs", run, "checkpoint.safetensors"), 1)
        return {name: values for name, values in checkpoint.items() if not name.endswith("optimiser")}

    def assert_same_bits(self, run, expected):
        found = self.weights(run)
        self.assertEqual(found.keys(), expected.keys())
        self.assertEqual([name for name in expected if found[name] != expected[name]], [])

    def train_whole(self):
        processes = self.start(*self.arguments("whole"))
        self.finish(processes, {0: 0, 1: 0})
        return self.weights("whole1")

    def test_a_killed_rank_leaves_a_checkpoint_from_which_all_go_on(self):
        whole = self.train_whole()
        self.assertEqual(os.listdir(self.path("runs")), ["whole1"])
        processes = self.start(*self.arguments("cut"))
        self.until_step(processes[0], 5)
        processes[1].kill()
        told = self.finish(processes, {0: 4})
        self.assertIn("a rank was lost after step", told[0])
        self.assertIn("limn train --resume " + self.path("runs", "cut1"), told[0])
        self.assertFalse(os.path.exists(self.path("runs", "cut1", "sheets", f"step{self.STEPS}.png")))
        self.finish(self.start("--resume", self.path("runs", "cut1")), {0: 0, 1: 0})
        self.assert_same_bits("cut1", whole)

    def test_all_stop_at_the_same_step_when_one_is_interrupted(self):
        whole = self.train_whole()
        processes = self.start(*self.arguments("cut"))
        self.until_step(processes[0], 5)
        processes[1].send_signal(signal.SIGINT)
        told = self.finish(processes, {0: 130, 1: 130})
        self.assertIn("limn train --resume", told[0])
        self.assertNotIn("error", told[1])
        self.finish(self.start("--resume", self.path("runs", "cut1")), {0: 0, 1: 0})
        self.assert_same_bits("cut1", whole)
        self.assertGreater(results(self.path("runs", "cut1"))["loss"], 0)

    def test_a_rank_that_hangs_counts_as_lost(self):
        processes = self.start(*self.arguments("hung"), "--set", "run.rank_timeout_s=15")
        self.until_step(processes[0], 3)
        processes[1].send_signal(signal.SIGSTOP)
        self.assertIn("a rank was lost after step", self.finish(processes, {0: 4})[0])
        self.assertTrue(os.path.exists(self.path("runs", "hung1", "checkpoint.safetensors")))

    def test_the_lost_rank_may_be_the_one_that_writes(self):
        processes = self.start(*self.arguments("headless"))
        self.until_step(processes[0], 3)
        processes[0].kill()
        self.assertIn("limn train --resume " + self.path("runs", "headless1"), self.finish(processes, {1: 4})[1])

    def test_ranks_of_other_configurations_are_refused(self):
        processes = self.start(*self.arguments("mixed"), more=((), ("--set", "schedule.batch_synthetic=2")))
        told = self.finish(processes, {0: 2, 1: 2})
        self.assertIn("the ranks do not train the same", told[0])
        self.assertIn("schedule.batch_synthetic = 2, not 4", told[1])

    def test_senseless_variables_are_named(self):
        def told(code, arguments, **variables):
            done = subprocess.run([os.path.join(BIN, "limn-train"), *arguments], cwd=self.folder, capture_output=True,
                                  text=True, env={**os.environ, **variables})
            self.assertEqual(done.returncode, code, done.stderr)
            return done.stderr
        arguments = self.arguments("none")
        self.assertIn("WORLD_SIZE", told(2, arguments, RANK="0"))
        self.assertIn("RANK = 3", told(2, arguments, RANK="3", WORLD_SIZE="2", MASTER_ADDR="127.0.0.1"))
        self.assertIn("one process", told(2, ["--network", "person"], RANK="0", WORLD_SIZE="2", MASTER_ADDR="127.0.0.1"))
        alone = {"RANK": "0", "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port())}
        self.assertIn("do not find each other", told(4, [*arguments, "--set", "run.rank_timeout_s=1"], **alone))
        self.assertFalse(os.path.exists(self.path("runs")), "a failed start leaves no run behind")


if __name__ == "__main__":
    unittest.main(verbosity=2)
