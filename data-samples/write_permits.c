#include "job.h"

#include "rng.h"
#include "spec.h"

#include <math.h>
#include <stdio.h>

static const char *const kinds[4] = {"plan", "emergency", "road_repair", "improvement"};

struct permit {
	int no, kind;
	struct mm_rect dig;
	double from_d, to_d; /* days from T0 */
};

/* Keeps off the open covers: whether a permit covers one is planted, never luck. */
static bool near_open_cover(const struct mm_job *job, struct mm_pt p)
{
	for (int i = 0; i < 8; i++)
		if (mm_pt_dist(job->open_cover[i], p) < 80)
			return true;
	return false;
}

static struct permit draw(const struct mm_job *job, int no)
{
	const struct mm_streets *s = job->town->streets;
	struct permit p = {.no = no};

	for (int tries = 0;; tries++) {
		struct mm_rng rng = mm_rng_seed("permit", (uint64_t)(no * 64 + tries));
		const struct mm_seg *seg = &s->seg[mm_rng_int(&rng, 0, s->segs - 1)];
		double len = mm_path_length(&seg->path);
		struct mm_pt u, c = mm_path_at(&seg->path, mm_rng_span(&rng, 0.25, 0.75) * len, &u);

		if (seg->cls > MM_LOCAL || len > 620 || near_open_cover(job, c))
			continue;
		p.kind = (int[]){0, 0, 0, 1, 1, 2, 2, 3}[mm_rng_int(&rng, 0, 7)];
		p.dig = mm_rect_new(mm_pt_move(c, u, 0, mm_rng_span(&rng, -3, 3)), u,
				    fmin(len * 0.5, mm_rng_span(&rng, 12, 90)),
				    p.kind == 2 ? mm_street_width_m(seg->cls) : mm_rng_span(&rng, 1.6, 4));
		p.from_d = mm_rng_int(&rng, -379, 690) + mm_rng_int(&rng, 0, 8) / 24.0;
		p.to_d = p.from_d + (p.kind == 1 ? mm_rng_int(&rng, 1, 5) : mm_rng_int(&rng, 6, 55));
		return p;
	}
}

/* Z-0608..Z-0610 dig round the three covers that are open by permit at T0 (M3). */
static void plant(const struct mm_job *job, struct permit *p)
{
	if (p->no < 608 || p->no > 610)
		return;
	p->kind = 0;
	p->dig = mm_rect_new(job->open_cover[5 + p->no - 608], (struct mm_pt){1, 0}, 9, 6);
	p->from_d = -1.5;
	p->to_d = 2 + (p->no - 608);
}

static void put_permit(struct mm_job *job, struct mm_out *out, const struct permit *p)
{
	static const char *const customer[5] = {"МУП «Водоканал»", "МУП «Теплосеть»", "Горгаз", "Узел связи",
						"МБУ «Дороги»"};
	const char *state = p->to_d < -12    ? "closed"
			    : p->from_d <= 0 ? "open"
			    : p->no % 6      ? "approved"
					     : "agreeing";

	mm_out_begin(out);
	mm_out_format(out, "permit_no", "Z-%04d", p->no);
	mm_out_text(out, "kind", kinds[p->kind]);
	mm_out_time(out, "from_t", p->from_d);
	mm_out_time(out, "to_t", p->to_d);
	mm_out_text(out, "customer", p->kind == 2 ? customer[4] : customer[p->no % 4]);
	mm_out_time(out, "restoration_due", p->to_d + 10);
	mm_out_time(out, "guarantee_to", p->to_d + 1096);
	mm_out_text(out, "agreed", p->no % 3 ? "Водоканал, Горгаз, Узел связи" : "Водоканал, Горсвет");
	mm_out_text(out, "state", state);
	mm_out_rect(out, &p->dig);
	mm_out_end(out);
	mm_expect_class(&job->planted, "permits", "kind", kinds[p->kind]);
	mm_expect_class(&job->planted, "permits", "state", state);
}

void mm_write_permits(struct mm_job *job)
{
	static const struct mm_out_field fields[] = {
	    {"permit_no", 't', 0, 0},    {"kind", 't', 0, 0},
	    {"from_t", 'z', 0, 0},       {"to_t", 'z', 0, 0},
	    {"customer", 't', 0, 0},     {"restoration_due", 'd', 0, 0},
	    {"guarantee_to", 'd', 0, 0}, {"agreed", 't', 0, 0},
	    {"state", 't', 0, 0},        {NULL, 0, 0, 0},
	};
	static const struct mm_out_spec spec = {"permits.gpkg", "GPKG", "permits", MM_CRS_WGS84,
						wkbPolygon,     fields, NULL,      NULL};
	struct mm_out *out = mm_out_open(job->dir, &spec);

	for (int no = 1; no <= MM_SPEC_PERMITS; no++) {
		struct permit p = draw(job, no);

		plant(job, &p);
		put_permit(job, out, &p);
	}
	mm_out_close(out, &job->list);
	mm_expect_add(&job->planted, "permits", "features", MM_SPEC_PERMITS);
	mm_expect_add(&job->planted, "permits", "covers_open_inside_a_current_permit", 3);
	mm_expect_add(&job->planted, "permits", "covers_open_without_permit_inside_a_current_one", 0);
}
