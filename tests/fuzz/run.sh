#!/usr/bin/env bash
# Fuzzes the readers one after the other. Usage: run.sh BUILD SECONDS [READER ...]; without readers, all.
# BUILD/fuzz/READER keeps the corpus from run to run; BUILD/fuzz/found holds what made a reader fail, to be run again as
# BUILD/bin/limn_fuzz_READER FILE. Exits with 1 if something was found.
set -euo pipefail
build=$1 seconds=$2
shift 2
corpus=$build/fuzz
mkdir -p "$corpus/found"
readers=("$@")
((${#readers[@]})) || readers=($(ls "$build/bin" | sed -n 's/^limn_fuzz_//p' | grep -v '^seeds$'))
"$build/bin/limn_fuzz_seeds" "$corpus"
# Sanitizers report and stop; what a reader may ask for at most; seconds that one input may take.
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 ASAN_OPTIONS=allocator_may_return_null=0:detect_leaks=1
failed=()
for reader in "${readers[@]}"; do
  echo "== $reader, $seconds s"
  "$build/bin/limn_fuzz_$reader" "$corpus/$reader" -max_total_time="$seconds" -max_len=65536 -timeout=20 -rss_limit_mb=3000 \
    -malloc_limit_mb=2000 -artifact_prefix="$corpus/found/$reader-" -print_final_stats=1 -verbosity=0 || failed+=("$reader")
done
if ((${#failed[@]})); then
  echo "fuzz: found something in: ${failed[*]}; see $corpus/found" >&2
  exit 1
fi
echo "fuzz: nothing found in ${readers[*]}, $seconds s each"
