#!/usr/bin/env python3
"""Limn beside MediaPipe's Pose (PyPI: "mediapipe<0.10.22", numpy, opencv), a network taught with labels: processor time a frame of
one clip, and accuracy on Leeds Sports Pose. Needs both only here, never in the product.

    bench/mediapipe_pose.py --clip CLIP.mp4 [--rounds 3] [--limn build/release/bin/limn]
    bench/mediapipe_pose.py --lsp LSP       # the folder with labels.json that `limn eval --dataset lsp` reads
"""
import argparse
import json
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

try:
    import cv2
    import mediapipe
    import numpy as np
except ImportError as error:
    sys.exit(f"skipped: {error}")

# Landmarks of MediaPipe by the names of the labels; neck and top of the head are none of them.
LANDMARKS = {"right_ankle": 28, "right_knee": 26, "right_hip": 24, "left_hip": 23, "left_knee": 25, "left_ankle": 27,
             "right_wrist": 16, "right_elbow": 14, "right_shoulder": 12, "left_shoulder": 11, "left_elbow": 13, "left_wrist": 15}


def other_side(name):
    return name.replace("left", "?").replace("right", "left").replace("?", "right")


def mediapipe_ms(clip):
    """Processor milliseconds a frame: decoding and the default model, following one person."""
    reader, frames = cv2.VideoCapture(clip), 0
    pose = mediapipe.solutions.pose.Pose(model_complexity=1)
    before = time.process_time()
    while True:
        there, frame = reader.read()
        if not there:
            return 1e3 * (time.process_time() - before) / frames, frames
        pose.process(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))
        frames += 1


def limn_ms(limn, clip, frames):
    """The whole program: start, decoding, finding people, the mirror image too, smoothing, poses.json."""
    def used():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime
    with tempfile.TemporaryDirectory() as out:
        before = used()
        subprocess.run([limn, "predict", clip, "--out", out, "--format", "json", "--quiet"], check=True, stdout=subprocess.DEVNULL)
        return 1e3 * (used() - before) / frames


def time_clip(arguments):
    rounds = []
    for _ in range(arguments.rounds):
        theirs, frames = mediapipe_ms(arguments.clip)
        rounds.append((theirs, limn_ms(arguments.limn, arguments.clip, frames)))
    theirs, ours = (statistics.median(column) for column in zip(*rounds))
    print(f"{frames} frames, medians of {arguments.rounds}: MediaPipe {theirs:.1f} ms a frame, Limn {ours:.1f} ms, "
          f"{statistics.median(a / b for a, b in rounds):.1f} x")


def crop_of(picture, joints, side_px=256):
    """The square that `limn eval` shows the networks: 1.3 times the box of the labels, edges repeated."""
    low, high = joints.min(0), joints.max(0)
    side = 1.3 * (high - low).max()
    corner = (low + high) / 2 - side / 2
    scale = side_px / side
    move = np.float32([[scale, 0, -scale * corner[0]], [0, scale, -scale * corner[1]]])
    return cv2.warpAffine(picture, move, (side_px, side_px), borderMode=cv2.BORDER_REPLICATE), corner, scale


def measure_lsp(folder):
    labels = json.loads((folder / "labels.json").read_text())
    names = [name for name in labels["joint_names"] if name in LANDMARKS]
    pose = mediapipe.solutions.pose.Pose(static_image_mode=True, model_complexity=1, min_detection_confidence=0.1)
    right = right_swapped = flips = missed = 0
    for entry in labels["images"]:
        joints = np.array(entry["joints"])[:, :2]
        crop, corner, scale = crop_of(cv2.imread(str(folder / entry["file"])), joints)
        found = pose.process(cv2.cvtColor(crop, cv2.COLOR_BGR2RGB)).pose_landmarks
        if found is None:
            missed += 1
            continue
        truth = {name: joints[labels["joint_names"].index(name)] for name in names}
        read = {name: np.array([found.landmark[LANDMARKS[name]].x, found.landmark[LANDMARKS[name]].y]) * 256 / scale + corner
                for name in names}
        reach = 0.2 * np.linalg.norm(truth["left_shoulder"] - truth["right_hip"])
        raw = [np.linalg.norm(read[name] - truth[name]) for name in names]
        swapped = [np.linalg.norm(read[other_side(name)] - truth[name]) for name in names]
        flipped = sum(swapped) < sum(raw)
        flips += flipped
        right += sum(distance < reach for distance in raw)
        right_swapped += sum(distance < reach for distance in (swapped if flipped else raw))
    people = len(labels["images"])
    joints = people * len(names) / 100
    print(f"MediaPipe, {people} people, {missed} not found (all joints wrong, no flip), {len(names)} joints: PCK@0.2 "
          f"{right / joints:.1f} %, sides by the truth {right_swapped / joints:.1f} %, flips {100 * flips / people:.1f} %")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clip")
    parser.add_argument("--lsp", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limn", default="build/release/bin/limn")
    arguments = parser.parse_args()
    if arguments.clip:
        time_clip(arguments)
    if arguments.lsp:
        measure_lsp(arguments.lsp)


if __name__ == "__main__":
    main()
