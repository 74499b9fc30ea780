# style-fixtures DIR: runs a folder of expression tests in the format of the MapLibre style specification
.PHONY: style-fixtures
style-fixtures: $(B)/style-fixtures
tests-programs: $(B)/style-fixtures

$(B)/style-fixtures: tests/style/style_fixtures_main.c $(call upto,style)
	@mkdir -p $(@D)
	$(Q)echo '  LD   $@'; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< -Wl,--start-group $(call upto,style) -Wl,--end-group $(LDLIBS)
