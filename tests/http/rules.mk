# Test server of the http floor: HTTP_TEST_SERVER=$(B)/tests/http_server node --test tests/http/wire.test.js
$(B)/tests/http_server: tests/http/http_server_main.c $(call upto,http)
	@mkdir -p $(@D)
	$(Q)echo '  LD   $@'; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< -Wl,--start-group $(call upto,http) -Wl,--end-group $(LDLIBS)

.PHONY: wire
wire: $(B)/tests/http_server
	HTTP_TEST_SERVER=$(B)/tests/http_server node --test tests/http/

# libFuzzer: clang only, the floors below are compiled along with the sanitizers
fuzz_http := $(wildcard src/base/*.c) src/http/accept.c src/http/compress.c src/http/etag.c src/http/forwarded.c \
             src/http/gate.c src/http/request.c src/http/target.c
$(B)/fuzz/fuzz_http_gate: tests/fuzz/fuzz_http_gate.c $(fuzz_http)
	@mkdir -p $(@D)
	$(Q)echo '  FUZZ $@'; $(CLANG) -std=c17 -D_GNU_SOURCE -Isrc -O1 -g -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=all $(foreign) -o $@ $^ $(LDLIBS)
