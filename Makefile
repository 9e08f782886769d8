# The whole way from a bare machine to a tested build. Every target sets up what it needs; a second call redoes nothing.
#   make         build into build/release        make demo    a clip, its poses and an overlay
#   make test    build and run every test        make bench   write build/release/bench.json
#   make asan    the core under sanitizers       make format  clang-format every source
#   make fuzz    fuzz the readers, SECONDS=60 each (READERS="image bvh": those alone)
#   make install into PREFIX (/usr/local), with find_package(limn); make uninstall takes it away; make deb: a package
# Variables: PRESET (release, dev, asan, tidy, cuda), JOBS, CTEST (more options for ctest) and
#   OPTIONS  for CMake, e.g. OPTIONS=-DCMAKE_PREFIX_PATH=/opt/libtorch
#   SETUP    package groups of tools/packages.txt (default: core training); empty installs nothing
PRESET ?= release
JOBS ?= $(shell tools/jobs.sh)
OPTIONS ?=
CTEST ?=
PREFIX ?= /usr/local
SETUP ?= core training
BUILD := build/$(PRESET)

# OpenBLAS takes new processors for old ones and then runs four times slower; waiting OpenMP threads must not spin
# where two programs share the processors.
ifneq ($(shell grep -om1 avx512vl /proc/cpuinfo),)
export OPENBLAS_CORETYPE ?= SkylakeX
endif
export OMP_WAIT_POLICY ?= PASSIVE

.DEFAULT_GOAL := build
.PHONY: setup build test demo bench install uninstall deb format asan fuzz clean FORCE

setup:
	@$(if $(strip $(SETUP)),tools/setup.sh $(SETUP))

# Ninja itself configures again when a CMake file changes; only a first time or new options are left to do here.
build/%/build.ninja: CMakePresets.json $(if $(OPTIONS),FORCE) | setup
	cmake --preset $* $(OPTIONS)
	@touch $@

build: $(BUILD)/build.ninja
	@cmake --build --preset $(PRESET) -j $(JOBS)

test: build
	@ctest --preset $(PRESET) --no-tests=error -j $(JOBS) $(CTEST)

demo: build
	@$(BUILD)/bin/limn demo

# OpenBLAS' waiting threads call sched_yield without end, which would count as processor time.
bench: export OPENBLAS_NUM_THREADS ?= 1
bench: build
	@$(BUILD)/bin/limn_bench --out $(BUILD)/bench.json

install: build
	@cmake --install $(BUILD) --prefix $(PREFIX)

uninstall:
	@cmake --build --preset $(PRESET) --target uninstall

deb: build
	@cd $(BUILD) && cpack -G DEB

format:
	@$(if $(strip $(SETUP)),tools/setup.sh develop)
	@git ls-files -z '*.h' '*.cpp' '*.cu' | xargs -0 clang-format -i

asan:
	@$(MAKE) --no-print-directory test PRESET=asan SETUP="$(if $(strip $(SETUP)),core)"

fuzz:
	@$(MAKE) --no-print-directory build PRESET=fuzz SETUP="$(if $(strip $(SETUP)),core fuzz)"
	@tests/fuzz/run.sh build/fuzz $(or $(SECONDS),60) $(READERS)

clean:
	rm -rf build
