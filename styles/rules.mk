# The design of the map, built into the program: the template, the tokens, the icons, the symbols of projects, which are
# put together from parts, and the templates of plans.
styles.own := styles/template.json styles/tokens.json
icons.drawn := $(wildcard styles/icons/*.svg)
icons.parts := $(wildcard styles/icons/parts/*.svg)
icons.made := $(foreach d,0 1 2 3 4 5 6,$(foreach s,idea design works done,$(foreach b,. -late -risk -stopped,\
                $(OUT)/gen/icons/direction-$(d)-$(s)$(b:.=).svg)))
icons.own := $(icons.drawn) $(icons.made)

# Plans on paper: templates, the forms of their title blocks, and what a plan may say
plans.own := $(wildcard styles/plans/*.json styles/plans/*/*.json)

$(icons.made): $(OUT)/gen/icons/.stamp ;
$(OUT)/gen/icons/.stamp: styles/compose.sh $(icons.parts)
	@mkdir -p $(@D)
	$(Q)styles/compose.sh $(@D) && touch $@
