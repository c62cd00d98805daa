"""Runs one file of the reference's test suite on either side and tells of each test case what became of it.

    worker.py NAME FD [DONE]        NAME is test_list and the like; DONE names a file with cases not to run again

Lines written to the descriptor: `start ID` before a case, then `pass`, `skip` or `fail` with the ID; `done` at the end. So the reader knows
which case a process died in, and starts another for the rest. Conditions are those of `python -m test`: no resources, not verbose, a
working directory of its own.
"""

import os
import sys

# The folder of this file is no place to import from.
del sys.path[0]

import doctest
import importlib
import unittest
from test import support


class Reporter:
    """Names cases, the same way on both sides, and writes what became of them."""

    def __init__(self, fd, module, done):
        self.fd = fd
        self.prefixes = ("test." + module + ".", "test.", module + ".")
        self.counts = {}
        self.done = done

    def name(self, text):
        for prefix in self.prefixes:
            if text.startswith(prefix):
                text = text[len(prefix):]
                break
        text = " ".join(text.split()).replace("\t", " ")
        self.counts[text] = self.counts.get(text, 0) + 1
        return text if self.counts[text] == 1 else "%s#%d" % (text, self.counts[text])

    def write(self, word, name=""):
        data = (word + " " + name + "\n").encode("utf-8", "backslashreplace")
        while data:
            data = data[os.write(self.fd, data):]


class Result(unittest.TestResult):
    def __init__(self, reporter):
        super().__init__()
        self.reporter = reporter
        self.current = None
        self.verdict = None

    def startTest(self, test):
        super().startTest(test)
        self.verdict = "pass"
        self.reporter.write("start", self.current)

    def stopTest(self, test):
        super().stopTest(test)
        self.reporter.write(self.verdict, self.current)

    def _fails(self, test):
        if isinstance(test, unittest.TestCase):
            self.verdict = "fail"
        else:  # a class's or a module's set-up
            self.reporter.write("fail", self.reporter.name(str(test)))

    def addError(self, test, err):
        super().addError(test, err)
        self._fails(test)
        self._tell(test, err)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._fails(test)
        self._tell(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.verdict = "fail"
            self._tell(subtest, err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.verdict = "skip"

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.verdict = "fail"

    def _tell(self, test, err):
        sys.stderr.write("=== %s\n%s\n" % (test, self._exc_info_to_string(err, test) if isinstance(test, unittest.TestCase) else err[1]))


class Suite(unittest.TestSuite):
    """Runs its cases in order, without those that an earlier process has run."""

    def __init__(self, tests, result):
        super().__init__(tests)
        self.result = result

    def __iter__(self):
        for test in super().__iter__():
            name = self.result.reporter.name(test.id())
            if name not in self.result.reporter.done:
                self.result.current = name
                yield test


def flatten(tests):
    for test in tests:
        if isinstance(test, unittest.TestSuite):
            yield from flatten(test)
        else:
            yield test


def run_suite(reporter, tests):
    result = Result(reporter)
    Suite(flatten([tests]), result).run(result)
    if not result.wasSuccessful():
        raise support.TestFailed("see the report")


def run_unittest(reporter, *classes):
    loader = unittest.TestLoader()
    suite = unittest.TestSuite()
    for item in classes:
        if isinstance(item, str):
            __import__(item)
            suite.addTest(loader.loadTestsFromModule(sys.modules[item]))
        elif isinstance(item, (unittest.TestSuite, unittest.TestCase)):
            suite.addTest(item)
        else:
            suite.addTest(unittest.makeSuite(item))
    run_suite(reporter, suite)


def run_doctest(reporter, module, verbosity=None, optionflags=0):
    failures = attempts = 0
    for test in sorted(doctest.DocTestFinder().find(module)):
        if not test.examples:
            continue
        name = reporter.name("doctest " + test.name)
        if name in reporter.done:
            continue
        reporter.write("start", name)
        said = []
        outcome = doctest.DocTestRunner(verbose=False, optionflags=optionflags).run(test, out=said.append)
        if outcome.failed:
            sys.stderr.write("=== %s\n%s\n" % (name, "".join(said)))
        reporter.write("fail" if outcome.failed else "pass", name)
        failures += outcome.failed
        attempts += outcome.attempted
    if failures:
        raise support.TestFailed("%d of %d doctests failed" % (failures, attempts))
    return failures, attempts


def run_module(reporter, name):
    module = importlib.import_module("test." + name)
    main = getattr(module, "test_main", None)
    if main is not None:
        main()
    else:
        loader = unittest.TestLoader()
        tests = loader.loadTestsFromModule(module)
        run_suite(reporter, tests)


def main():
    name, fd = sys.argv[1], int(sys.argv[2])
    os.set_inheritable(fd, False)
    done = set()
    if len(sys.argv) > 3:
        with open(sys.argv[3], encoding="utf-8") as file:
            done = set(file.read().splitlines())
    sys.argv[1:] = []
    reporter = Reporter(fd, name, done)
    support.use_resources = []
    support.verbose = 0
    support.run_unittest = lambda *classes: run_unittest(reporter, *classes)
    support.run_doctest = lambda *args, **options: run_doctest(reporter, *args, **options)
    try:
        run_module(reporter, name)
    except support.TestFailed:
        pass
    except unittest.SkipTest as skip:
        reporter.write("skip", "(module) " + str(skip).replace("\n", " "))
    reporter.write("done")


main()
