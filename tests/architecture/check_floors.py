#!/usr/bin/env python3
"""Checks the includes of src/limn, app, bench and tests against floors.txt. Usage: check_floors.py SOURCE_ROOT.

Prints a line a breach and exits with 1 when there is one. A test file sits on top of the house: it may include any
room, but torch only where its program links it.
"""
import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
TORCH = re.compile(r"^(torch|ATen|c10|caffe2)/")
SOURCES = {".h", ".hpp", ".cpp", ".cu", ".cuh"}


class Floors:
    """What each room may include, the rooms with torch, and the stages."""

    def __init__(self, text):
        self.may_include = {}
        self.torch_rooms = set()
        self.stage_room, self.stages = None, set()
        below, torch = set(), False
        for line in text.splitlines():
            words = line.split("#")[0].replace(":", " ").split()
            if not words:
                continue
            if words[0] == "wing":
                below = self.may_include[words[3]] | {words[3]} if words[2:3] == ["above"] else set()
                torch = words[1] == "training"
            elif words[0] == "also":  # also ROOM includes ROOM
                self.may_include[words[1]].add(words[3])
            elif words[0] == "stages":  # stages of ROOM: STAGE ...
                self.stage_room, self.stages = words[2], set(words[3:])
            else:
                for room in words:
                    self.may_include[room] = set(below)
                    if torch:
                        self.torch_rooms.add(room)
                below |= set(words)


def breaches_of_file(floors, root, path):
    relative = path.relative_to(root)
    in_house = relative.parts[:2] == ("src", "limn")
    room = relative.parts[2] if in_house and len(relative.parts) > 3 else None
    is_test = relative.stem.endswith("_test") or relative.parts[0] == "tests"
    if in_house and room not in floors.may_include:
        yield 1, f"room '{room}' has no floor in floors.txt"
        return
    torch_allowed = room in floors.torch_rooms or relative.parts[0] in ("bench", "tests") or path.stem == "train_main"
    stage = path.stem.removesuffix("_test") if room == floors.stage_room and room else None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if path.suffix in {".h", ".hpp", ".cuh"} and re.match(r"\s*using\s+namespace\b", line):
            yield number, "`using namespace` in a header"
        match = INCLUDE.match(line)
        if not match:
            continue
        quote, name = match.groups()
        parts = name.split("/")
        if TORCH.match(name) and not torch_allowed:
            yield number, f"torch header {name} outside {', '.join(sorted(floors.torch_rooms))}"
        if in_house and quote == '"' and parts[0] not in ("limn", "support"):
            yield number, f'"{name}" is not spelled from src: "limn/<room>/<file>"'
        if parts[0] != "limn" or len(parts) < 3:
            continue
        target = parts[1]
        if target not in floors.may_include:
            yield number, f"includes room '{target}', which has no floor in floors.txt"
        elif target in floors.torch_rooms and not torch_allowed:
            yield number, f"includes {target}, of the training wing, in a program without torch"
        elif room and not is_test and target != room and target not in floors.may_include[room]:
            yield number, f"{room} may not include {target}"
        other = parts[2].rsplit(".", 1)[0]
        if stage in floors.stages and not is_test and target == room and other in (floors.stages | {room}) - {stage}:
            yield number, f"stage {stage} includes {other}: only {room}.h knows the stages"


def breaches(root, floors):
    files = [p for top in ("src", "app", "bench", "tests") for p in (root / top).rglob("*") if p.suffix in SOURCES]
    for path in sorted(files):
        for number, what in breaches_of_file(floors, root, path):
            yield f"{path.relative_to(root)}:{number}: {what}"
    if not files:
        yield f"{root}: no source file found"


def main():
    root = pathlib.Path(sys.argv[1])
    found = list(breaches(root, Floors((pathlib.Path(__file__).parent / "floors.txt").read_text(encoding="utf-8"))))
    print("\n".join(found) if found else "every include respects floors.txt")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
