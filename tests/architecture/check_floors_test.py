#!/usr/bin/env python3
"""Plants one breach of each rule and expects check_floors to name it, and an innocent tree to pass."""
import pathlib
import tempfile
import unittest

import check_floors

FLOORS = check_floors.Floors((pathlib.Path(__file__).parent / "floors.txt").read_text(encoding="utf-8"))


class CheckFloors(unittest.TestCase):
    def found(self, name, text):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / name
            path.parent.mkdir(parents=True)
            path.write_text(text, encoding="utf-8")
            return list(check_floors.breaches(pathlib.Path(folder), FLOORS))

    def test_lower_rooms_pass(self):
        self.assertEqual([], self.found("src/limn/data/shard.cpp", '#include "limn/synth/sample.h"\n#include <map>\n'))
        self.assertEqual([], self.found("src/limn/train/trainer.cpp",
                                        '#include <torch/torch.h>\n#include "limn/cycle/cycle.h"\n'))
        self.assertEqual([], self.found("src/limn/cycle/cycle.h", '#include "limn/cycle/lift.h"\n'))
        self.assertEqual([], self.found("src/limn/cycle/lift.cpp", '#include "limn/cycle/lift.h"\n'))
        self.assertEqual([], self.found("src/limn/train/engine_test.cpp", '#include "limn/infer/engine.h"\n'))
        self.assertEqual([], self.found("app/train_main.cpp", '#include "limn/train/trainer.h"\n'))

    def test_breaches_are_named(self):
        for name, text, what in [
            ("src/limn/base/a.h", '#include "limn/geometry/rotation.h"', "base may not include geometry"),
            ("src/limn/media/a.cpp", '#include "limn/synth/sample.h"', "media may not include synth"),
            ("src/limn/data/a.cpp", '#include "limn/infer/engine.h"', "data may not include infer"),
            ("src/limn/cycle/a.cpp", '#include "limn/losses/prior.h"', "cycle may not include losses"),
            ("src/limn/losses/a.cpp", '#include "limn/evaluate/metrics.h"', "losses may not include evaluate"),
            ("src/limn/data/a.cpp", '#  include "limn/train/batch.h"', "program without torch"),
            ("app/main.cpp", '#include "limn/cycle/cycle.h"', "program without torch"),
            ("src/limn/infer/a_test.cpp", '#include "limn/cycle/cycle.h"', "program without torch"),
            ("src/limn/infer/a.cpp", "#include <torch/types.h>", "torch header torch/types.h"),
            ("src/limn/skeleton/a.cpp", "#include <ATen/Parallel.h>", "torch header ATen/Parallel.h"),
            ("src/limn/base/a.h", "using namespace std;", "`using namespace` in a header"),
            ("src/limn/cycle/lift.cpp", '#include "limn/cycle/draw.h"', "stage lift includes draw"),
            ("src/limn/cycle/lift.h", '#include "limn/cycle/cycle.h"', "stage lift includes cycle"),
            ("src/limn/base/a.cpp", '#include "b.h"', "not spelled from src"),
            ("src/limn/attic/a.cpp", "", "'attic' has no floor"),
            ("src/limn/base/a.cpp", '#include "limn/attic/b.h"', "'attic', which has no floor"),
        ]:
            with self.subTest(name=name, text=text):
                found = self.found(name, text + "\n")
                self.assertEqual(1, len(found), found)
                self.assertIn(what, found[0])
                self.assertTrue(found[0].startswith(f"{name}:1: "), found[0])

    def test_an_empty_tree_is_no_success(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(1, len(list(check_floors.breaches(pathlib.Path(folder), FLOORS))))


if __name__ == "__main__":
    unittest.main()
