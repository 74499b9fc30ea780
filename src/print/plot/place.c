#include "print/plot/line.h"
#include "print/plot/symbol.h"

#include <math.h>
#include <string.h>

/* How far a text may be from straight and still be written straight, in heights of its letters. */
static const double STRAIGHT_SHARE = 0.2;

/* Left and upper edge of what is anchored at the origin: "left" means that its left edge is there. */
void mm_plot_anchor_box(size_t anchor, const double size[2], double ret[2])
{
	static const struct {
		double x, y;
	} share[] = {{0.5, 0.5}, {0, 0.5}, {1, 0.5}, {0.5, 0}, {0.5, 1}, {0, 0}, {1, 0}, {0, 1}, {1, 1}};

	ret[0] = -size[0] * share[anchor].x;
	ret[1] = -size[1] * share[anchor].y;
}

/* The upright box around a box that is turned about the origin, moved to a place. */
static struct mm_paper_box turned(double x, double y, double w, double h, double angle, const double at[2])
{
	const double c = cos(angle), s = sin(angle);
	struct mm_box b = mm_box_empty();

	for (int k = 0; k < 4; k++) {
		const double px = x + (k & 1 ? w : 0), py = y + (k & 2 ? h : 0);

		mm_box_add(&b, at[0] + px * c - py * s, at[1] + px * s + py * c);
	}
	return (struct mm_paper_box){
	    .x = b.min_x, .y = b.min_y, .width = b.max_x - b.min_x, .height = b.max_y - b.min_y};
}

static double icon_angle(const struct mm_plot_symbol *s)
{
	return s->icon.rotate_deg * M_PI / 180 + (s->icon.turns_with_line ? s->angle : 0);
}

static struct mm_paper_box icon_box(const struct mm_plot_symbol *s)
{
	const struct mm_plot_icon *i = &s->icon;
	double corner[2];

	mm_plot_anchor_box(i->anchor, i->size, corner);
	return turned(corner[0] + i->offset[0] - i->padding[3], corner[1] + i->offset[1] - i->padding[0],
		      i->size[0] + i->padding[1] + i->padding[3], i->size[1] + i->padding[0] + i->padding[2],
		      icon_angle(s), s->at);
}

/* The text at one of its anchors. Lines reach beyond their letters: a tenth of the font above and below. */
static struct mm_paper_box text_box(const struct mm_plot_symbol *s, size_t k)
{
	const struct mm_plot_text *t = &s->text;
	const double slack = t->em * 0.1, p = t->padding;
	double corner[2];

	mm_plot_anchor_box(t->anchor[k], t->size, corner);
	return turned(corner[0] + t->shift[k][0] - p, corner[1] + t->shift[k][1] - p + slack,
		      t->size[0] + 2 * p, t->size[1] + 2 * p - 2 * slack, t->rotate_deg * M_PI / 180, s->at);
}

/* Finds a place of the text; its number, SIZE_MAX when there is none. */
static size_t find_text(const struct mm_plot_room *room, const struct mm_plot_symbol *s)
{
	for (size_t k = 0; k < s->text.anchor_count; k++) {
		const struct mm_paper_box b = text_box(s, k);

		if (mm_plot_room_holds(room, &b) && (s->text.overlaps || mm_plot_room_is_free(room, &b)))
			return k;
	}
	return SIZE_MAX;
}

/* Text and icon go together unless one may do without the other. */
static void settle(const struct mm_plot_symbol *s, bool *icon, bool *text)
{
	const bool icon_alone = !s->has_text || s->text.is_optional,
		   text_alone = !s->has_icon || s->icon.is_optional;

	if (!icon_alone && !text_alone)
		*icon = *text = *icon && *text;
	else if (!text_alone)
		*text = *text && *icon;
	else if (!icon_alone)
		*icon = *icon && *text;
}

bool mm_plot_place_at_point(struct mm_plot *m, struct mm_plot_room *room, struct mm_plot_symbol *s)
{
	const struct mm_paper_box *field = &m->spec.ground.map;
	const bool is_inside = s->at[0] >= field->x && s->at[0] <= field->x + field->width &&
			       s->at[1] >= field->y && s->at[1] <= field->y + field->height;
	const size_t k = s->has_text && is_inside ? find_text(room, s) : SIZE_MAX;
	struct mm_paper_box ib = {0};
	bool icon, text = k != SIZE_MAX, is_good = true;

	if (s->has_icon && s->has_text && s->icon.fit != MM_PLOT_FIT_NONE)
		mm_plot_fit_icon(s, text ? k : 0);
	if (s->has_icon)
		ib = icon_box(s);
	icon = s->has_icon && is_inside && (s->icon.overlaps || mm_plot_room_is_free(room, &ib));
	settle(s, &icon, &text);
	s->has_icon = icon;
	s->has_text = text;
	if (text) {
		const struct mm_paper_box tb = text_box(s, k);
		double corner[2];

		mm_plot_anchor_box(s->text.anchor[k], s->text.size, corner);
		s->text_at[0] = corner[0] + s->text.shift[k][0];
		s->text_at[1] = corner[1] + s->text.shift[k][1];
		s->text.anchor[0] = s->text.anchor[k];
		if (!s->text.is_ignored)
			is_good = mm_plot_room_take(room, &tb);
	}
	if (icon && !s->icon.is_ignored)
		is_good = is_good && mm_plot_room_take(room, &ib);
	return is_good && (icon || text);
}

/* How much the line turns within the text, and how far it is from straight. */
static void judge(const double *xy, size_t count, double *ret_turn, double *ret_bow)
{
	const double *a = xy, *b = xy + 2 * (count - 1);
	const double dx = b[0] - a[0], dy = b[1] - a[1], chord = hypot(dx, dy);
	double last = 0;

	*ret_turn = *ret_bow = 0;
	for (size_t i = 1; i < count; i++) {
		const double *p = xy + 2 * (i - 1), *q = p + 2;
		const double angle = atan2(q[1] - p[1], q[0] - p[0]);

		if (i > 1)
			*ret_turn += fabs(remainder(angle - last, 2 * M_PI));
		last = angle;
		if (chord > 0)
			*ret_bow = fmax(*ret_bow, fabs((q[0] - a[0]) * dy - (q[1] - a[1]) * dx) / chord);
	}
	if (!(chord > 0))
		*ret_bow = HUGE_VAL;
}

/* Squares along the way, as large as the letters are high: whether all are free, or takes them. */
static bool each_square(struct mm_plot_room *room, const struct mm_plot_symbol *s, const double *xy,
			size_t count, bool is_take)
{
	const double side = s->text.em * 0.9 + 2 * s->text.padding, length = mm_plot_line_length(xy, count);
	const size_t n = (size_t)fmin(fmax(ceil(length / (side * 0.75)), 1), 500);

	for (size_t i = 0; i <= n; i++) {
		double at[2], angle;
		struct mm_paper_box b;

		mm_plot_line_at(xy, count, length * (double)i / (double)n, at, &angle);
		b = (struct mm_paper_box){at[0] - side / 2, at[1] - side / 2, side, side};
		if (is_take ? !mm_plot_room_take(room, &b)
			    : !mm_plot_room_holds(room, &b) ||
				  (!s->text.overlaps && !mm_plot_room_is_free(room, &b)))
			return false;
	}
	return true;
}

static void reverse(struct mm_points *p)
{
	for (size_t i = 0; i < p->count / 2; i++) {
		double *a = p->xy + 2 * i, *b = p->xy + 2 * (p->count - 1 - i), keep[2];

		memcpy(keep, a, sizeof(keep));
		memcpy(a, b, sizeof(keep));
		memcpy(b, keep, sizeof(keep));
	}
}

/* The text's part of the line, to the right of it by the offset of the text, from left to right. */
static bool find_way(struct mm_plot_symbol *s, const double *xy, size_t count, double from, double to,
		     struct mm_points *way)
{
	struct mm_points part = {0};
	double aside = s->text.shift[0][1];

	mm_plot_line_part(xy, count, from, to, &part);
	if (part.count > 1 && s->text.keeps_upright) {
		const double *a = part.xy, *b = part.xy + 2 * (part.count - 1);
		/* straight up is read from below, as on plans */
		const bool is_upright = b[0] - a[0] > 1e-6 || (fabs(b[0] - a[0]) <= 1e-6 && b[1] < a[1]);

		if (!is_upright)
			reverse(&part);
	}
	if (fabs(aside) > 1e-6 && part.count > 1)
		mm_plot_offset_line(part.xy, part.count, false, aside, way);
	else
		for (size_t i = 0; i < part.count; i++)
			mm_points_add(way, part.xy[2 * i], part.xy[2 * i + 1]);
	mm_points_release(&part);
	return way->count > 1 && !way->failed;
}

static bool keep_way(struct mm_plot *m, struct mm_plot_symbol *s, const struct mm_points *way)
{
	double *kept = mm_arena_array(&m->mem, way->count, 2 * sizeof(*kept));

	if (!kept)
		return false;
	memcpy(kept, way->xy, way->count * 2 * sizeof(*kept));
	s->way = kept;
	s->way_count = way->count;
	return true;
}

/* The part of the line that the text would stand on; false: it has no room there. */
static bool find_text_on_line(struct mm_plot_room *room, struct mm_plot_symbol *s, const double *xy,
			      size_t count, double distance, struct mm_points *way)
{
	const double half = s->text.size[0] / 2, room_at_ends = s->text.em * 0.3;
	double turn, bow;

	if (!find_way(s, xy, count, distance - half - room_at_ends, distance + half + room_at_ends, way) ||
	    mm_plot_line_length(way->xy, way->count) < 2 * half)
		return false;
	judge(way->xy, way->count, &turn, &bow);
	return turn <= fmax(s->text.max_angle_deg, 1) * M_PI / 180 &&
	       each_square(room, s, way->xy, way->count, false);
}

static bool take_text_on_line(struct mm_plot *m, struct mm_plot_room *room, struct mm_plot_symbol *s,
			      const struct mm_points *way)
{
	const double *a = way->xy, *b;
	double turn, bow;

	if (!a || way->count < 2)
		return false;
	b = a + 2 * (way->count - 1);
	judge(a, way->count, &turn, &bow);
	s->text_angle = atan2(b[1] - a[1], b[0] - a[0]);
	s->text_at[0] = (a[0] + b[0]) / 2;
	s->text_at[1] = (a[1] + b[1]) / 2;
	return (bow <= STRAIGHT_SHARE * s->text.letters.height_mm || keep_way(m, s, way)) &&
	       (s->text.is_ignored || each_square(room, s, way->xy, way->count, true));
}

bool mm_plot_place_on_line(struct mm_plot *m, struct mm_plot_room *room, struct mm_plot_symbol *s,
			   const double *xy, size_t count, double distance)
{
	struct mm_paper_box box = {0};
	struct mm_points way = {0};
	bool icon = false, text, is_good = true;

	mm_plot_line_at(xy, count, distance, s->at, &s->angle);
	if (s->has_icon && s->has_text && s->icon.fit != MM_PLOT_FIT_NONE)
		mm_plot_fit_icon(s, 0);
	if (s->has_icon) {
		box = icon_box(s);
		icon =
		    mm_plot_room_holds(room, &box) && (s->icon.overlaps || mm_plot_room_is_free(room, &box));
	}
	text = s->has_text && find_text_on_line(room, s, xy, count, distance, &way);
	settle(s, &icon, &text); /* before room is taken: the two do not stand in each other's way */
	s->has_icon = icon;
	s->has_text = text;
	if (text)
		is_good = take_text_on_line(m, room, s, &way);
	if (icon && !s->icon.is_ignored)
		is_good = is_good && mm_plot_room_take(room, &box);
	mm_points_release(&way);
	return is_good && (icon || text);
}
