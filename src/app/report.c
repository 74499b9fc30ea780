#include "app/report.h"

#include "app/say.h"

#include <stdlib.h>
#include <string.h>

enum { NOTES_MAX = 20 }; /* lines, or names, below a layer's row */

void mm_report_line(FILE *out, const struct mm_entry *e)
{
	if (*e->error) {
		(void)fprintf(out, "  %-20s %s\n", e->id, e->error);
		return;
	}
	if (e->archive) {
		(void)fprintf(out, mm_say("  %-20s %9s плитки\n", "  %-20s %9s tiles\n"), e->id, "");
		return;
	}
	if (e->raster) {
		(void)fprintf(out, mm_say("  %-20s %9s растр\n", "  %-20s %9s raster\n"), e->id, "");
		return;
	}
	(void)fprintf(out, mm_say("  %-20s %9u объектов  %s\n", "  %-20s %9u features  %s\n"), e->id,
		      mm_layer_count(e->layer), e->from_cache ? mm_say("из кэша", "from the cache") : "");
}

void mm_report_summary(FILE *out, struct mm_catalog_slot *slot)
{
	const struct mm_catalog *c = mm_catalog_acquire(slot);
	unsigned long long features = 0;
	size_t layers = 0, failed = 0;

	if (!c)
		return;
	for (size_t i = 0; i < mm_catalog_count(c); i++) {
		const struct mm_entry *e = mm_catalog_entry(c, i);

		layers += mm_entry_serves(e);
		failed += *e->error != '\0';
		features += e->layer ? mm_layer_count(e->layer) : 0;
	}
	(void)fprintf(out,
		      mm_say("%s: слоёв %zu, объектов %llu; измерения в %s\n",
			     "%s: %zu layers, %llu features; measured in %s\n"),
		      mm_title_in(&mm_catalog_map(c)->title, mm_say("ru", "en"), "munimap"), layers, features,
		      mm_catalog_map(c)->crs_name);
	if (failed)
		(void)fprintf(out,
			      mm_say("не загружено: %zu (почему: выше)\n", "not loaded: %zu (why: above)\n"),
			      failed);
	if (!layers && !failed)
		(void)fprintf(
		    out, "%s\n",
		    mm_say("В папке нет ни одного слоя: munimap inspect ФАЙЛ --write ПАПКА напишет их.",
			   "The folder has no layers: munimap inspect FILE --write DIR writes them."));
	(void)mm_catalog_unref(c);
}

static const char *geometry_words(const struct mm_layer *l, char *ret, size_t size)
{
	unsigned types = mm_layer_geom_types(l);
	size_t n = 0;

	ret[0] = '\0';
	for (int t = MM_GEOM_POINT; t < MM_GEOM_TYPE_COUNT; t++)
		if (types & 1u << t && n < size)
			n += (size_t)snprintf(ret + n, size - n, "%s%s", n ? "+" : "",
					      mm_geom_type_name((enum mm_geom_type)t));
	return *ret ? ret : "-";
}

static size_t left_out(const struct mm_layer *l)
{
	return mm_layer_quality_count(l, MM_QUALITY_NOT_FINITE) +
	       mm_layer_quality_count(l, MM_QUALITY_OUTSIDE) + mm_layer_quality_count(l, MM_QUALITY_SKIPPED) +
	       mm_layer_quality_count(l, MM_QUALITY_OFF_MAP);
}

static void format_extent(const struct mm_box *box, char *ret, size_t size)
{
	if (!mm_box_is_empty(box))
		(void)snprintf(ret, size, "%.4f,%.4f,%.4f,%.4f", box->min_x, box->min_y, box->max_x,
			       box->max_y);
}

/* A layer that comes as tiles: what they are, and which layers they hold. */
static void put_archive(FILE *out, const struct mm_entry *e)
{
	const struct mm_archive_about *about = mm_tile_archive_about(e->archive);
	const struct mm_tile_archive_info *info = mm_tile_archive_info(e->archive);
	char kind[32], extent[80] = "-";

	(void)snprintf(kind, sizeof(kind), "tiles (%s) z%u-%u",
		       about->encoding == MM_ARCHIVE_MLT ? "MLT" : "MVT", info->min_zoom, info->max_zoom);
	format_extent(&about->box_deg, extent, sizeof(extent));
	(void)fprintf(out, "%-20s %9s  %-22s %-12s %-36s %8s %8s %7.2f\n", e->id, "-", kind, "EPSG:3857",
		      extent, "-", "-", e->load_seconds);
	if (*e->error)
		(void)fprintf(out, "%-20s %s\n", "", e->error);
	for (size_t i = 0; i < about->layer_count && i < NOTES_MAX; i++)
		(void)fprintf(out, "%s%s", i ? ", " : "  ", about->layer[i].id);
	(void)fprintf(out, "%s%s", about->layer_count > NOTES_MAX ? ", ..." : "",
		      about->layer_count ? "\n" : "");
}

/* A picture of the ground: how large, and how fine. */
static void put_raster(FILE *out, const struct mm_entry *e)
{
	const struct mm_raster_info *info = mm_raster_info(e->raster);
	char kind[64], extent[80] = "-";

	(void)snprintf(kind, sizeof(kind), "raster %ux%u", info->width_px, info->height_px);
	format_extent(&info->box_deg, extent, sizeof(extent));
	(void)fprintf(out, "%-20s %9s  %-22s %-12.12s %-36s %8s %8s %7.2f\n", e->id, "-", kind,
		      info->crs_code, extent, "-", "-", e->load_seconds);
	if (*e->error)
		(void)fprintf(out, "%-20s %s\n", "", e->error);
}

static void put_row(FILE *out, const struct mm_entry *e)
{
	char geometry[128], extent[80] = "-";
	const char *crs;
	struct mm_box box;

	if (e->archive) {
		put_archive(out, e);
		return;
	}
	if (e->raster) {
		put_raster(out, e);
		return;
	}
	if (!e->layer) {
		(void)fprintf(out, "%-20s %s\n", e->id, e->error);
		return;
	}
	box = mm_layer_box_deg(e->layer);
	format_extent(&box, extent, sizeof(extent));
	crs = mm_layer_schema(e->layer)->crs_code;
	(void)fprintf(out, "%-20s %9u  %-22s %-12s %-36s %8zu %8zu %7.2f\n", e->id, mm_layer_count(e->layer),
		      geometry_words(e->layer, geometry, sizeof(geometry)), *crs ? crs : "-", extent,
		      mm_layer_quality_count(e->layer, MM_QUALITY_REPAIRED), left_out(e->layer),
		      e->load_seconds);
	if (*e->error)
		(void)fprintf(out, "%-20s %s\n", "", e->error);
	for (size_t i = 0; i < mm_layer_quality_kept(e->layer); i++) {
		char id[256];
		struct mm_quality q;

		mm_layer_quality(e->layer, i, &q);
		if (i == NOTES_MAX) {
			(void)fprintf(out,
				      mm_say("  ... и ещё %zu замечаний\n", "  ... and %zu more notes\n"),
				      mm_layer_quality_kept(e->layer) - i);
			break;
		}
		if (q.row == UINT32_MAX)
			(void)snprintf(id, sizeof(id), "-");
		else
			(void)mm_layer_id_format(e->layer, q.row, id, sizeof(id));
		(void)fprintf(out, "  %s: %s%s%s\n", id, mm_quality_name(q.kind), *q.note ? ": " : "",
			      q.note);
	}
}

/* What serves less than it could, and why. */
static void put_warning(FILE *out, const struct mm_catalog *c, const struct mm_entry *e)
{
	const struct mm_layer *l = mm_catalog_hides_labels_of(c, e);

	if (l)
		(void)fprintf(out,
			      mm_say("  предупреждение: так же называются подписи слоя %s, в плитках их не "
				     "будет: переименуйте один из слоёв\n",
				     "  warning: the labels of layer %s have the same name, and tiles do not "
				     "have them: rename one of the layers\n"),
			      mm_layer_schema(l)->id);
}

bool mm_report_table(FILE *out, struct mm_catalog_slot *slot)
{
	const struct mm_catalog *c = mm_catalog_acquire(slot);
	bool good = c != NULL;

	if (!c)
		return false;
	(void)fprintf(out, "%-20s %9s  %-22s %-12s %-36s %8s %8s %7s\n", "layer", "features", "geometry",
		      "crs", "extent (w,s,e,n)", "repaired", "left out", "s");
	for (size_t i = 0; i < mm_catalog_count(c); i++) {
		put_row(out, mm_catalog_entry(c, i));
		put_warning(out, c, mm_catalog_entry(c, i));
		good &= *mm_catalog_entry(c, i)->error == '\0';
	}
	(void)mm_catalog_unref(c);
	return good;
}
