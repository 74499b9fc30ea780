#include "api/maps/wms.h"

#include <math.h>
#include <string.h>
#include <strings.h>

/*
 * GetLegendGraphic: the classes of a layer with their looks. With a window (BBOX, CRS, WIDTH, HEIGHT, as QGIS
 * sends them) those that are to be seen in it; else those around where the map begins, or the middle of the
 * layer, as on a plan of 1:5000.
 */

static const double MM_A_PIXEL = 25.4 / 96, SCALE = 5000, SIDE_MM = 2000;
static const double MARGIN_MM = 1, ROW_MM = 5, SWATCH_MM = 8, TEXT_MM = 2.2, TITLE_MM = 2.6, GAP_MM = 2;

enum { ROWS_MAX = 400 };

static enum mm_code read_layer(struct mm_wms *w, struct mm_err *reterr)
{
	const bool is_one = mm_wms_param(w->picture.r, "LAYER") != NULL;
	enum mm_code rc = mm_wms_read_layers(w, is_one ? "LAYER" : "LAYERS", &w->picture.is_on, reterr);

	return rc ? rc : mm_wms_read_style(w, is_one ? "STYLE" : "STYLES", reterr);
}

/* The middle of the map or of the layer, in the system of the map. */
static enum mm_code around_middle(struct mm_wms *w, struct mm_err *reterr)
{
	const struct mm_catalog *c = w->picture.catalog;
	const struct mm_map_info *map = mm_catalog_map(c);
	bool is_view;
	const double half = SIDE_MM / 1000 * SCALE / 2;
	const struct mm_transform *t;
	const bool *is_shown = NULL;
	struct mm_box all;
	double at[2];
	enum mm_code rc = mm_picture_shown(&w->picture, w->picture.is_on, &is_shown, reterr);

	if (rc)
		return rc;
	all = mm_catalog_box_deg(c, is_shown);
	/* where the map begins, if the layer is there: a layer may have features at the other end of the
	 * world */
	is_view = map->has_view && map->view_lon_deg >= all.min_x && map->view_lon_deg <= all.max_x &&
		  map->view_lat_deg >= all.min_y && map->view_lat_deg <= all.max_y;
	at[0] = is_view ? map->view_lon_deg : (all.min_x + all.max_x) / 2;
	at[1] = is_view ? map->view_lat_deg : (all.min_y + all.max_y) / 2;
	w->picture.crs = map->crs_definition;
	rc = mm_transform_get(w->picture.kit->proj, MM_CRS84, w->picture.crs, &t, reterr);
	if (rc)
		return rc;
	if (mm_box_is_empty(&all) || mm_transform_points(t, at, 1) > 0)
		return mm_wms_fail(w, "LayerNotDefined", reterr, "LAYER", "the layer shows nothing");
	w->picture.box = (struct mm_box){at[0] - half, at[1] - half, at[0] + half, at[1] + half};
	w->picture.width_px = w->picture.height_px = (unsigned)(SIDE_MM / MM_A_PIXEL);
	return MM_OK;
}

static enum mm_code find_window(struct mm_wms *w, struct mm_err *reterr)
{
	enum mm_code rc;

	if (!mm_wms_param(w->picture.r, "BBOX"))
		return around_middle(w, reterr);
	rc = mm_wms_read_window(w, reterr);
	w->picture.width_px = w->picture.height_px = 512; /* QGIS says the size of the legend here */
	if (!rc && mm_wms_param(w->picture.r, "SRCWIDTH") && mm_wms_param(w->picture.r, "SRCHEIGHT")) {
		rc = mm_wms_read_number(w, "SRCWIDTH", 1, MM_PICTURE_SIDE_MAX, &w->picture.width_px, reterr);
		if (!rc)
			rc = mm_wms_read_number(w, "SRCHEIGHT", 1, MM_PICTURE_SIDE_MAX, &w->picture.height_px,
						reterr);
	}
	return rc;
}

struct legend {
	struct mm_picture_plot *plot;
	const struct mm_plot_item *item;
	size_t count;
	cairo_t *cr;
	double width, at; /* millimetres: of the widest row; the row that comes */
	int rows;
	bool draws; /* else it is measured */
	enum mm_code rc;
	struct mm_err *reterr;
};

static void put_words(struct legend *g, const char *text, double x, double height, bool is_bold)
{
	const struct mm_letters letters = {
	    .text = text, .height_mm = height, .is_bold = is_bold, .down = MM_LETTERS_MIDDLE};
	double size[2];

	mm_lettering_measure(g->plot->lettering, &letters, size);
	g->width = fmax(g->width, x + size[0] + MARGIN_MM);
	if (g->draws)
		mm_lettering_draw(g->plot->lettering, g->cr, &letters, x, g->at + ROW_MM / 2);
}

static void put_class(struct legend *g, const struct mm_plot_item *item, const struct mm_plot_class *class)
{
	const struct mm_paper_box box = {MARGIN_MM, g->at + 0.5, SWATCH_MM, ROW_MM - 1};

	if (g->draws && !g->rc)
		g->rc = mm_plot_draw_swatch(g->plot->plot, g->cr, class, &box, g->reterr);
	put_words(g, *class->text ? class->text : item->title, MARGIN_MM + SWATCH_MM + GAP_MM, TEXT_MM,
		  false);
	g->at += ROW_MM;
	g->rows++;
}

static void put_items(struct legend *g)
{
	g->at = MARGIN_MM;
	g->rows = 0;
	for (size_t i = 0; i < g->count; i++) {
		const struct mm_plot_item *item = &g->item[i];
		const bool is_one = item->class_count == 1 && !*item->class[0].text;

		if (!is_one && g->count > 1 && g->rows < ROWS_MAX) {
			put_words(g, item->title, MARGIN_MM, TITLE_MM, true);
			g->at += ROW_MM;
			g->rows++;
		}
		for (size_t k = 0; k < item->class_count && g->rows < ROWS_MAX; k++)
			put_class(g, item, &item->class[k]);
	}
}

static enum mm_code draw(struct mm_wms *w, struct mm_picture_plot *o, struct mm_err *reterr)
{
	struct legend g = {.plot = o, .reterr = reterr};
	struct mm_canvas_info info = {.title = "", .is_clear = w->picture.is_clear};
	struct mm_paper paper = {0};
	struct mm_canvas *c = NULL;
	enum mm_code rc;

	g.item = mm_plot_legend(o->plot, &g.count);
	put_items(&g);
	paper.width_mm = fmax(g.width, 5);
	paper.height_mm = fmax(g.at + MARGIN_MM, 5);
	rc = mm_canvas_new(w->picture.kind, &paper, w->picture.dpi, &info, &c, reterr);
	if (rc)
		return rc;
	g.cr = mm_canvas_cairo(c);
	g.draws = true;
	put_items(&g);
	rc = g.rc ? g.rc : mm_canvas_finish(c, &w->rs->body, reterr);
	(void)mm_canvas_free(c);
	return rc;
}

enum mm_code mm_wms_legend(struct mm_wms *w, struct mm_err *reterr)
{
	const char *format = mm_wms_param(w->picture.r, "FORMAT"),
		   *clear = mm_wms_param(w->picture.r, "TRANSPARENT");
	struct mm_picture_plot o;
	enum mm_code rc = read_layer(w, reterr);

	w->picture.kind = format && !strcasecmp(format, "image/svg+xml") ? MM_CANVAS_SVG : MM_CANVAS_PNG;
	w->picture.is_clear = clear && !strcasecmp(clear, "TRUE");
	if (!rc)
		rc = find_window(w, reterr);
	if (!rc)
		rc = mm_picture_open(&w->picture, &o, reterr);
	if (rc)
		return rc;
	rc = draw(w, &o, reterr);
	mm_picture_close(&o);
	w->rs->no_compress = w->picture.kind == MM_CANVAS_PNG;
	w->rs->content_type = mm_picture_offers[w->picture.kind].media_type;
	return rc;
}
