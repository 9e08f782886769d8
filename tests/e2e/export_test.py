#!/usr/bin/env python3
"""limn export: the ONNX file says what limn predict says, in onnxruntime and in OpenCV, where they are installed.

Usage: export_test.py [CLASS]. Environment: LIMN_BIN, the folder of the binaries.
"""
import json
import pathlib
import random
import struct
import unittest
import zlib

from predict_test import Case


def write_png(path, size, pixels):
    """RGB bytes, size x size."""
    rows = b"".join(b"\0" + pixels[3 * size * y:3 * size * (y + 1)] for y in range(size))
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks))


def matrix_of(wxyz):
    w, x, y, z = wxyz
    return [[1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)]]


class Onnx(Case):
    SIZE = 32  # of the fixture's model

    def exported(self):
        model = self.fixture("model", "model.safetensors")
        self.succeeds(self.limn("export", "--onnx", self.folder / "model.onnx", "--model", model))
        return self.folder / "model.onnx"

    def picture(self, seed):
        """A picture of the network's own size, so that the whole of it is the crop; and its values [3 S S]."""
        import numpy
        generator = random.Random(seed)
        pixels = bytes(generator.randrange(256) for _ in range(3 * self.SIZE ** 2))
        path = self.folder / f"{seed}.png"
        write_png(path, self.SIZE, pixels)
        values = numpy.frombuffer(pixels, numpy.uint8).reshape(self.SIZE, self.SIZE, 3).astype(float)
        for axis in (0, 1):  # a crop pixel is the mean over its area of the picture between pixel centres
            edges = numpy.pad(values, [(1, 1) if k == axis else (0, 0) for k in range(3)], mode="edge")
            before, after = edges.take(range(self.SIZE), axis), edges.take(range(2, self.SIZE + 2), axis)
            values = 0.125 * before + 0.75 * values + 0.125 * after
        values = numpy.floor(values + 0.5).transpose(2, 0, 1)
        return path, (values / 255).astype(numpy.float32)

    def expect_prediction(self, path, outputs, tolerance=1e-4):
        import numpy
        self.out = self.folder / ("out" + path.stem)
        self.succeeds(self.predict(path, "--box", "whole", "--format", "json", "--no-mirror"))
        person = json.loads((self.out / "poses.json").read_text())["frames"][0]["people"][0]
        expected = {
            "keypoints": (numpy.array(person["joints_px"]) - self.SIZE / 2) / (self.SIZE / 2),
            "confidence": numpy.array(person["confidence"]),
            "positions": numpy.array(person["positions"]),
            "rotations": numpy.array([matrix_of(q) for q in person["local_rotations"]]),
            "camera": numpy.array([(person["camera"]["root_px"][0] - self.SIZE / 2) / (self.SIZE / 2),
                                   (person["camera"]["root_px"][1] - self.SIZE / 2) / (self.SIZE / 2),
                                   person["camera"]["px_per_metre"] / (self.SIZE / 2)]),
        }
        for name, values in expected.items():
            numpy.testing.assert_allclose(outputs[name], values, atol=tolerance, err_msg=name)

    def test_onnxruntime_says_what_predict_says(self):
        try:
            import numpy
            import onnxruntime
        except ImportError:
            self.skipTest("onnxruntime is not installed")
        session = onnxruntime.InferenceSession(str(self.exported()), providers=["CPUExecutionProvider"])
        names = [output.name for output in session.get_outputs()]
        self.assertEqual(names, ["keypoints", "confidence", "positions", "rotations", "camera", "skeleton_image"])
        pictures = [self.picture(seed) for seed in (1, 2, 3)]
        together = session.run(None, {"image": numpy.stack([values for _, values in pictures])})
        for i, (path, values) in enumerate(pictures):
            alone = session.run(None, {"image": values[None]})
            for one, all_ in zip(alone, together):
                numpy.testing.assert_allclose(one[0], all_[i], atol=1e-5)
            self.expect_prediction(path, {name: value[0] for name, value in zip(names, alone)})

    def test_opencv_says_what_predict_says(self):
        try:
            import cv2
        except ImportError:
            self.skipTest("OpenCV is not installed")
        # OpenCV 5's new engine gives other numbers each time for so small a model (not for limn-s): docs/onnx.md.
        engine = [cv2.dnn.ENGINE_CLASSIC] if hasattr(cv2.dnn, "ENGINE_CLASSIC") else []
        network = cv2.dnn.readNetFromONNX(str(self.exported()), *engine)
        path, values = self.picture(4)
        names = ["keypoints", "confidence", "positions", "rotations", "camera", "skeleton_image"]
        network.setInput(values[None])
        self.expect_prediction(path, {name: value[0] for name, value in zip(names, network.forward(names))})

    def test_bad_names(self):
        model = self.fixture("model", "model.safetensors")
        self.fails(self.limn("export", "--onnx", "model.pt", "--model", model), 2, ".onnx")
        self.fails(self.limn("export", "--onnx", self.folder / "no" / "model.onnx", "--model", model), 3, "no such folder")
        self.assertEqual(everything_but_model(self.folder), [])

    def test_released_weights_have_names(self):
        for name in ("limn-s", "limn-m"):
            self.succeeds(self.limn("export", "--onnx", self.folder / (name + ".onnx"), "--model", name))
        self.succeeds(self.limn("export", "--onnx", self.folder / "default.onnx"))
        small, middle, default = ((self.folder / f"{name}.onnx").read_bytes() for name in ("limn-s", "limn-m", "default"))
        self.assertEqual(small, default)
        self.assertNotEqual(small, middle)
        self.fails(self.limn("export", "--onnx", self.folder / "model.onnx", "--model", "limn-x"), 4,
                   "models/limn-x.safetensors")


def everything_but_model(folder):
    return sorted(p.name for p in pathlib.Path(folder).iterdir() if p.name != "model.safetensors")


if __name__ == "__main__":
    unittest.main()
