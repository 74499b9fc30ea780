# The sample town: make-town writes data-samples/town (git-ignored); it is run again when the generator changed.
OUT ?= build
town.src := $(wildcard data-samples/*.c)
town.hdr := $(wildcard data-samples/*.h)
town.warn := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes
town.gdal = $(shell pkg-config --cflags gdal | sed 's/-I/-isystem /g')

$(OUT)/make-town: $(town.src) $(town.hdr)
	@mkdir -p $(@D)
	$(Q)echo '  CC   $@'; gcc -std=c17 -D_GNU_SOURCE -O2 $(town.warn) $(if $(CI),-Werror) $(town.gdal) -o $@ $(town.src) $$(pkg-config --libs gdal) -lm

data-samples/town/.stamp: $(OUT)/make-town
	$(Q)$(OUT)/make-town data-samples/town
	@touch $@

town: data-samples/town/.stamp ## write the sample town Светлореченск
