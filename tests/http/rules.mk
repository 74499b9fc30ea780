# Test server of the http floor: HTTP_TEST_SERVER=$(B)/tests/http_server node --test tests/http/wire.test.mjs
$(B)/tests/http_server: tests/http/http_server_main.c $(call upto,http)
	@mkdir -p $(@D)
	$(Q)echo '  LD   $@'; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< -Wl,--start-group $(call upto,http) -Wl,--end-group $(LDLIBS)

.PHONY: wire
wire: $(B)/tests/http_server
	HTTP_TEST_SERVER=$(B)/tests/http_server node --test tests/http/wire.test.mjs
