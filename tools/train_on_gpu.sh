#!/usr/bin/env bash
# Trains on a machine with an NVIDIA GPU for some minutes and leaves a checkpoint; a later call goes on from it, so that GPUs
# lent for ten minutes at a time add up to one run. Needs python3 with pip and venv, nvcc, and as root apt-get for the rest.
#   tools/train_on_gpu.sh [--dry-run] MINUTES [OPTION OF limn train ...]
#   tools/train_on_gpu.sh 9 --set schedule.batch_synthetic=256 --set 'data.real=["my/videos"]'
# --dry-run prints the commands. With several GPUs one process a GPU trains (docs/training_on_many_machines.md).
# Variables: NAME of the run (gpu), RUNS its folder (runs), TORCH what pip installs (torch), VENV (build/torch), SETUP: package
# groups of tools/packages.txt (core; empty installs nothing). PIP_INDEX_URL chooses the wheel's CUDA version, as ever.
set -euo pipefail
cd "$(dirname "$0")/.."

dry=
[[ "${1:-}" == --dry-run ]] && dry=1 && shift
minutes=${1:-}
[[ "$minutes" =~ ^[1-9][0-9]*$ ]] || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }
shift
options=("$@")
if [[ " ${options[*]-} " != *" --config "* ]]; then
  [[ " ${options[*]-} " == *data.real=* ]] || options+=(--set schedule.mixed_steps=0)  # no footage: synthetic people alone
  options=(--config configs/base.toml "${options[@]}")
fi
name=${NAME:-gpu} runs=${RUNS:-runs} venv=${VENV:-build/torch}

run() {
  printf '+ %s\n' "$*" >&2
  [[ -n "$dry" ]] || "$@"
}

nvcc=$(command -v nvcc || ls /usr/local/cuda*/bin/nvcc 2>/dev/null | sort -V | tail -n 1 || true)
gpus=$(nvidia-smi --list-gpus 2>/dev/null | wc -l || true)
if [[ -z "$dry" ]]; then
  [[ -n "$nvcc" ]] || { echo "train_on_gpu: no nvcc on the path or in /usr/local/cuda*; install the CUDA toolkit" >&2; exit 4; }
  ((gpus > 0)) || { echo "train_on_gpu: nvidia-smi shows no GPU" >&2; exit 4; }
fi

# Each part is quick when it is done already.
[[ -z "${SETUP-core}" ]] || run tools/setup.sh ${SETUP-core}
[[ -x "$venv/bin/pip" ]] || run python3 -m venv "$venv"
[[ -d $(echo "$venv"/lib/python3*/site-packages/torch/share/cmake) ]] || run "$venv/bin/pip" install --quiet "${TORCH:-torch}"
torch=$(echo "$venv"/lib/python3*/site-packages/torch/share/cmake)
[[ -f build/cuda/build.ninja ]] ||
  run env CUDACXX="${nvcc:-nvcc}" cmake --preset cuda -DCMAKE_PREFIX_PATH="$PWD/$torch" -DLIMN_TESTS=OFF -DLIMN_BENCH=OFF
run cmake --build --preset cuda --target limn_train -j "$(tools/jobs.sh)"

checkpoint=$(ls -d "$runs/$name"*/checkpoint.safetensors 2>/dev/null | sort -V | tail -n 1 || true)
[[ -z "$checkpoint" ]] || options+=(--resume "$(dirname "$checkpoint")")
launcher=()
((gpus < 2)) || launcher=("$venv/bin/torchrun" --standalone --no-python --nproc-per-node="$gpus")

# --foreground: one SIGINT, not two, of which the second would end the program before it has written.
before=$(mktemp)
SECONDS=0
trap 'rm -f "$before"' EXIT
status=0
run timeout --foreground --signal=INT --kill-after=120 --preserve-status "${minutes}m" "${launcher[@]}" build/cuda/bin/limn-train \
  "${options[@]}" --device cuda --name "$name" --set "run.runs=$runs" || status=$?
[[ -z "$dry" && $status != 0 ]] || exit "$status"
# torchrun's exit code does not tell an interruption from a failure.
if ((SECONDS >= 60 * minutes)) && [[ -n $(find "$runs" -path "*/$name*/checkpoint.safetensors" -newer "$before") ]]; then
  echo "train_on_gpu: stopped after $minutes minutes; the same command goes on" >&2
  exit 0
fi
exit "$status"
