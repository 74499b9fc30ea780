#include "print/sheet/ground.h"

#include <math.h>
#include <stddef.h>

static const double SCALE_MIN = 50, SCALE_MAX = 5e6, MIDDLE_MAX_M = 1e9, MM_A_METRE = 1000;

enum mm_code mm_ground_init(struct mm_ground *g, const struct mm_paper_box *map, double x, double y,
			    double scale, double rotation_deg, struct mm_err *reterr)
{
	const double r = rotation_deg * M_PI / 180;

	if (!(map->width > 0 && map->height > 0))
		return mm_fail(reterr, MM_E_INVALID, "format",
			       "the sheet has no room for a map: take a larger one");
	if (!(scale >= SCALE_MIN && scale <= SCALE_MAX))
		return mm_fail(reterr, MM_E_INVALID, "scale",
			       "write a number from %.0f to %.0f: 2000 is 1:2000", SCALE_MIN, SCALE_MAX);
	if (!(fabs(rotation_deg) <= 360))
		return mm_fail(reterr, MM_E_INVALID, "rotation", "write degrees from -360 to 360");
	if (!(fabs(x) <= MIDDLE_MAX_M && fabs(y) <= MIDDLE_MAX_M))
		return mm_fail(reterr, MM_E_INVALID, "center", "the point is not in the system of the map");
	*g = (struct mm_ground){.map = *map,
				.scale = scale,
				.rotation_deg = rotation_deg,
				.x = x,
				.y = y,
				.mm_per_metre = MM_A_METRE / scale,
				.cos_r = cos(r),
				.sin_r = sin(r)};
	return MM_OK;
}

double mm_ground_fit(const struct mm_paper_box *map, const struct mm_box *extent, double rotation_deg,
		     bool is_any)
{
	static const double usual[] = {1, 2, 2.5, 4, 5, 10};
	const double c = fabs(cos(rotation_deg * M_PI / 180)), s = fabs(sin(rotation_deg * M_PI / 180));
	const double w = extent->max_x - extent->min_x, h = extent->max_y - extent->min_y;
	const double exact = fmax((w * c + h * s) / map->width, (w * s + h * c) / map->height) * MM_A_METRE;
	double decade;

	if (!(exact > 0))
		return 500;
	if (is_any)
		return fmin(fmax(exact, SCALE_MIN), SCALE_MAX);
	decade = pow(10, floor(log10(exact)));
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (usual[i] * decade >= exact * (1 - 1e-9))
			return fmin(fmax(usual[i] * decade, SCALE_MIN), SCALE_MAX);
	return SCALE_MAX;
}

void mm_ground_to_paper(const struct mm_ground *g, double x, double y, double ret[2])
{
	const double east = (x - g->x) * g->mm_per_metre, north = (y - g->y) * g->mm_per_metre;

	ret[0] = g->map.x + g->map.width / 2 + east * g->cos_r + north * g->sin_r;
	ret[1] = g->map.y + g->map.height / 2 + east * g->sin_r - north * g->cos_r;
}

void mm_ground_from_paper(const struct mm_ground *g, double x_mm, double y_mm, double ret[2])
{
	const double right = x_mm - g->map.x - g->map.width / 2, down = y_mm - g->map.y - g->map.height / 2;

	ret[0] = g->x + (right * g->cos_r + down * g->sin_r) / g->mm_per_metre;
	ret[1] = g->y + (right * g->sin_r - down * g->cos_r) / g->mm_per_metre;
}

struct mm_box mm_ground_box(const struct mm_ground *g, double margin_mm)
{
	struct mm_box box = mm_box_empty();

	for (int corner = 0; corner < 4; corner++) {
		const double x_mm = g->map.x + (corner & 1 ? g->map.width + margin_mm : -margin_mm);
		const double y_mm = g->map.y + (corner & 2 ? g->map.height + margin_mm : -margin_mm);
		double at[2];

		mm_ground_from_paper(g, x_mm, y_mm, at);
		mm_box_add(&box, at[0], at[1]);
	}
	return box;
}
