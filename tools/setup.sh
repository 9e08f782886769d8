#!/usr/bin/env bash
# Installs the packages of tools/packages.txt that this machine lacks. Usage: tools/setup.sh [GROUP ...]
# Groups: core, training, develop, bench; core and training when none is named. Works as root, or through sudo without a
# prompt. When nothing is missing it changes nothing and needs no network.
set -euo pipefail
cd "$(dirname "$0")/.."

groups=("$@")
((${#groups[@]})) || groups=(core training)

if ! command -v dpkg-query >/dev/null; then
  echo "setup: not a Debian system; install by hand what tools/packages.txt lists" >&2
  exit 0
fi

wanted=()
while read -r package group; do
  [[ " ${groups[*]} " == *" $group "* ]] && wanted+=("$package")
done < <(sed 's/#.*//; /^[[:space:]]*$/d' tools/packages.txt)
((${#wanted[@]})) || { echo "setup: no package in group ${groups[*]}" >&2; exit 2; }

missing() {
  # dpkg-query fails when it knows nothing of a package: that package is missing, which is no error here.
  local installed
  installed=$(dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null |
    sed -n 's/^installed //p' || true)
  printf '%s\n' "${wanted[@]}" | grep -vxF -f <(printf '%s\n' "$installed") || true
}

mapfile -t lacking < <(missing)
if ((${#lacking[@]})); then
  as_root=()
  if ((EUID != 0)); then
    as_root=(sudo -n)
    sudo -n true 2>/dev/null || {
      echo "setup: run as root: apt-get install --no-install-recommends ${lacking[*]}" >&2
      exit 1
    }
  fi
  install=(apt-get install --yes --quiet --no-install-recommends "${lacking[@]}")
  as_root+=(env DEBIAN_FRONTEND=noninteractive)
  echo "setup: installing ${lacking[*]}"
  # The package lists are refreshed only when they are too old, or absent, to know what is asked for.
  "${install[@]}" --simulate >/dev/null 2>&1 || "${as_root[@]}" apt-get update --quiet
  "${as_root[@]}" "${install[@]}" </dev/null || {
    "${as_root[@]}" apt-get update --quiet
    "${as_root[@]}" "${install[@]}" </dev/null
  }
fi

# Debian chooses among the installed BLAS libraries by alternatives; a choice once made by hand outlives the install.
if [[ " ${groups[*]} " == *" training "* ]]; then
  blas=$(readlink -f "$(/sbin/ldconfig -p | sed -n 's/.*libblas\.so\.3 .*=> //p' | head -n 1)" || true)
  case "$blas" in
    */openblas* | */mkl* | */blis*) ;;
    *) echo "setup: libblas.so.3 is '$blas', which is slow; choose OpenBLAS with" \
         "update-alternatives --config libblas.so.3-$(gcc -print-multiarch)" >&2 ;;
  esac
fi
