#!/usr/bin/env python3
"""The same networks in Limn, LibTorch eager, onnxruntime and OpenCV DNN, one person at a time, in one run.

    make && bench/runtimes.py [--threads 1] [--rounds 7]

needs limn and limn_bench in --bin; onnxruntime and cv2 are left out where Python does not find them. The contestants take turns, so
that other work on the machine meets all of them; medians and their ratios are printed as a table. One thread is measured in processor
time, several in elapsed time.
"""

import argparse
import importlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

# OpenBLAS' waiting threads call sched_yield without end: they would count as processor time, and slow the core's other half.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def milliseconds(run, count, clock):
    times = []
    for _ in range(count):
        start = clock()
        run()
        times.append(1e3 * (clock() - start))
    return times


def module(name):
    """The module, or None with a line that says so."""
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"{name} is not installed: left out", file=sys.stderr)
        return None


def onnx_contestants(path, threads):
    """Name -> function that runs the exported network once."""
    numpy = module("numpy")
    if numpy is None:
        return {}
    found = {}
    onnxruntime = module("onnxruntime")
    image = None
    if onnxruntime:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        shape = [1] + session.get_inputs()[0].shape[1:]
        image = numpy.full(shape, 0.3, numpy.float32)
        found[f"onnxruntime {onnxruntime.__version__}"] = lambda: session.run(None, {"image": image})
    cv2 = module("cv2")
    if cv2:
        cv2.setNumThreads(threads)
        network = cv2.dnn.readNetFromONNX(str(path))
        if image is None:
            image = numpy.full([1, 3, 96, 96], 0.3, numpy.float32)
        names = network.getUnconnectedOutLayersNames()

        def run_opencv():
            network.setInput(image)
            network.forward(names)

        found[f"OpenCV DNN {cv2.__version__}"] = run_opencv
    return found


def limn_figures(arguments, folder):
    out = folder / "figures.json"
    subprocess.run([arguments.bin / "limn_bench", "--only", "inference", "--threads", str(arguments.threads), "--model",
                    arguments.model, "--repetitions", "5", "--out", out], check=True, stdout=subprocess.DEVNULL)
    return json.loads(out.read_text())


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, default=root / "build/release/bin")
    parser.add_argument("--model", type=pathlib.Path, default=root / "models/limn-s.safetensors")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    names = {"infer_networks_torch_ms": "LibTorch eager", "infer_networks_float32_ms": "Limn, networks, float32",
             "infer_networks_int8_ms": "Limn, networks, int8", "infer_person_float32_ms": "Limn, whole path, float32",
             "infer_person_int8_ms": "Limn, whole path, int8", "infer_people_ms": "Limn, whole path, one of eight"}
    samples = {}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        subprocess.run([arguments.bin / "limn", "export", "--onnx", folder / "model.onnx", "--model", arguments.model],
                       check=True)
        others = onnx_contestants(folder / "model.onnx", arguments.threads)
        clock = time.process_time if arguments.threads == 1 else time.perf_counter
        for run in others.values():
            milliseconds(run, 10, clock)
        for _ in range(arguments.rounds):
            figures = limn_figures(arguments, folder)
            for key, name in names.items():
                if key in figures:
                    samples.setdefault(name, []).append(figures[key])
            for name, run in others.items():
                samples.setdefault(name, []).append(statistics.median(milliseconds(run, 25, clock)))
    torch = samples["LibTorch eager"]
    print(f"{arguments.threads} thread(s), {arguments.rounds} rounds")
    print(f"| {'':32} | ms | LibTorch / this |\n|---|---|---|")
    for name, times in sorted(samples.items(), key=lambda item: -statistics.median(item[1])):
        ratio = statistics.median(t / own for t, own in zip(torch, times))
        print(f"| {name:32} | {statistics.median(times):.2f} | {ratio:.1f} |")


if __name__ == "__main__":
    main()
