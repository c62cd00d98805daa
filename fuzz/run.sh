#!/bin/sh
# Fuzzes a part of the front end: run.sh tokens|parser|compiler|marshal [SECONDS] [libFuzzer options]
#
# Works with the stable compiler: the passes that insert the counters are named outright. Inputs that covered something new stay in
# corpus/TARGET; one that failed is written to artifacts/ and stays there until it is understood.
set -eu
cd "$(dirname "$0")"
target=$1
seconds=${2:-600}
shift
[ $# -gt 0 ] && shift
triple=$(rustc -vV | sed -n 's/^host: //p')
RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1" \
    cargo build -q --release --target "$triple" --bin "$target"
mkdir -p "corpus/$target" artifacts
if [ -z "$(ls "corpus/$target")" ]; then
    python3 seeds.py "$target" "corpus/$target"
fi
exec "target/$triple/release/$target" "corpus/$target" -dict=python.dict -max_total_time="$seconds" -timeout=10 \
    -rss_limit_mb=2048 -artifact_prefix=artifacts/ -max_len=16384 -print_final_stats=1 "$@"
