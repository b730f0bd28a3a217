#!/bin/sh
# Replays examples/history.jsonl in C, C++, Node and Python, shows what one account holds after each observation, and compares
# the four outputs byte by byte. Usage: examples/demo.sh BUILD_DIR
# PURSER_DEMO_ALLOW_MISSING=1: a language whose binding was not built is left out, and said to be.
set -eu
if [ $# -ne 1 ] || [ ! -d "$1" ]; then
  echo "demo: expected the build folder; run ./dev demo, or examples/demo.sh BUILD_DIR" >&2
  exit 2
fi
build=$(cd "$1" && pwd)
examples=$(cd "$(dirname "$0")" && pwd)
catalog=$examples/catalog.json
history=$examples/history.jsonl
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
trap 'exit 1' HUP INT TERM

bold=''; dim=''; green=''; red=''; plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
  bold=$(printf '\033[1m'); dim=$(printf '\033[2m'); green=$(printf '\033[32m'); red=$(printf '\033[31m'); plain=$(printf '\033[0m')
fi

ran=''       # file names of the outputs to compare
languages='' # what they are called

# replay LANGUAGE FILE WHAT_IT_NEEDS COMMAND...
replay() {
  language=$1 file=$2 needs=$3
  shift 3
  if [ ! -e "$needs" ]; then
    if [ "${PURSER_DEMO_ALLOW_MISSING:-}" = 1 ]; then
      echo "demo: NOT RUN in $language: $needs was not built (PURSER_DEMO_ALLOW_MISSING=1)" >&2
      return 0
    fi
    echo "demo: $needs is missing, so $language cannot run; build it, or set PURSER_DEMO_ALLOW_MISSING=1" >&2
    exit 1
  fi
  if ! "$@" "$catalog" "$history" >"$out/$file"; then
    echo "demo: the program in $language ended with an error" >&2
    exit 1
  fi
  ran="$ran $file"
  languages="$languages${languages:+, }$language"
}

replay C c "$build/examples/demo_c" "$build/examples/demo_c"
replay C++ cpp "$build/examples/demo_cpp" "$build/examples/demo_cpp"
replay Node node "$build/node-package/purser.node" env "PURSER_NODE_PACKAGE=$build/node-package" "${PURSER_NODE:-node}" "$examples/node/demo.mjs"
replay Python python "$build/python-package/purser/_purser.abi3.so" \
  env "PYTHONPATH=$build/python-package" "${PURSER_PYTHON:-python3}" -B "$examples/python/demo.py"

# The story: time and words from the history, what follows from them from the program in C++.
sed 's/.*"created":\([0-9]*\),"note":"\([^"]*\)".*/\1\t\2/' "$history" >"$out/story"
printf '\n%sOne account and what it may do, after each thing that Stripe says%s\n\n' "$bold" "$plain"
paste "$out/story" "$out/cpp" | awk -F '\t' -v bold="$bold" -v dim="$dim" -v green="$green" -v red="$red" -v plain="$plain" '
  BEGIN { printf "%s%4s %6s  %-58s %-10s %-20s %-6s %s%s\n", bold, "step", "day", "what Stripe says", "outcome", "tier", "leads", "pool mails/day", plain }
  {
    if (NR == 1) first = $1
    count = split($5, held, " "); tiers = ""
    for (i = 1; i <= count; i++) if (held[i] !~ /\/free$/) tiers = tiers (tiers == "" ? "" : " ") held[i]
    if (tiers == "") tiers = "free"
    printf "%4d %6.1f  %-58s %s%-10s%s %-20s %s%-6s%s %s\n", $3, ($1 - first) / 86400, $2, dim, $4, plain, tiers, $6 == "yes" ? green : red, $6, plain, $7
  }'
echo

steps=$(wc -l <"$history" | tr -d ' ')
for file in $ran; do
  if [ "$(wc -l <"$out/$file" | tr -d ' ')" != "$steps" ]; then
    echo "demo: $file printed another number of steps than the $steps of $history" >&2
    exit 1
  fi
  if ! diff "$out/cpp" "$out/$file" >&2; then
    echo "demo: cpp (<) and $file (>) disagree" >&2
    exit 1
  fi
done
languages=$(printf '%s' "$languages" | sed 's/\(.*\), /\1 and /')
case $languages in
  *and*) echo "$languages agree on all $steps steps" ;;
  *) echo "demo: only $languages ran, so nothing was compared" >&2; exit 1 ;;
esac
