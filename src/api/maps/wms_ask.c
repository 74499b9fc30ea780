#include "api/maps/wms.h"
#include "base/num.h"
#include "style/palette.h"

#include <math.h>
#include <string.h>
#include <strings.h>

/* Parameters of the Web Map Service. */

static const double DPI_MIN = 36, DPI_MAX = 600;

enum mm_code mm_wms_read_layers(struct mm_wms *w, const char *name, bool **ret, struct mm_err *reterr)
{
	const char *at = mm_wms_param(w->picture.r, name);
	const struct mm_catalog *c = w->picture.catalog;
	bool *is_on = mm_arena_array(w->picture.r->mem, mm_catalog_count(c) + 1, sizeof(*is_on)),
	     is_all = false;

	if (!is_on)
		return mm_fail_nomem(reterr);
	if (!at || !*at)
		return mm_wms_fail(w, "MissingParameterValue", reterr, name,
				   "name the layers, as in the capabilities: %s=%s is the whole map", name,
				   MM_WMS_ALL);
	for (int i = 0; *at; i++) {
		const size_t n = strcspn(at, ","), entry = mm_catalog_index(c, at, n);

		if (i == MM_WMS_LAYERS_MAX)
			return mm_wms_fail(w, "InvalidParameterValue", reterr, name,
					   "at most %d layers at once", MM_WMS_LAYERS_MAX);
		if (entry != SIZE_MAX)
			is_on[entry] = true;
		else if (n == strlen(MM_WMS_ALL) && !strncmp(at, MM_WMS_ALL, n))
			is_all = true;
		else
			return mm_wms_fail(w, "LayerNotDefined", reterr, name,
					   "there is no layer \"%.*s\": the capabilities list them",
					   (int)(n < 64 ? n : 64), at);
		at += n + (at[n] == ',');
	}
	*ret = is_all ? NULL : is_on;
	return MM_OK;
}

/* One of our styles for all layers: the first that is named. */
enum mm_code mm_wms_read_style(struct mm_wms *w, const char *name, struct mm_err *reterr)
{
	const char *text = mm_wms_param(w->picture.r, name);
	const size_t skip = text ? strspn(text, ",") : 0, n = text ? strcspn(text + skip, ",") : 0;
	const char *style = n ? mm_arena_text(w->picture.r->mem, text + skip, n) : NULL;
	struct mm_palette *palette = NULL;
	bool is_there;

	if (!n || !strcmp(style ? style : "", "default"))
		return MM_OK;
	if (!style || mm_palette_new(&palette, reterr))
		return mm_fail_nomem(reterr);
	is_there = mm_palette_find(palette, style) != SIZE_MAX;
	(void)mm_palette_free(palette);
	if (!is_there)
		return mm_wms_fail(w, "StyleNotDefined", reterr, name,
				   "there is no style \"%.40s\": the capabilities list them", style);
	w->picture.style = style;
	return MM_OK;
}

enum mm_code mm_wms_read_number(struct mm_wms *w, const char *name, unsigned least, unsigned most,
				unsigned *ret, struct mm_err *reterr)
{
	const char *text = mm_wms_param(w->picture.r, name);
	double v;

	if (!text)
		return mm_wms_fail(w, "MissingParameterValue", reterr, name, "write a number from %u to %u",
				   least, most);
	if (!mm_num_parse(text, strlen(text), &v) || v != floor(v) || v < least || v > most)
		return mm_wms_fail(w, "InvalidParameterValue", reterr, name,
				   "write a whole number from %u to %u", least, most);
	*ret = (unsigned)v;
	return MM_OK;
}

/* "CRS:84", "EPSG:3857", "MSK48_1": in 1.1.1, and for systems that are no authority's, x stands first. */
static enum mm_code read_crs(struct mm_wms *w, bool *ret_north_first, struct mm_err *reterr)
{
	const char *name = w->is_111 ? "SRS" : "CRS";
	const char *text = mm_wms_param(w->picture.r, name);
	struct mm_err err = {0};

	if (!text)
		text = mm_wms_param(w->picture.r, w->is_111 ? "CRS" : "SRS");
	if (!text)
		return mm_wms_fail(w, "MissingParameterValue", reterr, name, "write a system: EPSG:3857");
	if (strcasecmp(text, "CRS:84") == 0)
		text = MM_CRS84;
	if (mm_crs_parse(w->picture.kit->proj, text, &w->crs, &err))
		return mm_wms_fail(w, w->is_111 ? "InvalidSRS" : "InvalidCRS", reterr, name, "%s", err.msg);
	w->picture.crs = w->crs.definition;
	*ret_north_first = !w->is_111 && w->crs.is_north_first;
	return MM_OK;
}

enum mm_code mm_wms_read_window(struct mm_wms *w, struct mm_err *reterr)
{
	const char *at = mm_wms_param(w->picture.r, "BBOX");
	bool is_north_first;
	double v[4];
	enum mm_code rc = read_crs(w, &is_north_first, reterr);

	if (rc)
		return rc;
	if (!at)
		return mm_wms_fail(w, "MissingParameterValue", reterr, "BBOX",
				   "write four numbers: minx,miny,maxx,maxy");
	if (!mm_picture_read_numbers(at, v, 4))
		return mm_wms_fail(w, "InvalidParameterValue", reterr, "BBOX",
				   "write four numbers: minx,miny,maxx,maxy");
	if (!(v[0] < v[2] && v[1] < v[3]))
		return mm_wms_fail(w, "InvalidParameterValue", reterr, "BBOX",
				   "the smaller numbers stand first, and the window has an area");
	w->picture.box = is_north_first ? (struct mm_box){v[1], v[0], v[3], v[2]}
					: (struct mm_box){v[0], v[1], v[2], v[3]};
	return MM_OK;
}

/* DPI as QGIS says it, MAP_RESOLUTION as MapServer's clients do; 96 when nobody does. */
static void read_dpi(struct mm_wms *w)
{
	const char *text = mm_wms_param(w->picture.r, "DPI");
	double v;

	text = text ? text : mm_wms_param(w->picture.r, "MAP_RESOLUTION");
	if (text && mm_num_parse(text, strlen(text), &v))
		w->picture.dpi = fmin(fmax(v, DPI_MIN), DPI_MAX);
}

static enum mm_code read_format(struct mm_wms *w, struct mm_err *reterr)
{
	const char *text = mm_wms_param(w->picture.r, "FORMAT");
	const size_t n = text ? strcspn(text, ";") : 0;

	w->picture.kind = MM_CANVAS_PNG;
	if (!text)
		return MM_OK;
	for (size_t i = 0; i < MM_PICTURE_KINDS; i++) {
		const char *type = mm_picture_offers[i].media_type;

		if (strlen(type) == n && !strncasecmp(text, type, n)) {
			w->picture.kind = (enum mm_canvas_kind)i;
			return MM_OK;
		}
	}
	return mm_wms_fail(w, "InvalidFormat", reterr, "FORMAT",
			   "write image/png, image/jpeg, image/svg+xml or application/pdf");
}

static enum mm_code read_ground(struct mm_wms *w, struct mm_err *reterr)
{
	const char *clear = mm_wms_param(w->picture.r, "TRANSPARENT"),
		   *color = mm_wms_param(w->picture.r, "BGCOLOR");

	w->picture.is_clear = clear && strcasecmp(clear, "TRUE") == 0;
	if (color && !mm_picture_read_color(color, &w->picture.rgb))
		return mm_wms_fail(w, "InvalidParameterValue", reterr, "BGCOLOR",
				   "write six hexadecimal digits: 0xFFFFFF");
	return MM_OK;
}

enum mm_code mm_wms_read_map(struct mm_wms *w, struct mm_err *reterr)
{
	enum mm_code rc = mm_wms_read_layers(w, "LAYERS", &w->picture.is_on, reterr);

	if (!rc)
		rc = mm_wms_read_style(w, "STYLES", reterr);
	if (!rc)
		rc = mm_wms_read_window(w, reterr);
	if (!rc)
		rc = mm_wms_read_number(w, "WIDTH", 1, MM_PICTURE_SIDE_MAX, &w->picture.width_px, reterr);
	if (!rc)
		rc = mm_wms_read_number(w, "HEIGHT", 1, MM_PICTURE_SIDE_MAX, &w->picture.height_px, reterr);
	if (!rc)
		rc = read_format(w, reterr);
	if (!rc)
		rc = read_ground(w, reterr);
	if (!rc)
		rc = mm_wms_read_conditions(w, reterr);
	read_dpi(w);
	return rc;
}
