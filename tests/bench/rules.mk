# Benchmarks: `make bench` prints a table of ratios to what GDAL alone needs, in one run on one machine.
bench.bin := $(OUT)/bench/million $(OUT)/bench/bench_load $(OUT)/bench/bench_tile $(OUT)/bench/bench_store \
             $(OUT)/bench/bench_sample $(OUT)/bench/bench_http $(OUT)/bench/bench_pack
$(OUT)/bench/million: tests/bench/million.c
	@mkdir -p $(@D)
	$(Q)echo '  LD   $@'; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LDLIBS)
$(OUT)/bench/bench_%: tests/bench/bench_%.c $(call upto,tile)
	@mkdir -p $(@D)
	$(Q)echo '  LD   $@'; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< -Wl,--start-group $(call upto,tile) -Wl,--end-group $(LDLIBS)

.PHONY: bench-programs
bench-programs: $(bench.bin)
bench: deps-run ## time loading and tiles side by side with GDAL; prints ratios
	@$(MAKE) --no-print-directory -j$(jobs) bench-programs town
	@tests/bench/run.sh $(OUT)
bench-deps: ## install the peers that the benchmarks compare with
	@tests/deps.sh gdal-bin
