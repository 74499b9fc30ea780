#include "api/rasters/pixels.h"

#include "base/clock.h"
#include "feed/raster.h"

enum { READ_S = 60 };

static unsigned seconds_left(const struct mm_pixels *p)
{
	const int64_t left_s = (p->deadline_ns - mm_clock_mono_ns()) / 1000000000;

	if (!p->deadline_ns || left_s > READ_S)
		return READ_S;
	return left_s > 1 ? (unsigned)left_s : 1;
}

static enum mm_code read_pixels(void *ctx, const struct mm_raster *r, const struct mm_raster_window *window,
				unsigned char *rgba, struct mm_err *reterr)
{
	const struct mm_pixels *p = ctx;

	if (!p->cache)
		return mm_fail(reterr, MM_E_BUSY, "", "the server is starting: ask again in a moment");
	return mm_raster_read(r, p->cache, window, p->stop_fd, seconds_left(p), rgba, reterr);
}

struct mm_plot_pixels mm_pixels_reader(struct mm_pixels *p)
{
	return (struct mm_plot_pixels){.read = read_pixels, .ctx = p};
}
