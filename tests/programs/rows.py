"""Many small pieces of bad input in one process: each row is a piece of source whose outcome is compared between both sides.

A row runs in a child of a process that has already started; when the child dies of it (the reference does at times: then
the row says nothing about behaviour, but Pyrite must live), the next child goes on with the following row. With `alone` every row gets a
child of its own, which it may limit and exhaust.
"""

import json
import os
import re


def without_addresses(text):
    return re.sub(r"0x[0-9a-f]{6,16}", "0x...", text)


def any_recursion(text):
    """What a recursion that has no end was doing when it reached the limit is a matter of where it began."""
    return re.sub(r"(maximum recursion depth exceeded)[a-zA-Z ]*", r"\1", without_addresses(text))

DRIVER = r'''
import json, os, resource, signal, sys, time

def shown(value):
    """A value in few words; a deep one may have no repr."""
    name = type(value).__name__
    try:
        if hasattr(value, '__len__') and len(value) > 2000:
            return '%s of %d' % (name, len(value))
        return '%s %.300s' % (name, ascii(value))
    except RecursionError as e:
        return '%s without repr: %s' % (name, e)

def limited(space):
    """No more memory than this process has now and so many bytes."""
    size = int(open('/proc/self/statm').read().split()[0]) * 4096
    resource.setrlimit(resource.RLIMIT_AS, (size + space, -1))

def outcome(source, prelude):
    scope = {'__name__': 'row', 'limited': limited, 'sys': sys, 'os': os}
    exec(prelude, scope)
    try:
        try:
            code = compile(source, '<row>', 'eval')
        except SyntaxError:
            code = compile(source, '<row>', 'exec')
        value = eval(code, scope)
        if 'result' in scope:
            value = scope['result']
    except BaseException as e:
        try:
            return '%s: %.300s' % (type(e).__name__, ascii(str(e)))
        except BaseException as second:
            return '%s whose text is %s' % (type(e).__name__, type(second).__name__)
    return 'gives ' + shown(value)

rows, prelude, alone, seconds = json.load(open(sys.argv[1]))
out = os.open('outcomes', os.O_WRONLY | os.O_CREAT | os.O_APPEND)
at = 0
while at < len(rows):
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        for source in rows[at:at + 1] if alone else rows[at:]:
            # A busy machine is no reason.
            signal.setitimer(signal.ITIMER_PROF, seconds)
            signal.alarm(10 * seconds)
            started = time.process_time()
            text = [outcome(source, prelude), time.process_time() - started]
            signal.alarm(0)
            signal.setitimer(signal.ITIMER_PROF, 0)
            os.write(out, json.dumps(text).encode() + b'\n')
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if status:
        died = 'died: ' + (signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else 'exit %d' % (status >> 8))
        os.write(out, json.dumps([died, 0]).encode() + b'\n')
    at = len(open('outcomes').readlines())
'''


def compare(both, rows, prelude="", alone=False, seconds=20, name="rows", clean=without_addresses, memory_may_suffice=False):
    """Compares the outcome of each row. Rows that kill the reference only have to leave Pyrite alive, and so, if
    `memory_may_suffice`, those for which it has too little memory."""
    both.write("rows_driver.py", DRIVER)
    both.write(name + ".json", json.dumps([rows, prelude, alone, seconds]))
    expected, found = both.run_uncompared("rows_driver.py", name + ".json", timeout=900)
    outcomes = []
    for side in both.folders:
        lines = both.read(side, "outcomes").decode().splitlines()
        outcomes.append([clean(json.loads(line)[0]) for line in lines])
        if os.environ.get("PYRITE_SLOW_ROWS"):
            for row, line in zip(rows, lines):
                if json.loads(line)[1] > 0.3:
                    print("%-9s %5.1f s %s" % (side.name, json.loads(line)[1], row.strip()[-300:]), flush=True)
        both.remove("outcomes", side)
    died = 0
    for row, wanted, got in zip(rows, *outcomes):
        if wanted.startswith("died") or memory_may_suffice and wanted.startswith("MemoryError"):
            died += wanted.startswith("died")
            if not got.startswith("died"):
                continue
        elif wanted == got:
            continue
        both.differ("%s\n    reference: %s\n    pyrite:    %s" % (row.strip(), wanted, got))
    if not len(rows) == len(outcomes[0]) == len(outcomes[1]):
        both.differ("%d rows, %d and %d outcomes\n%s\n%s" % (len(rows), len(outcomes[0]), len(outcomes[1]), expected, found))
    return died


def commands(both, lines, prelude="", timeout=300, clean=lambda data: data):
    """Runs command lines of a shell one after another (`$P` is the launcher) and compares output and status of each."""
    script = ["exec 3>&1", prelude]
    for number, line in enumerate(lines):
        script.append("printf '\\n@@%d\\n'" % number)
        script.append("{ %s\n} </dev/null 2>errors; status=$?; cat errors; printf '\\n##%%s\\n' $status" % line)
    both.write("commands.sh", "\n".join(script) + "\n")
    results = both.run_shell("commands.sh", timeout=timeout, clean=clean)
    pieces = [result.out.split(b"\n@@") for result in results]
    for number, line in enumerate(lines):
        wanted, got = [side[number + 1] if number + 1 < len(side) else b"nothing" for side in pieces]
        if wanted != got:
            both.differ("$ %s\n    reference: %s\n    pyrite:    %s" % (line, wanted.decode(errors="replace"), got.decode(errors="replace")))
    if len(pieces[0]) != len(lines) + 1:
        both.differ("the commands ended early:\n%s\n%s" % results)
