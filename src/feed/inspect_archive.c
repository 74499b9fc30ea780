#include "feed/inspect_archive.h"

#include "archive/reader.h"
#include "feed/yaml_put.h"

enum { NAMES_MAX = 50 };

static void put_about(const struct mm_archive_about *a, struct mm_buf *out)
{
	mm_buf_printf(out, "# tiles (%s) of zooms %u to %u, %.1f MB\n",
		      a->encoding == MM_ARCHIVE_MLT ? "MLT" : "MVT", a->min_zoom, a->max_zoom,
		      (double)a->bytes / 1e6);
	mm_buf_text(out, "# west, south, east, north: ");
	for (int i = 0; i < 4; i++) {
		const double side[] = {a->box_deg.min_x, a->box_deg.min_y, a->box_deg.max_x,
				       a->box_deg.max_y};

		mm_buf_text(out, i ? ", " : "");
		mm_buf_double(out, side[i]);
	}
	mm_buf_byte(out, '\n');
	for (size_t i = 0; i < a->layer_count && i < NAMES_MAX; i++) {
		mm_buf_text(out, i ? ", " : "# layers: ");
		mm_yaml_put_comment(out, a->layer[i].id);
	}
	mm_buf_text(out, a->layer_count > NAMES_MAX ? ", ...\n" : a->layer_count ? "\n" : "");
	if (*a->attribution) {
		mm_buf_text(out, "# ");
		mm_yaml_put_comment(out, a->attribution);
		mm_buf_byte(out, '\n');
	}
}

enum mm_code mm_inspect_archive(const char *path, const char *source, const char *name, struct mm_buf *out,
				struct mm_err *reterr)
{
	struct mm_archive_reader *r = NULL;
	enum mm_code rc = mm_archive_reader_new(path, &r, reterr);

	if (rc)
		return rc;
	put_about(mm_archive_reader_about(r), out);
	mm_buf_text(out, "title: ");
	mm_yaml_put_title(out, name);
	mm_buf_byte(out, '\n');
	mm_yaml_put_pair(out, "tiles", source);
	(void)mm_archive_reader_free(r);
	return MM_OK;
}
