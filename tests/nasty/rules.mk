# Hostile and broken files: $(B)/tests/nasty_run FOLDER... freezes every source it finds, one by one.
.PHONY: tests-programs
tests-programs: $(B)/tests/nasty_run

$(B)/tests/nasty_run: tests/nasty/nasty_main.c $(call upto,feed)
	@mkdir -p $(@D)
	$(Q)echo '  LD   $@'; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< -Wl,--start-group $(call upto,feed) -Wl,--end-group $(LDLIBS)
