#include "print/page/layout.h"

#include <math.h>
#include <stdio.h>

/* Topographic plans of a town are cut into square sheets from the origin of its system. A sheet has the name
 * of its south-west corner, as other names differ from town to town. */

void mm_layout_snap(const struct mm_layout *p, const struct mm_paper_box *map, double scale, double at[2])
{
	const double size[2] = {map->width * scale / 1000, map->height * scale / 1000};

	if (!p->plan->has_whole_sheets)
		return;
	for (int i = 0; i < 2; i++)
		at[i] = (floor(at[i] / size[i] + 1e-9) + 0.5) * size[i];
}

static void say(const struct mm_layout *p, int right, int up, mm_tag_text ret)
{
	const double w = p->map.width / p->ground.mm_per_metre, h = p->map.height / p->ground.mm_per_metre;

	(void)snprintf(ret, sizeof(mm_tag_text), "X %.0f, Y %.0f", p->ground.y - h / 2 + up * h,
		       p->ground.x - w / 2 + right * w);
}

const char *mm_layout_cut_name(struct mm_layout *p)
{
	mm_tag_text corner;
	const char *text;

	say(p, 0, 0, corner);
	text = mm_arena_printf(&p->mem, "%s %s", p->words->cut, corner);
	return text ? text : "";
}

void mm_layout_say_cut(struct mm_layout *p, mm_tag_text ret[MM_TAGS])
{
	static const int right[] =
	    {[MM_TAG_RIGHT] = 1, [MM_TAG_LEFT] = -1, [MM_TAG_UP] = 0, [MM_TAG_DOWN] = 0},
			 up[] = {[MM_TAG_UP] = 1, [MM_TAG_DOWN] = -1, [MM_TAG_RIGHT] = 0, [MM_TAG_LEFT] = 0};

	for (int side = 0; side < MM_TAGS; side++)
		say(p, right[side], up[side], ret[side]);
}
