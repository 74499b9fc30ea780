#include "app/bake_report.h"

#include "app/say.h"
#include "base/clock.h"

#include <inttypes.h>
#include <unistd.h>

enum { BAR_WIDTH = 30 };

void mm_bake_report_begin(struct mm_bake_report *r)
{
	*r = (struct mm_bake_report){isatty(STDERR_FILENO), mm_clock_mono_ns(), 0};
}

static double seconds(const struct mm_bake_report *r)
{
	return (double)(mm_clock_mono_ns() - r->start_ns) / 1e9;
}

/* How much is done, when it is known. */
static void put_part(const struct mm_bake_progress *p)
{
	const double part = (double)p->units / (double)p->unit_count;
	char bar[BAR_WIDTH + 1];

	for (int i = 0; i < BAR_WIDTH; i++)
		bar[i] = i < part * BAR_WIDTH ? '#' : '.';
	bar[BAR_WIDTH] = '\0';
	(void)fprintf(stderr, "[%s] %3.0f %%  ", bar, part * 100);
}

static void put_bar(const struct mm_bake_report *r, const struct mm_bake_progress *p)
{
	uint64_t tiles = 0, bytes = 0;

	for (unsigned z = 0; z <= MM_TILE_MAX_ZOOM; z++) {
		tiles += p->zooms[z].tiles;
		bytes += p->zooms[z].bytes;
	}
	(void)fprintf(stderr, "\r\033[K");
	if (p->unit_count)
		put_part(p);
	(void)fprintf(
	    stderr,
	    mm_say("z%u  плиток %" PRIu64 "  %.1f МБ  %.0f с", "z%u  %" PRIu64 " tiles  %.1f MB  %.0f s"),
	    p->zoom, tiles, (double)bytes / 1e6, seconds(r));
	(void)fflush(stderr);
}

/* A line for each zoom below `end` that has not been told of. */
static void put_lines(struct mm_bake_report *r, const struct mm_bake_progress *p, unsigned end)
{
	for (; r->zoom < end; r->zoom++) {
		const struct mm_bake_count *c = &p->zooms[r->zoom];

		if (c->tiles)
			(void)fprintf(stderr,
				      mm_say("z%-2u плиток %" PRIu64 ", %.1f МБ, %.1f с\n",
					     "z%-2u %" PRIu64 " tiles, %.1f MB, %.1f s\n"),
				      r->zoom, c->tiles, (double)c->bytes / 1e6, seconds(r));
	}
}

void mm_bake_report_progress(struct mm_bake_report *r, const struct mm_bake_progress *p)
{
	if (r->is_terminal)
		put_bar(r, p);
	else
		put_lines(r, p, p->zoom);
}

void mm_bake_report_stop(const struct mm_bake_report *r)
{
	if (r->is_terminal)
		(void)fprintf(stderr, "\r\033[K");
}

void mm_bake_report_end(struct mm_bake_report *r, const struct mm_bake_progress *p)
{
	if (!r->is_terminal)
		put_lines(r, p, MM_TILE_MAX_ZOOM + 1);
	mm_bake_report_stop(r);
}

static void put_zoom(FILE *out, unsigned zoom, const struct mm_bake_count *c)
{
	char at[48];

	(void)snprintf(at, sizeof(at), "%u/%u/%u", c->largest_id.z, c->largest_id.x, c->largest_id.y);
	(void)fprintf(out, "%4u %10" PRIu64 " %12.3f %10.1f %10.1f  %-22s %8" PRIu64 "\n", zoom, c->tiles,
		      (double)c->bytes / 1e6, (double)c->bytes / (double)c->tiles / 1e3,
		      (double)c->largest / 1e3, at, c->dropped);
}

void mm_bake_report_summary(const struct mm_bake_report *r, FILE *out, const char *path,
			    const struct mm_bake_progress *p, const struct mm_archive_count *count)
{
	(void)fprintf(out, "%4s %10s %12s %10s %10s  %-22s %8s\n", "zoom", "tiles", "MB", "mean kB",
		      "largest", "at", "thinned");
	for (unsigned z = 0; z <= MM_TILE_MAX_ZOOM; z++)
		if (p->zooms[z].tiles)
			put_zoom(out, z, &p->zooms[z]);
	(void)fprintf(out,
		      mm_say("%s: плиток %" PRIu64 ", разных %" PRIu64 ", %.1f МБ, %.1f с\n",
			     "%s: %" PRIu64 " tiles, %" PRIu64 " different, %.1f MB, %.1f s\n"),
		      path, count->tiles, count->contents, (double)count->bytes / 1e6, seconds(r));
}
