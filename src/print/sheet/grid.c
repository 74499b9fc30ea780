#include "print/sheet/grid.h"

#include "print/sheet/pen.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>

enum { LABELS_MAX = 512, INWARDS_STEPS = 20 /* of 1 mm */ };

static const double STEP_MAX_MM = 100, ARM_MM = 3, STROKE_MM = 4, GAP_MM = 0.7;

struct labels {
	struct mm_lettering *l;
	cairo_t *cr;
	const struct mm_ground *g;
	struct mm_box taken[LABELS_MAX];
	size_t count;
};

double mm_grid_step_m(const struct mm_ground *g)
{
	return mm_pen_round(STEP_MAX_MM / g->mm_per_metre);
}

static bool is_inside(const struct mm_paper_box *b, double x, double y)
{
	return x >= b->x && x <= b->x + b->width && y >= b->y && y <= b->y + b->height;
}

static void draw_crosses(cairo_t *cr, const struct mm_ground *g, const struct mm_box *box, double step)
{
	const double east = ARM_MM * g->cos_r, down = ARM_MM * g->sin_r;

	for (long i = lround(ceil(box->min_x / step)); (double)i * step <= box->max_x; i++)
		for (long k = lround(ceil(box->min_y / step)); (double)k * step <= box->max_y; k++) {
			double at[2];

			mm_ground_to_paper(g, (double)i * step, (double)k * step, at);
			if (!is_inside(&g->map, at[0], at[1]))
				continue;
			mm_pen_line(cr, MM_PEN_THIN, at[0] - east, at[1] - down, at[0] + east, at[1] + down);
			mm_pen_line(cr, MM_PEN_THIN, at[0] - down, at[1] + east, at[0] + down, at[1] - east);
		}
}

/* What of the line from a to b is inside (Liang and Barsky); false: nothing. */
static bool cut(const struct mm_paper_box *box, double a[2], double b[2])
{
	const double low[2] = {box->x, box->y}, high[2] = {box->x + box->width, box->y + box->height};
	const double d[2] = {b[0] - a[0], b[1] - a[1]};
	double from = 0, to = 1;

	for (int axis = 0; axis < 2; axis++) {
		double first, last;

		if (fabs(d[axis]) < 1e-9) {
			if (a[axis] < low[axis] || a[axis] > high[axis])
				return false;
			continue;
		}
		first = (low[axis] - a[axis]) / d[axis];
		last = (high[axis] - a[axis]) / d[axis];
		from = fmax(from, fmin(first, last));
		to = fmin(to, fmax(first, last));
	}
	if (from >= to)
		return false;
	for (int axis = 0; axis < 2; axis++) {
		b[axis] = a[axis] + to * d[axis];
		a[axis] += from * d[axis];
	}
	return true;
}

/* "1 292 000": full metres, in groups of three. */
static void say(double metres, char ret[48])
{
	char digits[32];
	int n = snprintf(digits, sizeof(digits), "%.0f", fabs(metres)), len = 0;

	if (metres < 0)
		len = snprintf(ret, 48, "−");
	for (int i = 0; i < n; i++)
		len += snprintf(ret + len, 48 - (size_t)len, "%s%c", i && (n - i) % 3 == 0 ? "\u00a0" : "",
				digits[i]);
}

/* The box around a text that begins at `at`, runs along (c, s) to one side or the other, and stands on its
 * line. */
static struct mm_box box_of(const double at[2], const double size[2], double c, double s, double side)
{
	struct mm_box box = mm_box_empty();

	for (int corner = 0; corner < 4; corner++) {
		const double along = corner & 1 ? side * size[0] : 0, up = corner & 2 ? size[1] : 0;

		mm_box_add(&box, at[0] + along * c + up * s, at[1] + along * s - up * c);
	}
	return box;
}

/* Does a box lie on the cross that is nearest to it? Steps are much longer than numbers: others are far. */
static bool is_on_cross(const struct labels *n, const struct mm_box *box)
{
	const double step = mm_grid_step_m(n->g);
	double at[2];

	mm_ground_from_paper(n->g, (box->min_x + box->max_x) / 2, (box->min_y + box->max_y) / 2, at);
	mm_ground_to_paper(n->g, round(at[0] / step) * step, round(at[1] / step) * step, at);
	return at[0] > box->min_x - ARM_MM && at[0] < box->max_x + ARM_MM && at[1] > box->min_y - ARM_MM &&
	       at[1] < box->max_y + ARM_MM;
}

static bool is_free(const struct labels *n, const struct mm_box *box)
{
	if (n->count == LABELS_MAX || !is_inside(&n->g->map, box->min_x, box->min_y) ||
	    !is_inside(&n->g->map, box->max_x, box->max_y) || is_on_cross(n, box))
		return false;
	for (size_t i = 0; i < n->count; i++)
		if (mm_box_meets(&n->taken[i], box))
			return false;
	return true;
}

/* The end of a line at the edge of the field; (dx, dy) points inwards, of length 1. The number goes inwards
 * until it is free. */
static void label(struct labels *n, const double end[2], double dx, double dy, double metres)
{
	/* Upright: it reads to the right, or upwards. */
	const bool is_along = dx > 1e-9 || (fabs(dx) <= 1e-9 && dy < 0);
	const double c = is_along ? dx : -dx, s = is_along ? dy : -dy;
	char text[48];
	struct mm_letters what = {.text = text,
				  .height_mm = MM_LETTERS_PLAIN_MM,
				  .halo_mm = 0.4,
				  .halo_rgb = 0xffffff,
				  .angle_deg = atan2(s, c) * 180 / M_PI,
				  .across = is_along ? MM_LETTERS_LEFT : MM_LETTERS_RIGHT,
				  .down = MM_LETTERS_BASELINE};
	double size[2];

	say(metres, text);
	mm_lettering_measure(n->l, &what, size);
	size[1] = MM_LETTERS_PLAIN_MM;
	if (n->cr)
		mm_pen_line(n->cr, MM_PEN_THIN, end[0], end[1], end[0] + dx * STROKE_MM,
			    end[1] + dy * STROKE_MM);
	for (int step = 0; step < INWARDS_STEPS; step++) {
		const double in = GAP_MM + step;
		const double at[2] = {end[0] + dx * in + s * GAP_MM, end[1] + dy * in - c * GAP_MM};
		const struct mm_box box = box_of(at, size, c, s, is_along ? 1 : -1);

		if (!is_free(n, &box))
			continue;
		n->taken[n->count++] = box;
		if (n->cr)
			mm_lettering_draw(n->l, n->cr, &what, at[0], at[1]);
		return;
	}
}

static void line(struct labels *n, double x1, double y1, double x2, double y2, double metres)
{
	double a[2], b[2], length;

	mm_ground_to_paper(n->g, x1, y1, a);
	mm_ground_to_paper(n->g, x2, y2, b);
	if (!cut(&n->g->map, a, b))
		return;
	length = hypot(b[0] - a[0], b[1] - a[1]);
	if (length < 2 * STROKE_MM)
		return;
	label(n, a, (b[0] - a[0]) / length, (b[1] - a[1]) / length, metres);
	label(n, b, (a[0] - b[0]) / length, (a[1] - b[1]) / length, metres);
}

static void label_lines(struct labels *n)
{
	const struct mm_box box = mm_ground_box(n->g, 0);
	const double step = mm_grid_step_m(n->g);

	for (long k = lround(ceil(box.min_y / step)); (double)k * step <= box.max_y; k++)
		line(n, box.min_x, (double)k * step, box.max_x, (double)k * step, (double)k * step);
	for (long i = lround(ceil(box.min_x / step)); (double)i * step <= box.max_x; i++)
		line(n, (double)i * step, box.min_y, (double)i * step, box.max_y, (double)i * step);
}

void mm_grid_draw(struct mm_lettering *l, cairo_t *cr, const struct mm_ground *g)
{
	const struct mm_box box = mm_ground_box(g, 0);
	struct labels n = {.l = l, .cr = cr, .g = g};

	cairo_save(cr);
	cairo_rectangle(cr, g->map.x, g->map.y, g->map.width, g->map.height);
	cairo_clip(cr);
	draw_crosses(cr, g, &box, mm_grid_step_m(g));
	label_lines(&n);
	cairo_restore(cr);
}

size_t mm_grid_places(struct mm_lettering *l, const struct mm_ground *g, struct mm_paper_box *ret,
		      size_t most)
{
	struct labels n = {.l = l, .g = g};

	label_lines(&n);
	for (size_t i = 0; i < n.count && i < most; i++)
		ret[i] = (struct mm_paper_box){n.taken[i].min_x, n.taken[i].min_y,
					       n.taken[i].max_x - n.taken[i].min_x,
					       n.taken[i].max_y - n.taken[i].min_y};
	return n.count < most ? n.count : most;
}
