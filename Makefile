# Pyrite: libpython3.8.so.1.0 and a launcher for it.
#
#   make                     build (release)            make PROFILE=dev     build for development
#   make run ARGS="-c pass"  run the launcher           make test            all tests
#   make exports             what is built, what not    make bench           benchmarks, side by side
#   make conformance         CPython's own test files   make altinstall PREFIX=/opt/pyrite
#        FILES="test_list" JOBS=2             make hostile         tests on a build that traps memory errors

PROFILE ?= release
PREFIX ?= /usr/local
DESTDIR ?=
CARGO ?= cargo
ARGS ?=
FILES ?=
SUITES ?=
JOBS ?= 2
PYTHON ?= python3

TARGET := target/$(if $(filter dev,$(PROFILE)),debug,$(PROFILE))
LIBRARY := $(TARGET)/libpython3_8.so
LAUNCHER := $(TARGET)/bin/python3.8
INSTALL_LIB := $(DESTDIR)$(PREFIX)/lib
INSTALL_BIN := $(DESTDIR)$(PREFIX)/bin

.PHONY: all build run test lint exports bench conformance hostile altinstall clean

all: build

# The launcher finds the library by $$ORIGIN/../lib, so it stands in a folder beside lib.
build:
	$(CARGO) build --profile $(PROFILE) -p pyrite-libpython -p pyrite-launcher
	mkdir -p $(TARGET)/bin
	ln -f $(TARGET)/python3_8 $(LAUNCHER)

run: build
	$(LAUNCHER) $(ARGS)

# What must pass on every commit: lint, unit tests, and the suites that compare with an installed Python 3.8. The last line is the sum.
# SUITES="format clippy" runs some of them.
test: build
	$(PYTHON) tests/run.py --profile $(PROFILE) --jobs $(JOBS) $(SUITES)

lint:
	$(PYTHON) tests/run.py --profile $(PROFILE) format "source rules" clippy

exports: build
	PYRITE_LIBRARY=$(CURDIR)/$(LIBRARY) $(CARGO) test -q --profile $(PROFILE) -p pyrite-library-tests --test exports -- --nocapture

bench: build
	PYRITE_PROFILE=$(PROFILE) $(PYTHON) benches/run.py $(ARGS)

conformance: build
	PYRITE_PROFILE=$(PROFILE) $(PYTHON) tests/conformance/run.py --jobs $(JOBS) $(FILES) $(ARGS)

# A build that poisons memory, checks counts and collects all the time, in a folder of its own. FILES="test_list odd" runs some.
hostile:
	$(CARGO) build --profile dev -p pyrite-libpython --features hostile --target-dir target/hostile
	$(PYTHON) tests/hostile/run.py --jobs $(JOBS) $(FILES) $(ARGS)

# Disturbs no other Python: installs the versioned names alone.
altinstall: build
	install -d $(INSTALL_LIB) $(INSTALL_BIN)
	install -m 755 $(LIBRARY) $(INSTALL_LIB)/libpython3.8.so.1.0
	ln -sf libpython3.8.so.1.0 $(INSTALL_LIB)/libpython3.8.so
	install -m 755 $(LAUNCHER) $(INSTALL_BIN)/python3.8

clean:
	$(CARGO) clean
