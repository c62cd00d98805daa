#!/bin/sh
# The unmodified launcher of the installed Python 3.8 runs small programs (the lines of programs.txt, and *.py) on the library; what it prints is compared with
# what it prints on its own library.
#
#   PYRITE_LIBRARY   the library (default: target/debug/libpython3_8.so)
#   PYTHON38         an installed Python 3.8 (default: what tools/reference.py finds)
set -u
here=$(cd "$(dirname "$0")" && pwd)
library=${PYRITE_LIBRARY:-$here/../../target/debug/libpython3_8.so}
python=${PYTHON38:-$(python3 "$here/../../tools/reference.py")} || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ln -s "$(realpath "$library")" "$work/libpython3.8.so.1.0"
passed=0
failed=0

# check NAME ARGUMENTS...
check() {
    name=$1
    shift
    expected=$("$python" -I -S "$@" 2>&1)
    output=$(LD_LIBRARY_PATH="$work" timeout 100 "$python" -I -S "$@" 2>&1)
    if [ "$output" = "$expected" ]; then
        passed=$((passed + 1))
    else
        echo "FAIL $name: $output"
        failed=$((failed + 1))
    fi
}

while IFS= read -r program; do
    [ -n "$program" ] || continue
    check "$program" -c "$program"
done <"$here/programs.txt"
# A stack that grows with the number of instructions is found sooner where there is little.
ulimit -s 1024
for file in "$here"/*.py; do
    check "$file" "$file"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
