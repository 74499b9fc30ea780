# The page and what it needs, built into the program as one object of the style floor.
viewer.npm := src/viewer/node_modules/.stamp
viewer.gl := src/viewer/node_modules/maplibre-gl/dist
viewer.folders := draw base map data panels pages print
viewer.own := $(foreach e,html js css svg,$(wildcard src/viewer/*.$(e) $(viewer.folders:%=src/viewer/%/*.$(e))))
viewer.foreign := maplibre-gl.mjs maplibre-gl-shared.mjs maplibre-gl-worker.mjs maplibre-gl.css
viewer.pairs := $(foreach f,$(viewer.own),$(f:src/%=%)=$(f)) \
                $(foreach f,$(viewer.foreign),viewer/$(f)=$(viewer.gl)/$(f)) \
                viewer/terra-draw.mjs=src/viewer/node_modules/terra-draw/dist/terra-draw.modern.js \
                viewer/terra-draw-adapter.mjs=$(OUT)/gen/terra-draw-adapter.mjs \
                $(foreach f,$(styles.own),styles/$(notdir $(f))=$(f)) \
                $(foreach f,$(icons.own),icons/$(notdir $(f))=$(f)) \
                $(foreach f,$(plans.own),$(f)=$(f))

$(viewer.npm): src/viewer/package-lock.json
	$(Q)cd src/viewer && npm ci --silent --no-progress && touch node_modules/.stamp

# The page has no import map: a module is named by its path.
$(OUT)/gen/terra-draw-adapter.mjs: $(viewer.npm)
	@mkdir -p $(@D)
	$(Q)sed 's|from"terra-draw"|from"./terra-draw.mjs"|' src/viewer/node_modules/terra-draw-maplibre-gl-adapter/dist/terra-draw-maplibre-gl-adapter.modern.js >$@

$(OUT)/gen/assets.c: $(OUT)/gen/terra-draw-adapter.mjs $(viewer.own) $(styles.own) $(icons.own) $(plans.own) $(viewer.npm) src/viewer/embed.sh src/viewer/rules.mk
	@mkdir -p $(@D)
	$(Q)echo '  PACK $@'; src/viewer/embed.sh $(@D) $(viewer.pairs)

$(B)/gen/assets.o: $(OUT)/gen/assets.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -c $< -o $@
$(B)/gen/assets-data.o: $(OUT)/gen/assets.c
	@mkdir -p $(@D)
	$(Q)$(CC) -c $(OUT)/gen/assets.S -o $@
style.extra := $(B)/gen/assets.o $(B)/gen/assets-data.o
