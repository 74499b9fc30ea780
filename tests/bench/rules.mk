# Benchmarks: `make bench` prints a table of ratios to other programs, in one run on one machine; see README.md.
bench.bin := $(OUT)/bench/million $(OUT)/bench/bench_load $(OUT)/bench/bench_tile $(OUT)/bench/bench_store \
             $(OUT)/bench/bench_sample $(OUT)/bench/bench_http $(OUT)/bench/bench_pack $(OUT)/bench/bench_events \
             $(OUT)/bench/bench_query
$(OUT)/bench/million: tests/bench/million.c
	@mkdir -p $(@D)
	$(Q)echo '  LD   $@'; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LDLIBS)
$(OUT)/bench/bench_tile: lto := $(if $(wholly),-flto=auto)
$(OUT)/bench/bench_%: tests/bench/bench_%.c $(call upto,tile)
	@mkdir -p $(@D)
	$(Q)echo '  LD   $@'; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< -Wl,--start-group $(call upto,tile) -Wl,--end-group $(LDLIBS)

.PHONY: bench-programs
bench-programs: $(bench.bin)
bench: deps-run tests/node_modules/.stamp ## time loading, tiles, serving, baking beside other programs; prints ratios
	@$(MAKE) --no-print-directory -j$(jobs) $(B)/munimap bench-programs
	@tests/bench/run.sh $(OUT) $(BENCH)
bench-deps: ## install the peers that the benchmarks compare with
	@tests/bench/deps.sh
bench-pictures: $(B)/munimap bench-programs tests/node_modules/.stamp
	@OUT=$(OUT) node tests/bench/pictures.mjs
.PHONY: bench-pictures
