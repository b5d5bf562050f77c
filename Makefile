# The commands of this repository; `make help` lists them.
# Each target that needs more than the Swift toolchain runs `setup` first, which installs only what is missing.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup build demo test verifiers check lint architecture kernels links bench soak check-pages bundle format build-tests

RELEASE := .build/release/riparian
FORMATTED := Sources Tests Package.swift
TESTS := swift test --skip-build --parallel --disable-xctest

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup:  ## install what is missing (Debian packages)
	@Scripts/setup

build: setup  ## build the program, optimised
	swift build -c release --product riparian

demo: build  ## replay typhoon Yagi on five nodes and serve their pages (ARGS="--until-end" and others)
	$(RELEASE) demo $(ARGS)

build-tests:
	@Scripts/setup mosquitto mosquitto-clients
	swift build --build-tests

test: build-tests verifiers  ## build and run all tests
	$(TESTS)

verifiers: build-tests  ## the independent verifier of lanes: its own tests, then beside ours on sound and damaged lanes
	python3 -m unittest discover -q -s Tools -p 'test_*.py'
	Scripts/compare-verifiers --program .build/debug/riparian --sizes 5,300

check: lint links architecture kernels  ## format, rooms and their doors, doc comments, catalogues, paths, links, built loops

lint:
	swift format lint --strict -r -p $(FORMATTED)

links:
	Scripts/check-links

kernels: setup
	swift build -c release --target River
	Scripts/check-kernels .build/release/River.build

architecture: build-tests
	$(TESTS) --filter 'ArchitectureTests|[Cc]atalogue'

bench: build  ## measure the optimised program beside PostgreSQL and InfluxDB (ARGS="--rounds 1" and others)
	$(RELEASE) bench routing
	Scripts/bench-peers --riparian $(RELEASE) $(ARGS)

soak: build-tests  ## the tests with their long loops (hundreds of kills, many seeds; SEED=n for one world)
	RIPARIAN_SOAK=1 RIPARIAN_SEED=$(SEED) $(TESTS) $(if $(SEED),--filter FederationTests)
	$(if $(SEED),,Scripts/compare-verifiers --program .build/debug/riparian)
	$(if $(SEED),,swift build -c release --product riparian && Scripts/soak-alerts --program $(RELEASE))

check-pages:  ## every page in a real browser, in three languages (ARGS="--screenshots DIR" and others)
	@Scripts/setup chromium python3-venv fonts-noto-core fonts-noto-cjk
	swift build --product riparian
	Scripts/check-pages --program .build/debug/riparian $(ARGS)

bundle:  ## one tar file for a machine without a network: program, libraries, packs, units, install script (ARGS)
	@Scripts/setup patchelf
	Scripts/bundle $(ARGS)

format:  ## format all Swift files in place
	swift format -i -r -p $(FORMATTED)
