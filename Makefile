# munimap: `make help` lists the targets. Modes: make BUILD=asan, BUILD=tsan. OUT=... builds somewhere else, V=1 shows
# the commands.
BUILD ?= release
OUT ?= build
CC = gcc
CLANG ?= clang
Q := $(if $(V),,@)
B := $(if $(filter release,$(BUILD)),$(OUT),$(OUT)/$(BUILD))
PORT ?=
jobs := $(shell nproc)
.DEFAULT_GOAL := all

# Lowest first: a unit test of one floor links this floor and those before it.
floors := base geo http grid archive store query feed style encode tile analysis search print api app
libs := gdal proj geos libmicrohttpd libcyaml yaml-0.1 jansson zlib libdeflate libisal libzstd libbrotlienc libbrotlicommon \
        freetype2 fontconfig librsvg-2.0 cairo pangocairo pangoft2 libqrencode libpng libturbojpeg libxml-2.0 libxxhash sqlite3 glib-2.0
warn := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
        -Wcast-qual -Wwrite-strings -Wvla -Wundef -Wformat=2 -Wdouble-promotion -Wnull-dereference -fno-common \
        $(if $(CI),-Werror)
# What makes tiles is compiled as a whole where it is linked into a program that serves or measures: its small functions
# are of many files. Tests link the same objects as they are: each has both forms, and `lto` says which is taken.
whole := geo/rtree geo/clip base/sort store/tile_row store/layer_read encode/mvt encode/mvt_values grid/% tile/%
wholly := $(if $(findstring gcc,$(CC)),$(filter release,$(BUILD)))
lto := $(if $(wholly),-fno-lto)
hard := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE
mode.release := -O2 -g $(hard)
mode.asan := -O1 -g1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
mode.tsan := -O1 -g1 -fsanitize=thread
mode.fuzz := -O1 -g1 -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all -fno-omit-frame-pointer
ldmode.release := -pie -Wl,-z,relro,-z,now,-z,noexecstack
# hundreds of test programs are linked: by the quick linker where it is there
quick := $(if $(shell command -v ld.gold),-fuse-ld=gold)
ldmode.asan := -fsanitize=address,undefined $(quick)
ldmode.tsan := -fsanitize=thread $(quick)
ldmode.fuzz := -fsanitize=address,undefined,fuzzer
# -isystem: warnings are for our code, not for foreign headers
foreign := $(shell pkg-config --cflags $(libs) 2>/dev/null | sed 's/-I/-isystem /g')
CFLAGS := -std=c17 -D_GNU_SOURCE -Isrc -MMD -MP $(warn) $(mode.$(BUILD)) $(foreign)
LDLIBS := $(shell pkg-config --libs $(libs) 2>/dev/null) -lm -lpthread
LDFLAGS = $(ldmode.$(BUILD)) $(lto)

archives := $(foreach f,$(floors),$(B)/lib$(f).a)
# $(call upto,floor): that floor and all below it, highest first, as a linker wants them
reverse = $(if $(1),$(call reverse,$(wordlist 2,$(words $(1)),$(1))) $(firstword $(1)))
before = $(if $(filter $(1),$(firstword $(2))),$(1),$(firstword $(2)) $(call before,$(1),$(wordlist 2,$(words $(2)),$(2))))
upto = $(patsubst %,$(B)/lib%.a,$(call reverse,$(strip $(call before,$(1),$(floors)))))

include styles/rules.mk
include src/viewer/rules.mk

.PHONY: all help run test tour conformance deps-conformance bench lint fuzz deps deps-run deps-test deps-lint deps-bench bench-deps unit clean town fresh
all: $(B)/munimap ## build build/munimap

help: ## this list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/p' $(filter-out %.d,$(MAKEFILE_LIST)) | expand -t 20

$(if $(wholly),$(whole:%=$(B)/src/%.o)): CFLAGS += -flto -ffat-lto-objects
$(B)/munimap: lto := $(if $(wholly),-flto=auto)
$(B)/munimap: $(B)/src/main.o $(archives)
	$(Q)echo '  LD   $@'; $(CC) $(LDFLAGS) -o $@ $< -Wl,--start-group $(archives) -Wl,--end-group $(LDLIBS)

define floor_rules
$(1).src := $$(wildcard src/$(1)/*.c src/$(1)/*/*.c)
$(1).obj := $$($(1).src:%.c=$$(B)/%.o)
$$(B)/lib$(1).a: $$($(1).obj) $$($(1).extra)
	@rm -f $$@
	@$$(AR) rcs $$@ $$^
-include $$($(1).obj:.o=.d)
endef
$(foreach f,$(floors),$(eval $(call floor_rules,$(f))))

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(Q)echo '  CC   $<'; $(CC) $(CFLAGS) -c $< -o $@

# Unit tests: tests/unit/<floor>/test_*.c, one program each
unit.src := $(wildcard tests/unit/*/test_*.c)
unit.bin := $(unit.src:tests/unit/%.c=$(B)/tests/%)
define unit_rules
$$(B)/tests/$(1)/%: tests/unit/$(1)/%.c $$(call upto,$(1))
	@mkdir -p $$(@D)
	$$(Q)echo '  TEST $$@'; $$(CC) $$(CFLAGS) -Itests/unit $$(LDFLAGS) -o $$@ $$< -Wl,--start-group $$(call upto,$(1)) -Wl,--end-group -lcmocka $$(LDLIBS)
endef
$(foreach f,$(floors),$(eval $(call unit_rules,$(f))))
unit: $(unit.bin)
-include $(unit.bin:=.d)
-include $(B)/src/main.d

include data-samples/rules.mk
include tests/http/rules.mk
include tests/nasty/rules.mk
include tests/style/rules.mk
include tests/bench/rules.mk
tests-programs: $(B)/tests/http_server

# What a fresh Debian 12 lacks. tests/deps.sh installs what is missing, and says nothing when all is there.
deps.run := gcc libc6-dev pkg-config libgdal-dev libproj-dev libgeos-dev libmicrohttpd-dev libcyaml-dev libyaml-dev \
            libjansson-dev zlib1g-dev libdeflate-dev libisal-dev libzstd-dev libbrotli-dev brotli libxxhash-dev libfreetype-dev librsvg2-dev \
            libcairo2-dev libpango1.0-dev libqrencode-dev libfontconfig-dev libpng-dev libturbojpeg0-dev libxml2-dev libsqlite3-dev \
            libglib2.0-dev fonts-noto-core node npm
deps.test := postgresql-15-postgis-3 libcmocka-dev gdal-bin chromium clang libclang-rt-14-dev llvm-14 sqlite3 procps curl poppler-utils
# clients that tests drive, 166 MB to fetch; their tests are skipped without them
deps.clients := python3-qgis python3-owslib
deps.lint := clang-format clang-tidy cppcheck

deps.conformance := default-jdk-headless maven

deps: deps-run deps-test deps-lint ## install all that building, testing and linting need
deps-run deps-test deps-lint:
	@tests/deps.sh $(deps.run) $(if $(filter deps-test,$@),$(deps.test)) $(if $(filter deps-lint,$@),$(deps.lint))
	@$(if $(filter deps-test,$@),tests/deps.sh $(deps.clients) || echo 'The tests of QGIS and OWSLib will be skipped.',:)

run: deps-run ## install what is missing, build, make the sample town, serve it
	@$(MAKE) --no-print-directory -j$(jobs) $(B)/munimap town
	@$(MAKE) --no-print-directory run-town

.PHONY: run-town
run-town: $(B)/munimap town
	@exec $(B)/munimap serve layers $(if $(PORT),--port $(PORT))

test: deps-test ## run every test; the last line counts them
	@$(MAKE) --no-print-directory build-tests
	@tests/run.sh

conformance: deps-conformance ## run the OGC's own test suites (CITE) against the sample town; SUITE=wfs20 runs one
	@$(MAKE) --no-print-directory -j$(jobs) $(B)/munimap town
	@node tests/conformance/run.mjs $(SUITE)

deps-conformance: deps-run
	@command -v javac >/dev/null && command -v mvn >/dev/null || tests/deps.sh $(deps.conformance)

.PHONY: build-tests
build-tests:
	@$(MAKE) --no-print-directory -j$(jobs) $(B)/munimap unit tests-programs town tests/node_modules/.stamp
	@$(MAKE) --no-print-directory -j$(jobs) BUILD=asan OUT=$(OUT) $(OUT)/asan/munimap unit tests-programs seeds-programs
	@$(MAKE) --no-print-directory -j$(jobs) BUILD=tsan OUT=$(OUT) tsan-programs

# Unit tests with threads in them, under ThreadSanitizer
.PHONY: tsan-programs
tsan-programs: $(addprefix $(B)/tests/,base/test_pool base/test_xml store/test_catalog store/test_out_file tile/test_label http/test_server http/test_kept \
                                      api/test_tile_cache api/test_tile_paths api/test_tile_packs api/test_swap api/test_print_jobs http_server)

tests/node_modules/.stamp: tests/package-lock.json
	$(Q)cd tests && npm ci --silent --no-progress && touch node_modules/.stamp

lint: deps-lint ## format, clang-tidy, cppcheck, floors
	@tests/lint/lint.sh

tour: $(B)/munimap town tests/node_modules/.stamp ## make the pictures of the README's tour
	@node tests/browser/tour.mjs

clean: ## remove what was built
	$(RM) -r build data-samples/town

# Fuzz targets: tests/fuzz/fuzz_NAME.c with seeds in tests/fuzz/corpus/NAME; FUZZ_SECONDS each
FUZZ_SECONDS ?= 10
fuzz.src := $(wildcard tests/fuzz/fuzz_*.c)
fuzz.bin := $(fuzz.src:tests/fuzz/%.c=$(OUT)/fuzz/%)
fuzz: deps-test ## run every fuzz target for FUZZ_SECONDS (10) from its seeds
	@$(MAKE) --no-print-directory BUILD=fuzz OUT=$(OUT) CC=$(CLANG) fuzz-programs
	@tests/fuzz/run.sh $(OUT)/fuzz $(FUZZ_SECONDS)

.PHONY: fuzz-programs
fuzz-programs: $(fuzz.bin)
fuzz.archives := $(filter-out $(B)/libapp.a,$(archives))
$(OUT)/fuzz/fuzz_%: tests/fuzz/fuzz_%.c $(fuzz.archives)
	@mkdir -p $(@D)
	$(Q)echo '  FUZZ $@'; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LDLIBS)

# The same targets without a fuzzer: they run their seeds, and no more
.PHONY: seeds-programs
.SECONDARY: $(B)/tests/fuzz/seeds_main.o
seeds-programs: $(fuzz.src:tests/fuzz/fuzz_%.c=$(B)/tests/fuzz/seeds_%)
$(B)/tests/fuzz/seeds_%: tests/fuzz/fuzz_%.c $(B)/tests/fuzz/seeds_main.o $(fuzz.archives)
	@mkdir -p $(@D)
	$(Q)echo '  TEST $@'; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(B)/tests/fuzz/seeds_main.o -Wl,--start-group $(fuzz.archives) -Wl,--end-group $(LDLIBS)
