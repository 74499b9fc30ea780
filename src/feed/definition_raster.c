#include "feed/definition.h"
#include "feed/definition_private.h"
#include "feed/definition_schema.h"

#include <math.h>

/* What a layer file says of a raster beside its file, system and zooms. */

static enum mm_code check_absent(const struct mm_def_reading *rd, const struct mm_raw_layer *raw,
				 struct mm_err *reterr)
{
	const char *key = raw->opacity ? "opacity" : raw->visible ? "visible" : raw->range ? "range" : NULL;

	if (!key)
		return MM_OK;
	return mm_def_wrong(rd, key, reterr, "%s: is said of a raster: only: remove it", key);
}

enum mm_code mm_def_raster(const struct mm_def_reading *rd, const struct mm_raw_layer *raw,
			   struct mm_layer_def *d, struct mm_err *reterr)
{
	if (!d->is_raster)
		return check_absent(rd, raw, reterr);
	d->opacity = raw->opacity ? *raw->opacity : 1;
	if (!(d->opacity > 0 && d->opacity <= 1))
		return mm_def_wrong(rd, "opacity", reterr, "opacity: write a number above 0, at most 1");
	if (!mm_def_bool(raw->visible, &d->is_visible))
		return mm_def_wrong(rd, "visible", reterr, "visible \"%.30s\": write true or false",
				    raw->visible);
	d->has_range = raw->range != NULL;
	for (unsigned i = 0; i < 2 && raw->range; i++)
		d->range[i] = raw->range[i];
	if (d->has_range && !(isfinite(d->range[0]) && isfinite(d->range[1]) && d->range[0] < d->range[1]))
		return mm_def_wrong(rd, "range", reterr,
				    "range: write [BLACK, WHITE], the smaller number first");
	return MM_OK;
}
