#!/bin/sh
# Compiles the C programs beside this script against the installed headers of Python 3.8, and runs each on the library.
#
#   PYRITE_LIBRARY   the library (default: target/debug/libpython3_8.so)
#   PYTHON38         an installed Python 3.8, for its headers and standard library (default: what tools/reference.py finds)
set -u
here=$(cd "$(dirname "$0")" && pwd)
library=${PYRITE_LIBRARY:-$here/../../target/debug/libpython3_8.so}
python=${PYTHON38:-$(python3 "$here/../../tools/reference.py")} || exit 1
include=$("$python" -c 'import sysconfig; print(sysconfig.get_paths()["include"])')
PYTHONHOME=$("$python" -c 'import sys; print(sys.prefix)')
export PYTHONHOME
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ln -s "$(realpath "$library")" "$work/libpython3.8.so.1.0"
ln -s libpython3.8.so.1.0 "$work/libpython3.8.so"
export LD_LIBRARY_PATH="$work"
passed=0
failed=0
for source in "$here"/*.c; do
    name=$(basename "$source" .c)
    if cc -g -Wall -I"$include" "$source" -o "$work/$name" -L"$work" -Wl,--no-as-needed -lpython3.8 -ldl \
        && output=$(timeout 60 "$work/$name" 2>&1) && [ "$output" = ok ]; then
        echo "ok   $name"
        passed=$((passed + 1))
    else
        echo "FAIL $name: ${output:-}"
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
