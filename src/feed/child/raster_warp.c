#include "feed/child/raster.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * From a raster to a window in another plane. Where each pixel of the window lies in the raster is worked out
 * exactly at the nodes of a mesh, and between them by halves of halves: the mesh is made finer until the
 * middles of its cells are right to a fifth of a pixel.
 */

enum { STEP_FIRST = 32, STEP_LAST = 4, MARGIN = 2 };

static const double RIGHT_PX = 0.2; /* of the window */
static const double BUFFER_A_PIXEL = 3;

/* The places in the raster of the nodes of the window, pixels; NaN: none. */
struct mesh {
	const struct mm_transform *to_source;
	const struct mm_raster_file *file;
	const struct mm_raster_window *window;
	int step, columns, rows; /* nodes */
	double *at;
	double ratio; /* raster pixels to a pixel of the window, at a side */
};

/* In place: pixels of the window to pixels of the raster. */
static void to_raster(const struct mesh *m, double *xy, size_t count)
{
	const double *p = m->window->place, *q = m->file->inverse;

	for (size_t i = 0; i < count; i++) {
		const double c = xy[2 * i], r = xy[2 * i + 1];

		xy[2 * i] = p[0] + c * p[1] + r * p[2];
		xy[2 * i + 1] = p[3] + c * p[4] + r * p[5];
	}
	(void)mm_transform_points(m->to_source, xy, count);
	for (size_t i = 0; i < count; i++) {
		const double x = xy[2 * i], y = xy[2 * i + 1];
		const bool is_place = isfinite(x) && isfinite(y);

		xy[2 * i] = is_place ? q[0] + x * q[1] + y * q[2] : (double)NAN;
		xy[2 * i + 1] = is_place ? q[3] + x * q[4] + y * q[5] : (double)NAN;
	}
}

static bool lay(struct mesh *m)
{
	m->columns = ((int)m->window->width_px + m->step - 1) / m->step + 1;
	m->rows = ((int)m->window->height_px + m->step - 1) / m->step + 1;
	free(m->at);
	m->at = calloc((size_t)m->columns * (size_t)m->rows * 2, sizeof(*m->at));
	for (int r = 0; r < m->rows && m->at; r++) {
		double *row = m->at + (size_t)r * (size_t)m->columns * 2;

		for (int c = 0; c < m->columns; c++) {
			row[2 * c] = c * m->step;
			row[2 * c + 1] = r * m->step;
		}
		to_raster(m, row, (size_t)m->columns);
	}
	return m->at != NULL;
}

static const double *node(const struct mesh *m, int column, int row)
{
	return m->at + ((size_t)row * (size_t)m->columns + (size_t)column) * 2;
}

/* Is the cell laid over the raster at all? */
static bool is_over(const struct mesh *m, int column, int row)
{
	double low[2] = {HUGE_VAL, HUGE_VAL}, high[2] = {-HUGE_VAL, -HUGE_VAL};

	for (int i = 0; i < 4; i++) {
		const double *at = node(m, column + (i & 1), row + (i >> 1));

		if (isnan(at[0]))
			return false;
		for (int k = 0; k < 2; k++) {
			low[k] = fmin(low[k], at[k]);
			high[k] = fmax(high[k], at[k]);
		}
	}
	return high[0] > -MARGIN && high[1] > -MARGIN && low[0] < m->file->width + MARGIN &&
	       low[1] < m->file->height + MARGIN;
}

/* The ratio, by the cells over the raster; 0: there are none. */
static void find_ratio(struct mesh *m)
{
	double area = 0;
	size_t cells = 0;

	for (int r = 0; r + 1 < m->rows; r++)
		for (int c = 0; c + 1 < m->columns; c++) {
			const double *a = node(m, c, r), *b = node(m, c + 1, r), *d = node(m, c, r + 1);

			if (!is_over(m, c, r))
				continue;
			area += fabs((b[0] - a[0]) * (d[1] - a[1]) - (b[1] - a[1]) * (d[0] - a[0]));
			cells++;
		}
	m->ratio = cells ? sqrt(area / (double)cells) / m->step : 0;
}

/* Are the middles of the cells right? */
static bool is_fine(const struct mesh *m)
{
	for (int r = 0; r + 1 < m->rows; r++)
		for (int c = 0; c + 1 < m->columns; c++) {
			const double *a = node(m, c, r), *d = node(m, c + 1, r + 1);
			const double *b = node(m, c + 1, r), *e = node(m, c, r + 1);
			double middle[2] = {(c + 0.5) * m->step, (r + 0.5) * m->step};

			if (!is_over(m, c, r))
				continue;
			to_raster(m, middle, 1);
			if (!(hypot(middle[0] - (a[0] + b[0] + d[0] + e[0]) / 4,
				    middle[1] - (a[1] + b[1] + d[1] + e[1]) / 4) <= RIGHT_PX * m->ratio))
				return false;
		}
	return true;
}

static enum mm_code make_mesh(struct mesh *m, struct mm_err *reterr)
{
	for (m->step = STEP_FIRST;; m->step /= 2) {
		if (!lay(m))
			return mm_fail_nomem(reterr);
		find_ratio(m);
		if (!(m->ratio > 0) || m->step <= STEP_LAST || is_fine(m))
			return MM_OK;
	}
}

/* The part of the raster that the window shows, and at how many pixels it is wanted. False: none. */
static bool choose_part(const struct mesh *m, struct mm_raster_part *ret)
{
	const double pixels = (double)m->window->width_px * m->window->height_px;
	const double margin = MARGIN * fmax(m->ratio, 1);
	double low[2] = {HUGE_VAL, HUGE_VAL}, high[2] = {-HUGE_VAL, -HUGE_VAL}, ratio = fmax(m->ratio, 1);
	int size[2] = {m->file->width, m->file->height}, from[2], to[2];

	for (int r = 0; r + 1 < m->rows; r++)
		for (int c = 0; c + 1 < m->columns; c++)
			for (int i = 0; i < 4 && is_over(m, c, r); i++)
				for (int k = 0; k < 2; k++) {
					const double at = node(m, c + (i & 1), r + (i >> 1))[k];

					low[k] = fmin(low[k], at);
					high[k] = fmax(high[k], at);
				}
	for (int k = 0; k < 2; k++) {
		from[k] = (int)fmax(floor(low[k] - margin), 0);
		to[k] = (int)fmin(ceil(high[k] + margin), size[k]);
		if (!(m->ratio > 0) || from[k] >= to[k])
			return false;
	}
	*ret = (struct mm_raster_part){
	    .x = from[0], .y = from[1], .width = to[0] - from[0], .height = to[1] - from[1]};
	/* where the ratio differs much within a window, the mean of it would ask for too much */
	ratio = fmax(ratio, sqrt((double)ret->width * ret->height / (pixels * BUFFER_A_PIXEL + 65536)));
	ret->buffer_width = (int)fmax(ceil(ret->width / ratio), 1);
	ret->buffer_height = (int)fmax(ceil(ret->height / ratio), 1);
	return true;
}

/* Bilinear at a place of the buffer, pixels from its corner; the result not multiplied. */
static void sample(const struct mm_raster_part *p, double x, double y, unsigned char ret[4])
{
	const double left = x - 0.5, top = y - 0.5;
	const int column = (int)floor(left), row = (int)floor(top);
	const double fx = left - column, fy = top - row;
	const double weight[4] = {(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy};
	double sum[4] = {0};

	for (int i = 0; i < 4; i++) {
		const int c = column + (i & 1), r = row + (i >> 1);
		const int cc = c < 0 ? 0 : c >= p->buffer_width ? p->buffer_width - 1 : c;
		const int rr = r < 0 ? 0 : r >= p->buffer_height ? p->buffer_height - 1 : r;
		const unsigned char *at = p->rgba + 4 * ((size_t)rr * (size_t)p->buffer_width + (size_t)cc);

		for (int k = 0; k < 4; k++)
			sum[k] += weight[i] * at[k];
	}
	for (int k = 0; k < 3; k++)
		ret[k] = sum[3] > 0 ? (unsigned char)lround(fmin(sum[k] * 255 / sum[3], 255)) : 0;
	ret[3] = (unsigned char)lround(sum[3]);
}

/* One row of the window. */
static void fill_row(const struct mesh *m, const struct mm_raster_part *p, int row, unsigned char *ret)
{
	const double sx = (double)p->buffer_width / p->width, sy = (double)p->buffer_height / p->height;
	const int r = row / m->step;
	const double v = (row + 0.5) / m->step - r;

	for (int x = 0; x < (int)m->window->width_px; x++) {
		const int c = x / m->step;
		const double u = (x + 0.5) / m->step - c;
		const double *a = node(m, c, r), *b = node(m, c + 1, r), *d = node(m, c, r + 1),
			     *e = node(m, c + 1, r + 1);
		double at[2];

		for (int k = 0; k < 2; k++)
			at[k] = (a[k] * (1 - u) + b[k] * u) * (1 - v) + (d[k] * (1 - u) + e[k] * u) * v;
		if (at[0] >= 0 && at[1] >= 0 && at[0] <= m->file->width && at[1] <= m->file->height)
			sample(p, (at[0] - p->x) * sx, (at[1] - p->y) * sy, ret + (size_t)4 * (size_t)x);
	}
}

/* `part` NULL: nothing of the raster is in the window. */
static enum mm_code write_window(const struct mesh *m, const struct mm_raster_part *part,
				 struct mm_err *reterr)
{
	const size_t stride = (size_t)4 * m->window->width_px;
	const int fd = open(m->file->job->out, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	unsigned char *row = malloc(stride);
	bool ok = fd >= 0 && row;

	for (int y = 0; y < (int)m->window->height_px && ok; y++) {
		memset(row, 0, stride);
		if (part)
			fill_row(m, part, y, row);
		ok = mm_file_put(fd, row, stride);
	}
	free(row);
	if (fd >= 0)
		ok = close(fd) == 0 && ok;
	return ok ? MM_OK : mm_fail(reterr, MM_E_IO, "", "the pixels cannot be written: %s", strerror(errno));
}

enum mm_code mm_raster_file_warp(const struct mm_raster_file *f, const struct mm_raster_job *x,
				 struct mm_err *reterr)
{
	struct mesh m = {.file = f, .window = &x->window};
	struct mm_raster_part part = {0};
	struct mm_proj *proj = mm_proj_new();
	bool has_part = false;
	enum mm_code rc = proj ? mm_transform_get(proj, x->window.crs, x->source_crs, &m.to_source, reterr)
			       : mm_fail_nomem(reterr);

	if (!rc)
		rc = make_mesh(&m, reterr);
	if (!rc)
		has_part = choose_part(&m, &part);
	if (!rc && has_part)
		rc = mm_raster_file_read(f, &part, reterr);
	if (!rc)
		rc = write_window(&m, has_part ? &part : NULL, reterr);
	free(part.rgba);
	free(m.at);
	(void)mm_proj_free(proj);
	return rc;
}
