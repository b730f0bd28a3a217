#!/usr/bin/env bash
# bench/run.sh BUILD_DIR [--quick] [options of run.py]: builds the bench programs against BUILD_DIR/libpurser.so, installs the peers by name
# (not with --quick) and prints the figures. BUILD_DIR is a Release build: `cmake --preset release && cmake --build --preset release`.
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$(cd "${1:?usage: bench/run.sh BUILD_DIR [--quick]}" && pwd)
shift
[ -e "$build/libpurser.so" ] || { echo "bench: $build has no libpurser.so; build it first" >&2; exit 1; }

programs=$build/bench-programs
cmake -S "$bench" -B "$programs" -G Ninja -DCMAKE_BUILD_TYPE=Release -DPURSER_LIBRARY="$build/libpurser.so" >"$programs.log" 2>&1 || { cat "$programs.log"; exit 1; }
cmake --build "$programs" >>"$programs.log" 2>&1 || { cat "$programs.log"; exit 1; }

options=()
quick=no
for argument in "$@"; do [ "$argument" != --quick ] || quick=yes; done
peers=$build/bench-peers
if [ "$quick" = no ] && [ ! -d "$peers/node_modules/better-sqlite3/build/Release" ]; then
  mkdir -p "$peers"
  npm install --prefix "$peers" --no-audit --no-fund stripe better-sqlite3 >"$peers/install.log" 2>&1 || echo "peers not installed: see $peers/install.log"
fi
if [ "$quick" = no ] && [ ! -d "$peers/node_modules/@supabase/stripe-sync-engine" ]; then
  npm install --prefix "$peers" --no-audit --no-fund @supabase/stripe-sync-engine >>"$peers/install.log" 2>&1 || echo "peer @supabase/stripe-sync-engine not installed: see $peers/install.log"
fi
if [ -d "$peers/node_modules/better-sqlite3/build/Release" ]; then options+=(--peers "$peers"); else echo "peers stripe and better-sqlite3: not measured"; fi

# The bindings, where this build has made their packages.
if [ -e "$build/node-package/purser.node" ]; then options+=(--node "$build/node-package"); else echo "check from Node: not built, not measured"; fi
if [ -d "$build/python-package/purser" ]; then options+=(--python "$build/python-package"); else echo "check from Python: not built, not measured"; fi

exec python3 "$bench/run.py" "$programs" "$build/bench-work" "${options[@]}" "$@"
