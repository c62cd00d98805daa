#!/bin/bash
# Runs parts of Lib/test under valgrind's memcheck, with the C library's allocator in all domains.
#
#     tests/hostile/memcheck.sh [test_dict test_list.ListTest ...]      (PYRITE_PROFILE=dev or release)
#
# Fails on reads and writes of memory that is not ours and on decisions by uninitialised values. Nothing is suppressed. Memory still held at
# exit is not looked at: the interpreter keeps what static data refers to, as CPython does.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
profile=${PYRITE_PROFILE:-dev}
[ "$profile" = dev ] && profile=debug
launcher=$(python3 "$top/tools/reference.py")
names=("$@")
[ ${#names[@]} -gt 0 ] || names=(test_grammar test_dict test_list test_tuple test_set test_gc test_generators test_weakref test_exceptions)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
for name in "" "${names[@]}"; do
    arguments=(-c pass)
    [ -z "$name" ] || arguments=(-m unittest -q "test.$name")
    LD_LIBRARY_PATH=$top/target/$profile/lib PYTHONMALLOC=malloc PYTHONHASHSEED=0 \
        valgrind --num-callers=25 --error-limit=no --leak-check=no --log-file="$log" "$launcher" "${arguments[@]}" >/dev/null 2>&1 || true
    printf '%-30s %s\n' "${name:-start and end}" "$(grep -o 'ERROR SUMMARY.*' "$log" || echo 'no summary: the process died')"
    if ! grep -q 'ERROR SUMMARY: 0 errors' "$log"; then
        grep -v 'Memcheck\|Copyright\|Using Valgrind\|^==[0-9]*== $' "$log" | head -120
        status=1
    fi
done
exit $status
