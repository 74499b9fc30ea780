# The design of the map, built into the program: the template, the tokens, the icons, and the symbols of projects, which
# are put together from parts.
styles.own := styles/template.json styles/tokens.json
plans.schema := styles/plans/schema/plan.json
icons.drawn := $(wildcard styles/icons/*.svg)
icons.parts := $(wildcard styles/icons/parts/*.svg)
icons.made := $(foreach d,0 1 2 3 4 5 6,$(foreach s,idea design works done,$(foreach b,. -late -risk -stopped,\
                $(OUT)/gen/icons/direction-$(d)-$(s)$(b:.=).svg)))
icons.own := $(icons.drawn) $(icons.made)

$(icons.made): $(OUT)/gen/icons/.stamp ;
$(OUT)/gen/icons/.stamp: styles/compose.sh $(icons.parts)
	@mkdir -p $(@D)
	$(Q)styles/compose.sh $(@D) && touch $@
